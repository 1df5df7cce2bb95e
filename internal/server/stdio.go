package server

// On stdio all calls share one connection:
//
//	stdin --> lineReader --> read loop of mcp-go --> queue of calls --> 100 workers: wrapCall, tool
//	          limits, queue           |                                    |        |
//	          of calls     other requests, notifications            result |        | progress (sink.go)
//	              | errors            | results                            |        |
//	stdout <------+-------------------+------------------------------------+--------+
//	          lineWriter: one lock for all, one line per Write, a timeout for each Write
//
// mcp-go has 5 workers by default: 60 streams of one second took 12 s with them, and take 1 s with 100. When its queue is
// full, mcp-go runs a call on the read loop, which then reads no ping and no cancellation; lineReader rejects calls before
// that. lineReader also tracks the queued calls, because mcp-go can only cancel a call that has started.
//
// The TypeScript SDK drops progress that it reads together with the result. A pause of 50 ms between the two prevents it, one
// of 5 ms does not: see waitBeforeResult.

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

const (
	// stdioWorkers bounds the calls that run at once, stdioQueue those that wait for a worker.
	stdioWorkers = 100
	stdioQueue   = 10_000
	// maxResultDelay bounds how long a result waits for a client that has not read the progress before it.
	maxResultDelay = 5 * time.Second
	// lastWriteTimeout is how long a client has to read the last responses when stdio ends.
	lastWriteTimeout = 3 * time.Second
)

// StdioResultDelay is the pause between the last progress and the result that clients on stdio need: the TypeScript SDK
// drops progress that arrives in the same read as the result.
const StdioResultDelay = 50 * time.Millisecond

// StdioOptions configure ServeStdio. A zero field has its default, except ResultDelay.
type StdioOptions struct {
	// MaxBody bounds one message, in bytes.
	MaxBody int64
	// WriteTimeout bounds each write; a client that reads nothing for longer ends the connection.
	WriteTimeout time.Duration
	// ResultDelay is the least pause between the last progress and the result. The result waits up to 5 s longer for a
	// client that has not read the progress. 0 disables both.
	ResultDelay time.Duration
}

// errNotReading ends a connection whose client has stopped reading.
var errNotReading = errors.New("the client stopped reading")

// ServeStdio serves MCP on in and out until in or ctx ends; neither is an error. Requests that came before the end of in are
// answered as described in stdio_end.go. Only one ServeStdio may run in a process, because mcp-go keeps its stdio session in
// a global variable.
func (s *Server) ServeStdio(ctx context.Context, in io.Reader, out io.Writer, options StdioOptions) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	requests := newOpenRequests(in)
	connection := &lineWriter{
		out: out, hidden: s.hidden, requests: requests, resultDelay: options.ResultDelay,
		timeout: cmp.Or(options.WriteTimeout, DefaultWriteTimeout), cancel: cancel,
	}
	input := &lineReader{
		in: bufio.NewReaderSize(in, 64<<10), out: connection, limit: cmp.Or(options.MaxBody, DefaultMaxBody), ensureTools: s.ensureTools,
		hidden: s.hidden, queued: &queuedCalls{cancelled: map[string]bool{}}, requests: requests,
		ended: make(chan struct{}), release: make(chan struct{}),
	}
	streams, endStreams := context.WithCancelCause(ctx)
	calls, endCalls := context.WithCancelCause(ctx)
	defer endStreams(nil)
	defer endCalls(nil)
	listenErr := make(chan error, 1)
	go func() {
		err := s.stdioTransport(streams, calls, connection, input).Listen(ctx, input, connection)
		input.answerQueued()
		listenErr <- err
	}()
	select {
	case err := <-listenErr:
		return stdioError(ctx, err)
	case <-input.ended:
		finishRequests(ctx, input, connection, endStreams, endCalls)
	case <-ctx.Done():
	}
	input.queued.stop()
	close(input.release)
	// Calls are cancelled now, but mcp-go waits for their responses to be written, and the client may have stopped reading.
	select {
	case err := <-listenErr:
		return stdioError(ctx, err)
	case <-time.After(lastWriteTimeout):
		return fmt.Errorf("serve stdio: %w", errNotReading)
	}
}

