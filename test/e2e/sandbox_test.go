package e2e_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/orq-mcp/orq-mcp/test/built"
)

func TestASecondProgramOnTheSameFileIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "agents.db")
	first := start(t, setup{args: []string{"--addr", "127.0.0.1:0", "--data", file}}, nil, "sandbox")
	first.stderr.await(t, `listens on (http://\S+)\n`)

	for want, arguments := range map[string][]string{
		"orq-mcp: open sandbox data " + file + ": the file is in use by another process. One program at a time opens it: let ": {"sandbox", "--addr", "127.0.0.1:0", "--data", file},
		"orq-mcp: read sandbox data " + file + ": the file is in use by another process. If orq-mcp sandbox serves it, ":       {"sandbox", "export", "--data", file},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), waitTimeout) // a program that hangs is killed, with another exit code
		second := exec.CommandContext(ctx, program, arguments...)
		second.Env = built.Environment()
		out, _ := second.CombinedOutput() // the exit code is checked below
		cancel()
		if code := second.ProcessState.ExitCode(); code != 1 || !strings.HasPrefix(string(out), want) || strings.Count(string(out), "\n") != 1 {
			t.Errorf("%s: exit code %d, output %s, want 1 and one line that begins with %s", strings.Join(arguments, " "), code, out, want)
		}
	}
}

func TestASignalEndsTheStreamsOfASandboxWithTheReason(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			p := start(t, setup{args: []string{"--addr", "127.0.0.1:0"}}, nil, "sandbox")
			base := p.stderr.await(t, `listens on (http://\S+)\n`)
			created := post(t, base+"/v2/agents", `{"key":"helper","role":"r","description":"d","instructions":"i","path":"p","model":"m","settings":{}}`)
			if raw, err := io.ReadAll(created); err != nil || created.Close() != nil {
				t.Fatal(err, string(raw))
			}
			stream := post(t, base+"/v2/agents/helper/stream-task", `{"message":{"role":"user","parts":[{"kind":"text","text":"/slow 10m"}]}}`)
			defer stream.Close()
			reader := bufio.NewReader(stream)
			if first, err := reader.ReadString('\n'); err != nil || !strings.Contains(first, "agents.execution_started") {
				t.Fatal(err, first)
			}
			if err := p.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			rest, err := io.ReadAll(reader)
			if err != nil || !strings.Contains(string(rest), `"error":"the sandbox was closed"`) || !strings.HasSuffix(string(rest), "data: [DONE]\n\n") {
				t.Errorf("the stream ends with %s, error %v, want the reason and data: [DONE]", rest, err)
			}
			p.waitExit(exitLimit, 0)
		})
	}
}

// post sends a request and returns the body of its 2xx response.
func post(t *testing.T, url, body string) io.ReadCloser {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer key")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode >= 300 {
		raw, _ := io.ReadAll(response.Body) // best effort, for the message
		response.Body.Close()
		t.Fatalf("POST %s: status = %d, want 2xx; body %s", url, response.StatusCode, raw)
	}
	return response.Body
}
