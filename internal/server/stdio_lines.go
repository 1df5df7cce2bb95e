package server

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/mark3labs/mcp-go/mcp"
)

// lineReader filters the lines of a client for mcp-go, which has no limits of its own: it responds to messages that are
// rejected, and tracks the calls that wait for a worker, so that they can be cancelled before they start.
type lineReader struct {
	in    *bufio.Reader
	out   io.Writer
	limit int64
	// ensureTools runs before each message that mcp-go will read.
	ensureTools func(*envelope)
	hidden      *hiddenJSON
	queued      *queuedCalls
	requests    *openRequests
	// ended is closed when all that came before the end of the input, or before its first error, has been passed on.
	// mcp-go, which cancels its calls at the end of the input, reads the end when release is closed.
	ended, release chan struct{}

	// line is the unread rest of the current line.
	line []byte
	err  error
}

// Read returns the lines that are not rejected. The last needs no line break.
func (r *lineReader) Read(p []byte) (int, error) {
	for len(r.line) == 0 {
		if r.err != nil {
			close(r.ended)
			<-r.release
			return 0, r.err
		}
		var line []byte
		if line, r.err = r.readLine(); len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		message, rejected := r.accept(line)
		r.requests.noteMessage(r.in.Buffered() > 0)
		if rejected != nil {
			// The writer itself detects a client that does not read.
			_, _ = r.out.Write(append(rejected.encode(), '\n'))
			continue
		}
		r.line = append(message, '\n')
	}
	n := copy(p, r.line)
	r.line = r.line[n:]
	return n, nil
}

// readLine reads one line with its line break. Of a line over the limit it keeps just enough for accept to detect it.
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

// accept returns a line as mcp-go can read it, without its line break, or the error for a line that is rejected. It adds
// calls to the queue and applies cancellations to it.
func (r *lineReader) accept(line []byte) ([]byte, *rpcError) {
	line = bytes.TrimPrefix(bytes.TrimRight(line, "\r\n"), []byte("\ufeff")) // a byte order mark begins files of Windows
	if int64(len(line)) > r.limit {
		return nil, &rpcError{code: mcp.INVALID_REQUEST, text: fmt.Sprintf("the message is larger than %d bytes; --max-body allows more", r.limit)}
	}
	message, adapted, rejected := r.hidden.adapt(line)
	switch {
	case rejected != nil:
		return nil, rejected
	case message.Method == mcp.MethodNotificationCancelled:
		r.queued.cancel(message.Params.RequestID)
	case message.isCall() && !r.queued.add(message.ID):
		return nil, &rpcError{
			id: message.ID, code: codeOverloaded,
			text: fmt.Sprintf("%d calls wait already; nothing was done, call again when some have ended", stdioQueue),
		}
	}
	if message.isRequest() && !message.isSubscription() {
		r.requests.add(message.ID)
	}
	r.ensureTools(message)
	return adapted, nil
}
