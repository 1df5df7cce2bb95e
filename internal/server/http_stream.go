package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/idle"
	"github.com/orq-mcp/orq-mcp/internal/scratch"
)

// keepAliveAfter is how long nothing may be written to a response before a comment is: less than the 60 s after which
// proxies close idle connections.
const keepAliveAfter = 15 * time.Second

const eventStream = "text/event-stream"

// answer is the response to one request, with three writers: mcp-go, the sink of the call, and keepAlive.
//
// It is the JSON response of mcp-go, unless progress or a comment is written first; then it becomes an event stream whose
// last event is mcp-go's JSON. mcp-go can also start an event stream itself. mcp-go writes each message with one Write.
type answer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	hidden  *hiddenJSON
	// header is what mcp-go sets. It is copied to w when mcp-go starts the response; only mcp-go's goroutine may access it.
	header http.Header

	mu sync.Mutex
	// started is set when status and header have been written, streaming when they are those of an event stream. event is
	// the buffer in which a JSON message is framed.
	started   bool
	streaming bool
	event     []byte
	// keepAliveTimer is reset by every write; nil when silence is allowed.
	keepAliveTimer *idle.Timer
}

func newAnswer(w http.ResponseWriter, timeout time.Duration, hidden *hiddenJSON) *answer {
	return &answer{w: w, control: http.NewResponseController(w), timeout: timeout, hidden: hidden, header: http.Header{}}
}

// Header returns the header of the response that mcp-go starts.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader starts the response, unless it has started.
func (a *answer) WriteHeader(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.start(status)
}

// start writes status and header, unless they have been written. The caller holds the lock.
func (a *answer) start(status int) {
	if a.started {
		return
	}
	a.started = true
	a.streaming = strings.HasPrefix(a.header.Get("Content-Type"), eventStream)
	maps.Copy(a.w.Header(), a.header)
	if a.streaming {
		disableBuffering(a.w.Header())
	}
	a.w.WriteHeader(status)
}

// startStream starts the response as an event stream; errNotStreaming when it has started as something else. The caller
// holds the lock.
func (a *answer) startStream() error {
	if !a.started {
		a.started, a.streaming = true, true
		a.w.Header().Set("Content-Type", eventStream)
		disableBuffering(a.w.Header())
		a.w.WriteHeader(http.StatusOK)
	}
	if !a.streaming {
		return errNotStreaming
	}
	return nil
}

// disableBuffering asks caches and proxies to forward each event at once.
func disableBuffering(header http.Header) {
	header.Set("Cache-Control", "no-cache")
	header.Set("X-Accel-Buffering", "no")
}

// errNotStreaming is returned for progress when the response has started as plain JSON.
var errNotStreaming = errors.New("the answer has begun without a stream")

// Write writes a message of mcp-go; in an event stream, a JSON message is framed as an event.
func (a *answer) Write(data []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.start(http.StatusOK)
	message := a.hidden.restore(data)
	if !a.streaming || !bytes.HasPrefix(data, []byte("{")) {
		if _, err := a.write(message); err != nil {
			return 0, err
		}
		return len(data), nil
	}
	prefix, suffix := a.framing()
	a.event = append(append(append(a.event[:0], prefix...), bytes.TrimRight(message, "\n")...), suffix...)
	if _, err := a.write(a.event); err != nil {
		return 0, err
	}
	return len(data), a.control.Flush()
}

// writeResult writes the response to the request, whose result appendResult encodes: as an event if something was written
// before, else as JSON.
func (a *answer) writeResult(id json.RawMessage, appendResult func([]byte) []byte) {
	prefix, suffix := a.framing()
	message := append(append(append(scratch.Take(), prefix...), `{"jsonrpc":"2.0","id":`...), id...)
	message = appendResult(append(message, `,"result":`...))
	message = append(append(message, '}'), suffix...)
	buffer := message
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.started {
		message = message[len(prefix) : len(message)-len(suffix)]
		a.header.Set("Content-Type", "application/json")
		a.header.Set("Content-Length", strconv.Itoa(len(message)))
		a.start(http.StatusOK)
	}
	// Only the connection can fail here, and then there is nobody to report it to.
	if _, err := a.write(message); err == nil {
		scratch.Return(buffer)
	}
}

// framing frames a message as an event.
func (*answer) framing() (prefix, suffix string) { return "event: message\ndata: ", "\n\n" }

// writeFrames writes and flushes events or comments, and starts an event stream if nothing has been written yet.
func (a *answer) writeFrames(frames []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.startStream(); err != nil {
		return err
	}
	if _, err := a.write(frames); err != nil {
		return err
	}
	return a.control.Flush()
}

// write writes with a deadline of its own. The caller holds the lock.
func (a *answer) write(data []byte) (int, error) {
	if a.keepAliveTimer != nil {
		a.keepAliveTimer.Reset()
	}
	_ = a.control.SetWriteDeadline(time.Now().Add(a.timeout))
	return a.w.Write(data) //nolint:gosec // JSON-RPC, never a page
}

// keepAlive writes a comment whenever nothing was written for keepAliveAfter, so that no proxy closes the connection as
// idle, until stop is called.
func (a *answer) keepAlive() (stop func()) {
	timer := idle.NewTimer(keepAliveAfter, func() bool { return a.writeFrames([]byte(": keepalive\n\n")) == nil })
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keepAliveTimer = timer
	return timer.Stop
}

// Flush sends buffered data to the client.
func (a *answer) Flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.control.Flush()
}

// Unwrap returns the underlying writer, for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.w }

// waitBeforeResult does nothing: clients over HTTP decode events one by one, however they arrive.
func (*answer) waitBeforeResult(context.Context, time.Time) {}
