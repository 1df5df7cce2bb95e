package server

import (
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

// ServeStdio speaks MCP on in and out until in ends or ctx does; both are a normal end. Only one may run in a process,
// because mcp-go keeps its stdio session global.
func (s *Server) ServeStdio(ctx context.Context, in io.Reader, out io.Writer, settle time.Duration) error {
	connection := &lineWriter{out: out, pause: settle}
	transport := mcpserver.NewStdioServer(s.mcp)
	transport.SetErrorLogger(slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn))
	mcpserver.WithWorkerPoolSize(stdioWorkers)(transport)
	mcpserver.WithQueueSize(stdioQueue)(transport)
	transport.SetContextFunc(func(ctx context.Context) context.Context { return withFrameWriter(ctx, connection) })
	input := &endingReader{Reader: in, ended: make(chan struct{})}
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
		return errors.New("serve stdio: the client stopped reading")
	}
}

// lastWrites is how long a client has to take the last answers when stdio ends.
const lastWrites = 3 * time.Second

func listenError(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, io.ErrClosedPipe) {
		return nil //nolint:nilerr // the end that was asked for
	}
	return fmt.Errorf("serve stdio: %w", err)
}

// endingReader tells when its reader has ended.
type endingReader struct {
	io.Reader
	once  sync.Once
	ended chan struct{}
}

// Read passes the bytes on.
func (r *endingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil {
		r.once.Do(func() { close(r.ended) })
	}
	return n, err
}

// lineWriter is a connection of one message a line. mcp-go writes each of its messages with one Write.
type lineWriter struct {
	mu    sync.Mutex
	out   io.Writer
	pause time.Duration
	line  []byte
}

// Write passes a whole message of mcp-go on.
func (w *lineWriter) Write(message []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.out.Write(message)
}

func (w *lineWriter) writeFrame(message []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.line = append(append(w.line[:0], message...), '\n')
	_, err := w.out.Write(w.line)
	return err
}

func (w *lineWriter) settle() time.Duration { return w.pause }
