package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAProgramIsStartedByTheLinkOnThePath(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	versioned, other, link := filepath.Join(folder, "orq-mcp-1.2.3"), filepath.Join(folder, "other"), filepath.Join(folder, "orq-mcp")
	for _, file := range []string{versioned, other} {
		if err := os.WriteFile(file, nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(versioned, link); err != nil {
		t.Skip("needs links")
	}
	for onPath, want := range map[string]string{link: link, other: versioned} {
		if got, err := lastingPath(versioned, onPath); err != nil || got != want {
			t.Errorf("with %s on the PATH: %s, %v, want %s", onPath, got, err, want)
		}
	}
}

func TestAProgramOfGoRunIsTemporary(t *testing.T) {
	t.Parallel()
	for program, want := range map[string]bool{
		filepath.Join(os.TempDir(), "go-build12", "b001", "exe", "orq-mcp"): true, filepath.Join(os.TempDir(), "bin", "orq-mcp"): false,
	} {
		if got := isTemporary(program); got != want {
			t.Errorf("%s is temporary: %v, want %v", program, got, want)
		}
	}
}
