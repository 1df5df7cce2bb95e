package e2e_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/test/built"
)

func TestASecondProgramOnTheSameFileIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "agents.db")
	first := start(t, setup{args: []string{"--addr", "127.0.0.1:0", "--data", file}}, nil, "sandbox")
	first.stderr.await(t, `listens on (http://\S+);`)

	for want, arguments := range map[string][]string{
		"orq-mcp: open sandbox data " + file + ": the file is in use by another process\n": {"sandbox", "--addr", "127.0.0.1:0", "--data", file},
		"orq-mcp: read sandbox data " + file + ": the file is in use by another process\n": {"sandbox", "export", "--data", file},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), patience) // a program that hangs is killed, which is another exit code
		second := exec.CommandContext(ctx, program, arguments...)
		second.Env = built.Environment()
		out, _ := second.CombinedOutput() // the exit code is looked at below
		cancel()
		if code := second.ProcessState.ExitCode(); code != 1 || string(out) != want {
			t.Errorf("%s: exit code %d: %s, want %s", strings.Join(arguments, " "), code, out, want)
		}
	}
}
