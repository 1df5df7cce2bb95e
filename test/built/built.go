// Package built builds the program for tests that run it as a process, as users do.
package built

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	// The import makes go test depend on the code of the program. Without it a cached result would survive a change.
	_ "github.com/orq-mcp/orq-mcp/internal/cli"
)

// Main is the TestMain of a package whose tests run the program. It builds the program, with the race detector if the
// tests have it, and sets program to its path. It runs the tests, fails when goroutines are left, and exits.
func Main(m *testing.M, program *string) {
	dir, err := os.MkdirTemp("", "orq-mcp-test-")
	if err == nil {
		*program = filepath.Join(dir, "orq-mcp")
		err = build(*program)
	}
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		_ = os.RemoveAll(dir)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

func build(path string) error {
	args := []string{"build", "-o", path}
	if Race {
		args = append(args, "-race")
	}
	args = append(args, "github.com/orq-mcp/orq-mcp/cmd/orq-mcp")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil { //nolint:gosec // the arguments are constant but for the path
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// Environment returns variables to add to the program's environment.
func Environment() []string {
	if Race {
		// The race detector otherwise sleeps for a second before the program exits.
		return []string{"GORACE=atexit_sleep_ms=0"}
	}
	return nil
}
