package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// programPath returns the absolute path by which clients start this program. One on the PATH that leads to it, maybe through a
// link, survives an upgrade. A program that go run has built ends with this process: that is an error, unless temporary allows it.
func programPath(temporary bool) (string, error) {
	running, err := os.Executable()
	if err != nil {
		return "", err
	}
	if found, err := exec.LookPath("orq-mcp"); err == nil && sameFile(found, running) {
		return filepath.Abs(found)
	}
	if !temporary && strings.HasPrefix(running, filepath.Join(os.TempDir(), "go-build")) {
		return "", errors.New("go run has built this program for now only; install it with go install ./cmd/orq-mcp, and run that")
	}
	return running, nil
}
