package cli_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

func TestASeedWithoutAnEndIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "agents.json")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Truncate(64<<20 + 1); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var stderr strings.Builder
	code := cli.Run(t.Context(), []string{"stdio", "--sandbox", "--seed", path}, cli.Process{
		In: strings.NewReader(""), Out: io.Discard, Err: &stderr, Getenv: func(string) string { return "" },
	})
	if want := "is larger than 64 MiB"; code == 0 || !strings.Contains(stderr.String(), want) {
		t.Errorf("exit code %d, stderr %s, want %q in it", code, stderr.String(), want)
	}
}
