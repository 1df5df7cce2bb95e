package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

const (
	// stdioWorkers calls run at once; more wait in the queue.
	stdioWorkers = 100
	stdioQueue   = 10_000
)

// StdioSettle is the pause between the last progress and the result on stdio: the TypeScript SDK drops progress that
// arrives in the same read as the result.
const StdioSettle = 50 * time.Millisecond

// StdioOptions configure ServeStdio. A field that is 0 has its default, but for Settle.
type StdioOptions struct {
	// MaxBody bounds one message, in bytes.
	MaxBody int64
	// WriteTimeout is how long the client may take no bytes before the server gives up.
	WriteTimeout time.Duration
	// Settle is the least pause between the last progress and the result, which waits longer for a client that has not read
	// the progress. It does not wait for the client at all when this is 0.
	Settle time.Duration
}

// errNotReading ends a connection whose client takes nothing any more.
var errNotReading = errors.New("the client stopped reading")

// ServeStdio speaks MCP on in and out until in ends or ctx does; both are a normal end. Only one may run in a process,
// because mcp-go keeps its stdio session global.
func (s *Server) ServeStdio(ctx context.Context, in io.Reader, out io.Writer, options StdioOptions) error {
	ctx, stuck := context.WithCancelCause(ctx)
	defer stuck(nil)
	connection := &lineWriter{out: out, pause: options.Settle, timeout: cmp.Or(options.WriteTimeout, DefaultWriteTimeout), stuck: stuck}
	transport := mcpserver.NewStdioServer(s.mcp)
	transport.SetErrorLogger(slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn))
	mcpserver.WithWorkerPoolSize(stdioWorkers)(transport)
	mcpserver.WithQueueSize(stdioQueue)(transport)
	input := newLineReader(in, connection, cmp.Or(options.MaxBody, DefaultMaxBody), s.about)
	transport.SetContextFunc(func(ctx context.Context) context.Context {
		return withWaiting(withFrameWriter(ctx, connection), input.waiting)
	})
	listened := make(chan error, 1)
	go func() { listened <- transport.Listen(ctx, input, connection) }()
	select {
	case err := <-listened:
		return listenError(ctx, err)
	case <-input.ended:
	case <-ctx.Done():
	}
	// Calls end at once now, but mcp-go waits for their answers to be written, and the client may have stopped reading.
	select {
	case err := <-listened:
		return listenError(ctx, err)
	case <-time.After(lastWrites):
		return fmt.Errorf("serve stdio: %w", errNotReading)
	}
}

// lastWrites is how long a client has to take the last answers when stdio ends.
const lastWrites = 3 * time.Second

func listenError(ctx context.Context, err error) error {
	switch {
	case errors.Is(context.Cause(ctx), errNotReading):
		return fmt.Errorf("serve stdio: %w", errNotReading)
	case err == nil || ctx.Err() != nil || errors.Is(err, io.ErrClosedPipe):
		return nil //nolint:nilerr // the end that was asked for
	}
	return fmt.Errorf("serve stdio: %w", err)
}

// lineWriter is a connection of one message a line. mcp-go writes each of its messages with one Write.
type lineWriter struct {
	out     io.Writer
	pause   time.Duration
	timeout time.Duration
	// stuck ends the connection when a write takes longer than the timeout: the pipe has one reader for all calls.
	stuck context.CancelCauseFunc

	mu       sync.Mutex
	watchdog *time.Timer
	// written counts bytes.
	written int64
}

// Write passes a whole message of mcp-go on.
func (w *lineWriter) Write(message []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watchdog == nil {
		w.watchdog = time.AfterFunc(w.timeout, func() { w.stuck(errNotReading) })
	} else {
		w.watchdog.Reset(w.timeout)
	}
	defer w.watchdog.Stop()
	n, err := w.out.Write(message)
	w.written += int64(n)
	return n, err
}

// framing makes a message a line.
func (*lineWriter) framing() (before, after string) { return "", "\n" }

func (w *lineWriter) writeFrames(frames []byte) error {
	_, err := w.Write(frames)
	return err
}

// settle leaves a pause, and waits on until the client has read all that is written by now, where the system can tell.
// Something between the two, such as ssh, may have taken it sooner than the client: hence the pause in any case.
func (w *lineWriter) settle(ctx context.Context, last time.Time) {
	if w.pause == 0 {
		return
	}
	w.mu.Lock()
	written := w.written
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, lateReader)
	defer cancel()
	for wait := time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond) {
		if left := w.pause - time.Since(last); left > 0 {
			wait = left
		} else if read, known := w.read(); !known || read >= written {
			return
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// lateReader is how long a result waits for a client to read the progress before it.
const lateReader = 5 * time.Second

// read is how many bytes the client has read, where that is known.
func (w *lineWriter) read() (n int64, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	behind, known := notRead(w.out)
	return w.written - int64(behind), known
}
