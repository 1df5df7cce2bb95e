package server

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// connections are what clients give their servers as stdout: most a pipe, Node a socket.
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
	return &lineWriter{out: out, pause: time.Millisecond, timeout: time.Minute, stuck: func(error) {}}
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

func TestAResultWaitsForWhatTheClientHasNotRead(t *testing.T) {
	t.Parallel()
	for name, ends := range connections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newLineWriter(ends[1])
			writeLine(t, w)
			if read, known := w.read(); !known || read >= w.written {
				t.Errorf("%d of %d bytes were read, known: %t", read, w.written, known)
			}
			// A call that is given up waits no longer.
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			began := time.Now()
			if w.settle(ctx, began); ctx.Err() == nil {
				t.Errorf("it waited only %v", time.Since(began))
			}
			readLine(t, ends[0])
			w.settle(t.Context(), time.Now())
			if read, known := w.read(); !known || read != w.written {
				t.Errorf("%d of %d bytes were read, known: %t", read, w.written, known)
			}
		})
	}
}

func TestAResultDoesNotWaitForTheProgressOfOthers(t *testing.T) {
	t.Parallel()
	ends := connections(t)["pipe"]
	w := newLineWriter(ends[1])
	writeLine(t, w)
	settled := make(chan struct{})
	go func() {
		w.settle(t.Context(), time.Now())
		close(settled)
	}()
	// Whenever one more line is there to be read before the last was, some line is unread all the time.
	for range 1000 {
		writeLine(t, w)
		readLine(t, ends[0])
		select {
		case <-settled:
			return
		case <-time.After(time.Millisecond):
		}
	}
	t.Error("it waits for what was written later")
}

func TestAResultLeavesAPauseThoughAllWasRead(t *testing.T) {
	t.Parallel()
	ends := connections(t)["pipe"]
	w := newLineWriter(ends[1])
	w.pause = 30 * time.Millisecond
	writeLine(t, w)
	readLine(t, ends[0])
	began := time.Now()
	w.settle(t.Context(), began)
	if took := time.Since(began); took < w.pause {
		t.Errorf("it waited for %v only", took)
	}
}

func TestAResultLeavesAPauseWhereTheReaderCannotBeSeen(t *testing.T) {
	t.Parallel()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := newLineWriter(file)
	w.pause = 30 * time.Millisecond
	writeLine(t, w)
	began := time.Now()
	w.settle(t.Context(), began)
	if took := time.Since(began); took < w.pause || took > lateReader/2 {
		t.Errorf("it waited for %v", took)
	}
}
