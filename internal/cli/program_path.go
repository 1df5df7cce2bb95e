package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// programPath returns the absolute path by which clients start this program. A program that go run has built ends with this
// process: that is an error, unless temporary allows it.
func programPath(temporary bool) (string, error) {
	running, err := os.Executable()
	if err != nil {
		return "", err
	}
	if !temporary && isTemporary(running) {
		return "", errors.New("go run has built this program for now only; install it with go install ./cmd/orq-mcp, and run that")
	}
	if found, err := exec.LookPath("orq-mcp"); err == nil {
		return lastingPath(running, found)
	}
	return running, nil
}

// lastingPath returns the path on the PATH if it leads to the running program, else that of the running program. The first
// may be a link, which still leads to the program after an upgrade.
func lastingPath(running, onPath string) (string, error) {
	if sameFile(onPath, running) {
		return filepath.Abs(onPath)
	}
	return running, nil
}

// isTemporary reports whether go run has built a program.
func isTemporary(program string) bool {
	return strings.HasPrefix(program, filepath.Join(os.TempDir(), "go-build"))
}
