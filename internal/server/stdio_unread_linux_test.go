package server

import (
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

func TestAResultWaitsForABusyReader(t *testing.T) {
	t.Parallel()
	for name, ends := range connections(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &lineWriter{out: ends[1], pause: time.Millisecond, timeout: time.Minute}
			write := func() {
				if _, err := w.Write([]byte("progress\n")); err != nil {
					t.Error(err)
				}
			}
			write()
			waited := make(chan struct{})
			go func() {
				w.awaitReader(t.Context())
				close(waited)
			}()
			select {
			case <-waited:
				t.Fatal("nothing was read yet")
			case <-time.After(50 * time.Millisecond):
			}
			if _, err := ends[0].Read(make([]byte, 64)); err != nil {
				t.Fatal(err)
			}
			<-waited
		})
	}
}

func TestAResultDoesNotWaitForTheProgressOfOthers(t *testing.T) {
	t.Parallel()
	ends := connections(t)["pipe"]
	w := &lineWriter{out: ends[1], pause: time.Millisecond, timeout: time.Minute}
	const line = "progress\n"
	waited := make(chan struct{})
	for range 2 {
		if _, err := w.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		w.awaitReader(t.Context())
		close(waited)
	}()
	time.Sleep(20 * time.Millisecond)
	if _, err := w.Write([]byte(line)); err != nil {
		t.Fatal(err)
	}
	if _, err := ends[0].Read(make([]byte, 2*len(line))); err != nil {
		t.Fatal(err)
	}
	select {
	case <-waited:
	case <-time.After(lateReader / 2):
		t.Error("it waits for what was written later")
	}
}

func TestNobodyWaitsForAReaderThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := &lineWriter{out: file, pause: time.Millisecond, timeout: time.Minute}
	if _, err := w.Write([]byte("progress\n")); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	w.awaitReader(t.Context())
	if took := time.Since(began); took > lateReader/2 {
		t.Errorf("it waited for %v", took)
	}
}
