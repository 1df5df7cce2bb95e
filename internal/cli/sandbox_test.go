package cli_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

// TestSandboxUsageRunsInAShell pastes each printed command into a shell.
func TestSandboxUsageRunsInAShell(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	for name, given := range map[string]struct{ key, generation string }{
		"any key": {"", "both"}, "a key of its own": {"hush $x 'y", "march"}, "without the run operations": {"", "today"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := given.key
			lines := serveSandbox(t, key, given.generation)
			if got, want := lines.next(), "The workspace listens on http://127.0.0.1:"; !strings.HasPrefix(got, want) {
				t.Fatalf("first line = %q, want prefix %q", got, want)
			}
			for lines.next() != "Create an agent, watch it run, list:" {
			}
			for _, want := range []string{`"key":"helper"`, "data: [DONE]", `"has_more":false`} {
				line := lines.next()
				cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
				cmd.Env = append(os.Environ(), "ORQ_MCP_SANDBOX_KEY="+key)
				out, err := cmd.Output()
				if err != nil || !strings.Contains(string(out), want) {
					t.Errorf("%s\noutput = %s, error %v, want %s", line, out, err, want)
				}
			}
			lines.end()
			if all := lines.all.String(); strings.Contains(all, "hush") || strings.Count(all, "path=/v2/agents status=201") != 1 || !strings.Contains(all, " agent=helper") || strings.Count(all, " task=") != 1 {
				t.Errorf("output = %s\nwant one log line with agent= and task=, and no key", all)
			}
		})
	}
}

// output reads what a sandbox writes to stderr.
type output struct {
	t       *testing.T
	scanner *bufio.Scanner
	all     strings.Builder
	stop    func()
	done    chan struct{}
}

func (o *output) next() string {
	o.t.Helper()
	if !o.scanner.Scan() {
		o.t.Fatalf("stderr ended after:\n%s", o.all.String())
	}
	o.all.WriteString(o.scanner.Text() + "\n")
	return o.scanner.Text()
}

// end stops the sandbox and reads the rest of its output.
func (o *output) end() {
	o.stop()
	for o.scanner.Scan() {
		o.all.WriteString(o.scanner.Text() + "\n")
	}
	<-o.done
}

func serveSandbox(t *testing.T, key, generation string) *output {
	t.Helper()
	reader, writer, err := os.Pipe() // unlike io.Pipe it is buffered
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	o := &output{t: t, scanner: bufio.NewScanner(reader), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(o.done)
		defer writer.Close()
		code := cli.Run(ctx, []string{"sandbox", "--addr", "127.0.0.1:0", "--pace", "0s", "--key", key, "--generation", generation}, cli.Process{
			In: strings.NewReader(""), Out: io.Discard, Err: writer, Version: "v0.0.0-test", Getenv: func(string) string { return "" },
		})
		if code != 0 {
			t.Errorf("exit code = %d, want 0", code)
		}
	}()
	t.Cleanup(func() {
		stop()
		<-o.done
		reader.Close()
	})
	return o
}
