package crash_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// victimData is the environment variable with the file that the test binary serves instead of running tests.
const victimData = "ORQ_MCP_TEST_VICTIM_DATA"

// serveVictim serves the file and prints its address to stdout. It exits when its stdin ends, which it does with the parent.
func serveVictim(file string) {
	box, err := sandbox.Open(sandbox.Options{Data: file})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("http://" + listener.Addr().String())
	go func() { _ = http.Serve(listener, box) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// victim is a process that serves a workspace file.
type victim struct {
	t    *testing.T
	url  string
	http *http.Client
	kill func()
	// stderr is complete after kill.
	stderr *bytes.Buffer
}

func startVictim(t *testing.T, file string) *victim {
	t.Helper()
	cmd, in := victimCommand(t, file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	v := &victim{t: t, stderr: &stderr, http: &http.Client{Transport: transport}, kill: sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		in.Close()
		transport.CloseIdleConnections()
	})}
	t.Cleanup(v.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if v.url = strings.TrimSpace(line); err != nil || !strings.HasPrefix(v.url, "http://") {
		t.Fatalf("first line of the process = %q, error %v, want a URL", line, err)
	}
	return v
}

// victimCommand returns the command of a process that has not been started. The process exits when in is closed.
func victimCommand(t *testing.T, file string) (cmd *exec.Cmd, in io.Closer) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimData+"="+file)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	return cmd, in
}

// do sends a request and decodes the response into result. It returns an error when the process is killed before it answers.
func (v *victim) do(method, path string, body, result any) (int, error) {
	encoded, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(context.Background(), method, v.url+path, bytes.NewReader(encoded))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer key")
	response, err := v.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(response.Body)
	if err == nil && len(raw) > 0 {
		err = json.Unmarshal(raw, result)
	}
	return response.StatusCode, err
}
