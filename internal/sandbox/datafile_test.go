package sandbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestRefusedFileIsNotChanged(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		make func(t *testing.T, file string)
		want string
	}{
		"newer format": {func(t *testing.T, file string) { setFormat(t, file, "3") }, "the file has format 3, this program reads up to 2"},
		"no format":    {func(t *testing.T, file string) { setFormat(t, file, "new") }, "the file is no data of a sandbox"},
		"text":         {func(t *testing.T, file string) { writeFile(t, file, []byte("- key: helper\n")) }, "the file is no data of a sandbox"},
		"zeros":        {func(t *testing.T, file string) { writeFile(t, file, make([]byte, 100_000)) }, "the file is no data of a sandbox"},
		"another program's": {func(t *testing.T, file string) {
			updateFile(t, file, func(tx *bbolt.Tx) error {
				_, err := tx.CreateBucket([]byte("theirs"))
				return err
			})
		}, "the file is no data of a sandbox"},
		"half of it":     {func(t *testing.T, file string) { truncateTo(t, file, func(used int64) int64 { return used / 2 }) }, "the file is cut off: of "},
		"all but a byte": {func(t *testing.T, file string) { truncateTo(t, file, func(used int64) int64 { return used - 1 }) }, "the file is cut off: of "},
		"its head alone": {func(t *testing.T, file string) {
			truncateTo(t, file, func(int64) int64 { return 2 * int64(os.Getpagesize()) })
		}, "the file is cut off: of "},
		"one page":       {func(t *testing.T, file string) { truncateTo(t, file, func(int64) int64 { return 4096 }) }, "the file is damaged; restore a copy of it, or move it away to begin anew"},
		"part of a head": {func(t *testing.T, file string) { truncateTo(t, file, func(int64) int64 { return 1000 }) }, "the file is no data of a sandbox"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := dataFile(t)
			test.make(t, file)
			before := readFile(t, file)
			for operation, open := range openers() {
				if err := open(file); err == nil || !strings.Contains(err.Error(), file+": "+test.want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%s: error = %v, want one line that contains %q", operation, err, file+": "+test.want)
				}
			}
			if !bytes.Equal(before, readFile(t, file)) {
				t.Error("the refused file was changed")
			}
			if _, err := os.Stat(file + ".key"); err == nil {
				t.Error("a key file was created for a refused file")
			}
		})
	}
}

// openers returns the operations that open a file, by the beginning of their errors.
func openers() map[string]func(file string) error {
	return map[string]func(string) error{
		"open sandbox data": func(file string) error {
			_, err := sandbox.Open(sandbox.Options{Data: file})
			return err
		},
		"read sandbox data": func(file string) error {
			_, err := sandbox.Export(file)
			return err
		},
	}
}

func TestErrorsOfUnusableFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		make func(file string) error
		want string
	}{
		"directory":  {func(file string) error { return os.Mkdir(file, 0o700) }, "it is a directory"},
		"loop":       {func(file string) error { return os.Symlink(file, file) }, "too many levels of symbolic links"},
		"unreadable": {func(file string) error { return os.WriteFile(file, []byte("x"), 0) }, "permission denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "unreadable" && os.Getuid() == 0 {
				t.Skip("root reads every file")
			}
			file := dataFile(t)
			if err := test.make(file); err != nil {
				t.Fatal(err)
			}
			for operation, open := range openers() {
				if err := open(file); err == nil || err.Error() != operation+" "+file+": "+test.want {
					t.Errorf("error = %v, want %q", err, operation+" "+file+": "+test.want)
				}
			}
		})
	}
}

func TestErrorsOfUnusablePaths(t *testing.T) {
	t.Parallel()
	within := dataFile(t)
	writeFile(t, within, nil)
	for file, want := range map[string]string{
		filepath.Join(t.TempDir(), "no", "such", "file"): "no such file or directory",
		filepath.Join(within, "file"):                    "not a directory",
		os.DevNull:                                       "it is no regular file",
	} {
		for operation, open := range openers() {
			if err := open(file); err == nil || err.Error() != operation+" "+file+": "+want {
				t.Errorf("error = %v, want %q", err, operation+" "+file+": "+want)
			}
		}
	}
}

