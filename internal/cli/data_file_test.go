package cli_test

import (
	"context"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/cli"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestDataFileInUseIsExplained starts a second program on a file, which is told how both can use it.
func TestDataFileInUseIsExplained(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "agents.db")
	box, err := sandbox.Open(sandbox.Options{Data: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	for name, each := range map[string]struct{ line, want string }{
		"call": {"call list_agents --sandbox", "let orq-mcp sandbox --data " + file + " be that program, and start the others with " +
			"ORQ_BASE_URL=http://127.0.0.1:8586 and any ORQ_API_KEY, without --sandbox and --data"},
		"export": {"sandbox export", "If orq-mcp sandbox serves it, export without --data, with its address as ORQ_BASE_URL and any ORQ_API_KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stderr strings.Builder
			code := cli.Run(context.WithoutCancel(t.Context()), append(strings.Fields(each.line), "--data", file), cli.Process{
				In: strings.NewReader(""), Out: io.Discard, Err: &stderr, Getenv: func(string) string { return "" },
			})
			if got := stderr.String(); code != 1 || !strings.Contains(got, "the file is in use by another process") || !strings.Contains(got, each.want) {
				t.Errorf("exit code = %d, stderr %q, want 1 and %q", code, got, each.want)
			}
		})
	}
}
