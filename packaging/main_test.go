package packaging

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is the path of the built program.
var program string

// waitTimeout bounds all waiting; it is far longer than anything should take.
const waitTimeout = time.Minute

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "orq-mcp-packaging-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = filepath.Join(dir, "orq-mcp")
	build := exec.Command("go", "build", "-o", program, "./cmd/orq-mcp")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// listens matches the line that the program prints when it listens, as a server or as a workspace.
var listens = regexp.MustCompile(`http://\S+:(\d+)`)

// serve starts the program with an environment that has only the given variables, waits until it listens, and returns the
// port. The test fails when it does not end in order.
func serve(t *testing.T, environment []string, args ...string) (port string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append([]string{"PATH="}, environment...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	drained := make(chan struct{})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-drained
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s %s: %v after SIGTERM", program, strings.Join(args, " "), err)
		}
	})
	defer func() {
		go func() {
			defer close(drained)
			for lines.Scan() {
				continue
			}
		}()
	}()
	var seen []string
	for lines.Scan() {
		seen = append(seen, lines.Text())
		if match := listens.FindStringSubmatch(lines.Text()); match != nil {
			return match[1]
		}
	}
	t.Fatalf("%q does not listen: %q", args, seen)
	return ""
}

// anyPort replaces the port of the value of --addr by 0.
func anyPort(args []string) []string {
	changed := append([]string(nil), args...)
	for i, argument := range changed {
		if i > 0 && changed[i-1] == "--addr" {
			changed[i] = argument[:strings.LastIndex(argument, ":")] + ":0"
		}
	}
	return changed
}

// checkHealth wants the server at the port to answer.
func checkHealth(t *testing.T, port string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:"+port+"/healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("GET /healthz = %d, want 200", answer.StatusCode)
	}
}

// lookUp returns the path of a program, or skips the test where it is not installed.
func lookUp(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed: %v", name, err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