// stdioTransport returns mcp-go's transport for a connection. Its calls end with the context calls, and those that have sent
// progress with the context streams.
func (s *Server) stdioTransport(streams, calls context.Context, connection *lineWriter, input *lineReader) *mcpserver.StdioServer {
	transport := mcpserver.NewStdioServer(s.mcp)
	transport.SetErrorLogger(slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn))
	mcpserver.WithWorkerPoolSize(stdioWorkers)(transport)
	mcpserver.WithQueueSize(stdioQueue)(transport)
	transport.SetContextFunc(func(ctx context.Context) context.Context {
		ctx = withSessionID(withFrameWriter(ctx, connection), "stdio") // HTTP sessions have other ids
		return withInput(withCallLifetime(withQueuedCalls(ctx, input.queued), calls), streams)
	})
	return transport
}

// stdioError returns the error of ServeStdio for that of mcp-go: nil for the end of ctx or of the input.
func stdioError(ctx context.Context, err error) error {
	switch {
	case errors.Is(context.Cause(ctx), errNotReading):
		return fmt.Errorf("serve stdio: %w", errNotReading)
	case err == nil || ctx.Err() != nil || errors.Is(err, io.ErrClosedPipe):
		return nil //nolint:nilerr // a normal end
	}
	return fmt.Errorf("serve stdio: %w", err)
}

// lineWriter is a connection with one message per line. mcp-go writes each of its messages with one Write.
type lineWriter struct {
	out         io.Writer
	hidden      *hiddenJSON
	requests    *openRequests
	resultDelay time.Duration
	timeout     time.Duration
	// cancel ends the connection when a write takes longer than timeout: all calls share its one reader.
	cancel context.CancelCauseFunc
	// writeBegan is the time at which the current write began, in Unix nanoseconds; 0 while there is none.
	writeBegan atomic.Int64

	mu       sync.Mutex
	watchdog *time.Timer
	// written counts bytes.
	written int64
}

// Write writes whole lines.
func (w *lineWriter) Write(message []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watchdog == nil {
		w.watchdog = time.AfterFunc(w.timeout, func() { w.cancel(errNotReading) })
	} else {
		w.watchdog.Reset(w.timeout)
	}
	defer w.watchdog.Stop()
	w.writeBegan.Store(time.Now().UnixNano())
	defer w.writeBegan.Store(0)
	restored := w.hidden.restore(message)
	answered := w.requests.beginAnswer(restored)
	n, err := w.out.Write(restored)
	w.written += int64(n)
	answered()
	if err != nil {
		return 0, err
	}
	return len(message), nil
}

// blockedFor returns for how long the current write has been blocked.
func (w *lineWriter) blockedFor() time.Duration {
	began := w.writeBegan.Load()
	if began == 0 {
		return 0
	}
	return time.Since(time.Unix(0, began))
}

// framing ends each message with a line break.
func (*lineWriter) framing() (prefix, suffix string) { return "", "\n" }

func (w *lineWriter) writeFrames(frames []byte) error {
	_, err := w.Write(frames)
	return err
}

// waitBeforeResult waits until resultDelay after lastWrite, and then until the client has read what is written by now,
// where the system can report that. The pause is kept even if all was read: the reader may be a relay such as ssh.
func (w *lineWriter) waitBeforeResult(ctx context.Context, lastWrite time.Time) {
	if w.resultDelay == 0 {
		return
	}
	w.mu.Lock()
	written := w.written
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, maxResultDelay)
	defer cancel()
	for wait := time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond) {
		if left := w.resultDelay - time.Since(lastWrite); left > 0 {
			wait = left
		} else if read, known := w.bytesRead(); !known || read >= written {
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

// bytesRead returns how many bytes the client has read; known is false where the system cannot report it.
func (w *lineWriter) bytesRead() (n int64, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	unread, known := unreadBytes(w.out)
	return w.written - int64(unread), known
}
