//go:build unix

package doctor

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestPipesInPlaceOfFiles have no writer: to open one would wait for ever.
func TestPipesInPlaceOfFiles(t *testing.T) {
	t.Parallel()
	options := local(t)
	home := options.Machine.Home
	secrets := filepath.Join(home, ".continue", ".env")
	data := filepath.Join(home, "a.db")
	for _, each := range []string{cursorFile(options), secrets, data} {
		if err := os.MkdirAll(filepath.Dir(each), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(each, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(home, ".continue", "config.yaml"), "mcpServers:\n  - name: orq\n    command: "+newProgram(t)+
		"\n    args: [play, ok, --sandbox, --data, "+data+"]\n    env:\n      X: ${{ secrets.X }}\n")
	report := run(t, options)
	want(t, report, checkClient, "warning: cursor: "+cursorFile(options)+": it is not a file", "note: continue, orq in ", "without secrets.X")
	want(t, report, checkData, "failed: of continue, orq: ")
}
