//go:build unix

package doctor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/install"
)

func TestACommandThatHangsIsKilledWithItsChildren(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "child")
	options := cursorWith(t, install.Server{Name: "orq", Command: newProgram(t), Args: []string{"play", "hang", file}})
	began := time.Now()
	report := Run(t.Context(), options)
	// The bound of the documentation, and half a second for a busy machine.
	if took := time.Since(began); took > mostTime+500*time.Millisecond {
		t.Errorf("the run took %v", took)
	}
	want(t, report, checkClient, "failed: ", "it did not list its tools within 2s")
	isGone(t, file)
}

// isGone checks that the process whose id is in a file has ended.
func isGone(t *testing.T, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	id, err2 := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for ctx := within(t, 10*time.Second); ctx.Err() == nil; runtime.Gosched() {
		status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(id), "stat"))
		if err != nil && syscall.Kill(id, 0) != nil || strings.Contains(string(status), ") Z ") {
			return
		}
	}
	t.Errorf("process %d is still there", id)
}

func TestAnInterruptEndsTheCommands(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "child")
	options := cursorWith(t, install.Server{Name: "orq", Command: newProgram(t), Args: []string{"play", "hang", file}})
	ctx, cancel := context.WithCancel(t.Context())
	limited := within(t, 10*time.Second)
	go func() {
		for ; limited.Err() == nil; runtime.Gosched() {
			if raw, err := os.ReadFile(file); err == nil && len(raw) > 0 {
				cancel()
				return
			}
		}
	}()
	report := Run(ctx, options)
	cancel()
	want(t, report, checkClient, "skipped: ", "interrupted")
	isGone(t, file)
}
