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

// lineReader stands between a client's lines and mcp-go, which knows no bounds: it answers what is not to be carried
// out, and keeps the calls that wait for a worker, so that they can be cancelled before they begin.
type lineReader struct {
	in    *bufio.Reader
	out   io.Writer
	limit int64
	// about is told of each message that mcp-go will read.
	about   func(envelope)
	waiting *waitingCalls
	// ended is closed when there is no more to read.
	ended chan struct{}

	// line is what is left to read of the current line.
	line []byte
	err  error
}

func newLineReader(in io.Reader, out io.Writer, limit int64, about func(envelope)) *lineReader {
	return &lineReader{
		in: bufio.NewReaderSize(in, 64<<10), out: out, limit: limit, about: about,
		waiting: &waitingCalls{ids: map[any]bool{}}, ended: make(chan struct{}),
	}
}

// Read hands over lines that mcp-go can carry out.
func (r *lineReader) Read(p []byte) (int, error) {
	for len(r.line) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		line, err := r.next()
		if err != nil {
			r.err = err
			close(r.ended)
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if refused := r.refusal(line); refused != nil {
			// A client that reads nothing is found out by the writer.
			_, _ = r.out.Write(append(refused.message(), '\n'))
			continue
		}
		r.line = line
	}
	n := copy(p, r.line)
	r.line = r.line[n:]
	return n, nil
}

// next reads one line with its end. Of a line beyond the limit only so much is kept that it can be told.
func (r *lineReader) next() ([]byte, error) {
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

// refusal says why a line is not carried out; nil when it is.
func (r *lineReader) refusal(line []byte) *refusal {
	if int64(len(bytes.TrimRight(line, "\r\n"))) > r.limit {
		return &refusal{code: mcp.INVALID_REQUEST, text: fmt.Sprintf("the message is larger than %d bytes; --max-body allows more", r.limit)}
	}
	message, refused := open(line)
	switch {
	case refused != nil:
		return refused
	case message.Method == mcp.MethodNotificationCancelled:
		r.waiting.cancel(message.Params.RequestID)
	case message.isCall() && !r.waiting.add(message.id()):
		return &refusal{
			id: message.ID, code: overloaded,
			text: fmt.Sprintf("%d calls wait already; nothing was done, call again when some have ended", stdioQueue),
		}
	}
	r.about(message)
	return nil
}

// waitingCalls are the calls that wait for a worker, by request id. True are those that were cancelled meanwhile.
type waitingCalls struct {
	mu  sync.Mutex
	ids map[any]bool
}

// add reports whether there was room for one more.
func (c *waitingCalls) add(id any) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !isID(id) {
		return true // mcp-go refuses it
	}
	if len(c.ids) >= stdioQueue-stdioWorkers {
		return false
	}
	c.ids[id] = false
	return true
}

func (c *waitingCalls) cancel(id any) {
	if !isID(id) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, waits := c.ids[id]; waits {
		c.ids[id] = true
	}
}

// begin takes a call out; it reports whether the call was cancelled.
func (c *waitingCalls) begin(id any) (cancelled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	cancelled = c.ids[id]
	delete(c.ids, id)
	return cancelled
}

// isID reports whether id is of a type that an id can have.
func isID(id any) bool {
	switch id.(type) {
	case string, float64:
		return true
	}
	return false
}

type waitingKey struct{}

// withWaiting makes the waiting calls of a connection known where they begin.
func withWaiting(ctx context.Context, waiting *waitingCalls) context.Context {
	return context.WithValue(ctx, waitingKey{}, waiting)
}

// errCancelled answers a call that was cancelled while it waited.
var errCancelled = errors.New("the call was cancelled before it began")

// beginRequest is a hook of mcp-go: a worker takes a request up, unless it was cancelled while it waited.
func beginRequest(ctx context.Context, id, _ any) error {
	waiting, ok := ctx.Value(waitingKey{}).(*waitingCalls)
	if ok && isID(id) && waiting.begin(id) {
		return errCancelled
	}
	return nil
}