// TestOpenAfterAnInterruptedFirstStart opens files that a crash can leave behind during a first start.
func TestOpenAfterAnInterruptedFirstStart(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(t *testing.T, file string){
		"an empty file":     func(t *testing.T, file string) { writeFile(t, file, nil) },
		"an empty database": func(t *testing.T, file string) { updateFile(t, file, func(*bbolt.Tx) error { return nil }) },
		"an empty key file": func(t *testing.T, file string) { writeFile(t, file+".key", nil) },
		"part of a key":     func(t *testing.T, file string) { writeFile(t, file+".key.part", []byte("part")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := dataFile(t)
			leave(t, file)
			w := open(t, sandbox.Options{Data: file})
			w.register("far", serveCard(t, cardV03).URL, object{"headers": object{"X-Secret": object{"value": "hush"}}})
			w.close()
			call[orq.RefreshedCard](open(t, sandbox.Options{Data: file}), 200, "POST", "/v2/agents/far/card/refresh", nil)
			left, err := filepath.Glob(file + "*")
			if diff := cmp.Diff([]string{file, file + ".key"}, left); err != nil || diff != "" {
				t.Errorf("files after the start (-want +got), error %v:\n%s", err, diff)
			}
		})
	}
}

// TestNewFileAppearsComplete watches for the file during first starts: whenever a crash came, the file would be complete.
func TestNewFileAppearsComplete(t *testing.T) {
	t.Parallel()
	for range 20 {
		file := dataFile(t)
		seen := make(chan int64)
		go func() {
			for {
				if info, err := os.Stat(file); err == nil {
					seen <- info.Size()
					return
				}
			}
		}()
		open(t, sandbox.Options{Data: file}).close()
		if got, want := <-seen, int64(len(readFile(t, file))); got != want {
			t.Errorf("size of the file when it appeared = %d bytes, want %d as when it was open", got, want)
		}
	}
}

func TestOneOfManyFirstStartsSucceeds(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	boxes, failures := make(chan *sandbox.Sandbox, 8), make(chan error, 8)
	for range cap(boxes) {
		go func() {
			box, err := sandbox.Open(sandbox.Options{Data: file})
			boxes <- box
			failures <- err
		}()
	}
	opened := 0
	for range cap(boxes) {
		if err := <-failures; err != nil && !strings.HasSuffix(err.Error(), "the file is in use by another process") {
			t.Error(err)
		}
		if box := <-boxes; box != nil {
			opened++
			t.Cleanup(func() {
				if err := box.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	if left, err := filepath.Glob(file + "*"); err != nil || len(left) != 2 || opened != 1 {
		t.Errorf("%d starts succeeded and left %v (error %v), want 1 and two files", opened, left, err)
	}
}

func setFormat(t *testing.T, file, number string) {
	t.Helper()
	fillFile(t, file)
	updateFile(t, file, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte(number)) })
}

// fillFile creates a workspace whose agents need more pages than the head of the file.
func fillFile(t *testing.T, file string) {
	t.Helper()
	w := open(t, sandbox.Options{Data: file})
	for _, key := range []string{"one", "two", "three"} {
		w.create(key, object{"instructions": strings.Repeat(key, 10_000)})
	}
	w.close()
	if err := os.Remove(file + ".key"); err != nil {
		t.Fatal(err)
	}
}

// truncateTo fills the file and truncates it to the size that left returns for the number of bytes in use.
func truncateTo(t *testing.T, file string, left func(used int64) int64) {
	t.Helper()
	fillFile(t, file)
	var used int64
	updateFile(t, file, func(tx *bbolt.Tx) error {
		used = tx.Size()
		return nil
	})
	if err := os.Truncate(file, left(used)); err != nil {
		t.Fatal(err)
	}
}

func updateFile(t *testing.T, file string, edit func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(file, 0o600, nil)
	if err == nil {
		err = db.Update(edit)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
