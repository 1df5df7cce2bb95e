// Package built gives tests the program as users run it: a process of its own.
package built

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	// Importing what the program is made of lets go test see that it has changed: without that a result from before the
	// change would be taken from the cache.
	_ "github.com/orq-mcp/orq-mcp/internal/cli"
)

// Main is the TestMain of a package whose tests run the program. It builds the program, with the race detector if the
// tests have it, runs the tests with its path in program, wants no goroutine to be left, and ends the process.
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
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil { //nolint:gosec // the arguments are those above
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// Environment is what the program gets beside a test's own variables.
func Environment() []string {
	if Race {
		// The race detector lets every program sleep for a second before it exits.
		return []string{"GORACE=atexit_sleep_ms=0"}
	}
	return nil
}
