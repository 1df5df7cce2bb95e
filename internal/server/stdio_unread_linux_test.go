package server

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// connections returns reader and writer of what clients give their servers as stdout: a pipe, or a socket in Node.
func connections(t *testing.T) map[string][2]*os.File {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][2]*os.File{
		"pipe":   {reader, writer},
		"socket": {os.NewFile(uintptr(pair[0]), "reader"), os.NewFile(uintptr(pair[1]), "writer")},
	}
	t.Cleanup(func() {
		for _, ends := range all {
			_ = ends[0].Close()
			_ = ends[1].Close()
		}
	})
	return all
}

func newLineWriter(out *os.File) *lineWriter {
	return &lineWriter{hidden: newHiddenJSON(), requests: newOpenRequests(nil), out: out, resultDelay: time.Millisecond, timeout: time.Minute, cancel: func(error) {}}
}

const progressLine = "progress\n"

func writeLine(t *testing.T, w *lineWriter) {
	t.Helper()
	if _, err := w.Write([]byte(progressLine)); err != nil {
		t.Fatal(err)
	}
}

func readLine(t *testing.T, from *os.File) {
	t.Helper()
	if _, err := io.ReadFull(from, make([]byte, len(progressLine))); err != nil {
		t.Fatal(err)
	}
}

func TestResultWaitsForUnreadProgress(t *testing.T) {
	t.Parallel()
	for name, ends := range connections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newLineWriter(ends[1])
			writeLine(t, w)
			if read, known := w.bytesRead(); !known || read >= w.written {
				t.Errorf("bytesRead() = %d, %t; want less than %d, true", read, known, w.written)
			}
			// The wait ends with the context of the call.
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			began := time.Now()
			if w.waitBeforeResult(ctx, began); ctx.Err() == nil {
				t.Errorf("waited %v, want until the context ended", time.Since(began))
			}
			readLine(t, ends[0])
			w.waitBeforeResult(t.Context(), time.Now())
			if read, known := w.bytesRead(); !known || read != w.written {
				t.Errorf("bytesRead() = %d, %t; want %d, true", read, known, w.written)
			}
		})
	}
}

func TestResultDoesNotWaitForLaterWrites(t *testing.T) {
	t.Parallel()
	ends := connections(t)["pipe"]
	w := newLineWriter(ends[1])
	writeLine(t, w)
	returned := make(chan struct{})
	go func() {
		w.waitBeforeResult(t.Context(), time.Now())
		close(returned)
	}()
	// Each line is written before the one before it is read, so that some line is unread at any time.
	for range 1000 {
		writeLine(t, w)
		readLine(t, ends[0])
		select {
		case <-returned:
			return
		case <-time.After(time.Millisecond):
		}
	}
	t.Error("waitBeforeResult waits for lines that were written later")
}

func TestResultIsDelayedThoughAllWasRead(t *testing.T) {
	t.Parallel()
	ends := connections(t)["pipe"]
	w := newLineWriter(ends[1])
	w.resultDelay = 30 * time.Millisecond
	writeLine(t, w)
	readLine(t, ends[0])
	began := time.Now()
	w.waitBeforeResult(t.Context(), began)
	if took := time.Since(began); took < w.resultDelay {
		t.Errorf("waited %v, want at least %v", took, w.resultDelay)
	}
}

func TestResultIsDelayedThoughUnreadBytesAreUnknown(t *testing.T) {
	t.Parallel()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := newLineWriter(file)
	w.resultDelay = 30 * time.Millisecond
	writeLine(t, w)
	began := time.Now()
	w.waitBeforeResult(t.Context(), began)
	if took := time.Since(began); took < w.resultDelay || took > maxResultDelay/2 {
		t.Errorf("waited %v, want %v to %v", took, w.resultDelay, maxResultDelay/2)
	}
}
