// Package docs_test checks the documents: that their links lead somewhere, their commands run, their files and flags exist,
// and what they state about the program is true.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// root is the top of the repository.
const root = "../.."

var program string

func TestMain(m *testing.M) { built.Main(m, &program) }

// read returns a file of the repository.
func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// files returns the paths of all files of the repository whose names match, without what is installed or built.
func files(t *testing.T, pattern string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "node_modules", "bin", "dist"}, entry.Name()) {
			return fs.SkipDir
		}
		if matched, _ := filepath.Match(pattern, entry.Name()); matched && !entry.IsDir() {
			relative, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			paths = append(paths, filepath.ToSlash(relative))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatalf("no file matches %s", pattern)
	}
	return paths
}

// exists reports whether the repository has a file or folder.
func exists(path string) bool {
	_, err := os.Stat(filepath.Join(root, path))
	return err == nil
}

// documents reads every Markdown file of the repository.
func documents(t *testing.T) (list []document) {
	t.Helper()
	for _, path := range files(t, "*.md") {
		list = append(list, parse(path, read(t, path)))
	}
	return list
}

// TestTheREADMENamesTheGoVersion wants the version of go.mod where the README lists what is needed.
func TestTheREADMENamesTheGoVersion(t *testing.T) {
	t.Parallel()
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	if version == nil {
		t.Fatal("go.mod names no version of Go")
	}
	if want := "With Go " + version[1] + " or newer"; !strings.Contains(read(t, "README.md"), want) {
		t.Errorf("README.md does not hold %q", want)
	}
}

func TestREADMEIsShort(t *testing.T) {
	t.Parallel()
	if got := strings.Count(read(t, "README.md"), "\n"); got > 150 {
		t.Errorf("README.md has %d lines, want at most 150", got)
	}
}
