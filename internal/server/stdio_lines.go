package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// lineReader filters the lines of a client for mcp-go, which has no limits of its own: it responds to messages that are
// rejected, and tracks the calls that wait for a worker, so that they can be cancelled before they start.
type lineReader struct {
	in    *bufio.Reader
	out   io.Writer
	limit int64
	// ensureTools runs before each message that mcp-go will read.
	ensureTools func(envelope)
	queued      *queuedCalls
	// ended is closed at the end of the input or with its first error.
	ended chan struct{}

	// line is the unread rest of the current line.
	line []byte
	err  error
}

func newLineReader(in io.Reader, out io.Writer, limit int64, ensureTools func(envelope)) *lineReader {
	return &lineReader{
		in: bufio.NewReaderSize(in, 64<<10), out: out, limit: limit, ensureTools: ensureTools,
		queued: &queuedCalls{cancelled: map[any]bool{}}, ended: make(chan struct{}),
	}
}

// Read returns the lines that are not rejected.
func (r *lineReader) Read(p []byte) (int, error) {
	for len(r.line) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		line, err := r.readLine()
		if err != nil {
			r.err = err
			close(r.ended)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if rejected := r.check(line); rejected != nil {
			// The writer itself detects a client that does not read.
			_, _ = r.out.Write(append(rejected.encode(), '\n'))
			continue
		}
		r.line = line
	}
	n := copy(p, r.line)
	r.line = r.line[n:]
	return n, nil
}

// readLine reads one line with its line break. Of a line over the limit it keeps just enough for check to detect it.
func (r *lineReader) readLine() ([]byte, error) {
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		if int64(len(line)) <= r.limit+int64(len("\r\n")) {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// check returns the error for a line that is rejected, or nil. It adds calls to the queue and applies cancellations to it.
func (r *lineReader) check(line []byte) *rpcError {
	if int64(len(bytes.TrimRight(line, "\r\n"))) > r.limit {
		return &rpcError{code: mcp.INVALID_REQUEST, text: fmt.Sprintf("the message is larger than %d bytes; --max-body allows more", r.limit)}
	}
	message, rejected := parseEnvelope(line)
	switch {
	case rejected != nil:
		return rejected
	case message.Method == mcp.MethodNotificationCancelled:
		r.queued.cancel(message.Params.RequestID)
	case message.isCall() && !r.queued.add(message.id()):
		return &rpcError{
			id: message.ID, code: codeOverloaded,
			text: fmt.Sprintf("%d calls wait already; nothing was done, call again when some have ended", stdioQueue),
		}
	}
	r.ensureTools(message)
	return nil
}

// queuedCalls tracks the calls that wait for a worker.
type queuedCalls struct {
	mu sync.Mutex
	// cancelled holds the queued calls by request ID; the value is whether the call was cancelled while it was queued.
	cancelled map[any]bool
}

// add adds a call; it reports false when the queue is full.
func (c *queuedCalls) add(id any) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !isID(id) {
		return true // mcp-go rejects it
	}
	if len(c.cancelled) >= stdioQueue-stdioWorkers {
		return false
	}
	c.cancelled[id] = false
	return true
}

func (c *queuedCalls) cancel(id any) {
	if !isID(id) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, queued := c.cancelled[id]; queued {
		c.cancelled[id] = true
	}
}

// remove removes a call when a worker starts it, and reports whether it was cancelled.
func (c *queuedCalls) remove(id any) (cancelled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cancelled = c.cancelled[id]
	delete(c.cancelled, id)
	return cancelled
}

// isID reports whether id has a type that a request ID may have.
func isID(id any) bool {
	switch id.(type) {
	case string, float64:
		return true
	}
	return false
}

type queuedCallsKey struct{}

// withQueuedCalls stores in ctx the queued calls of a connection, for dequeueRequest.
func withQueuedCalls(ctx context.Context, queued *queuedCalls) context.Context {
	return context.WithValue(ctx, queuedCallsKey{}, queued)
}

// errCancelled is the error of a call that was cancelled while it was queued.
var errCancelled = errors.New("the call was cancelled before it began")

// dequeueRequest is the mcp-go hook that runs when a worker starts a request. Its error keeps the request from running.
func dequeueRequest(ctx context.Context, id, _ any) error {
	queued, ok := ctx.Value(queuedCallsKey{}).(*queuedCalls)
	if ok && isID(id) && queued.remove(id) {
		return errCancelled
	}
	return nil
}
