package install_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func content(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestWriteKeepsModeLinkAndWhatWasThere(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("needs links and modes")
	}
	target, link := filepath.Join(t.TempDir(), "target"), filepath.Join(t.TempDir(), "link")
	writeFile(t, target, "before")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	file := read(t, link)
	if err := file.Write("after", install.WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is now %v, %v", info, err)
	}
	if got := content(t, target); got != "after" {
		t.Errorf("content = %q, want after", got)
	}
	if got := mode(t, target); got != 0o640 {
		t.Errorf("mode = %o, want 640", got)
	}
	if got := content(t, file.Backup()); got != "before" || mode(t, file.Backup()) != 0o640 {
		t.Errorf("backup = %q with mode %o, want before with 640", got, mode(t, file.Backup()))
	}
	for _, path := range []string{target, link} {
		left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".orq-mcp-*"))
		if err != nil || len(left) > 0 {
			t.Errorf("temporary files are left: %v, %v", left, err)
		}
	}
}

func TestWriteMakesTheFolderAndHidesAKey(t *testing.T) {
	t.Parallel()
	for secret, want := range map[bool]os.FileMode{false: 0o644, true: 0o600} {
		path := filepath.Join(t.TempDir(), "a", "b", "file")
		file := read(t, path)
		if file.Exists {
			t.Error("a file that does not exist is said to")
		}
		if err := file.Write("after", install.WriteOptions{Secret: secret}); err != nil {
			t.Fatal(err)
		}
		if got := mode(t, path); runtime.GOOS != "windows" && got != want {
			t.Errorf("mode = %o, want %o", got, want)
		}
		if _, err := os.Stat(file.Backup()); err == nil {
			t.Error("a new file has a backup")
		}
	}
}

func TestWriteRefusesAFileThatHasChanged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	writeFile(t, path, "before")
	file := read(t, path)
	writeFile(t, path, "by another program")
	if err := file.Write("after", install.WriteOptions{}); err == nil || !strings.Contains(err.Error(), "has changed meanwhile") {
		t.Errorf("error = %v, want one about the change", err)
	}
	if got := content(t, path); got != "by another program" {
		t.Errorf("content = %q", got)
	}
}

func TestReadRefusesWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	closed, dangling := filepath.Join(folder, "closed"), filepath.Join(folder, "dangling")
	writeFile(t, closed, "{}")
	if err := os.Chmod(closed, 0o440); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(folder, "nothing"), dangling); err != nil {
		t.Skip("needs links")
	}
	for path, want := range map[string]string{closed: "read-only", dangling: "link to a file that does not exist", folder: "not a file"} {
		if _, err := install.Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error = %v, want one with %q", path, err, want)
		}
	}
}
