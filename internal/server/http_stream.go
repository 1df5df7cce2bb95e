package server

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// keepAliveAfter is how long an answer may be silent before a comment is written to it: shorter than the 60 s after
// which proxies give up.
const keepAliveAfter = 15 * time.Second

// answer is the answer to one request. It is JSON as mcp-go writes it, until progress or a comment comes first: then it
// is an event stream whose last event is mcp-go's JSON. mcp-go writes each message with one Write.
type answer struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
	// header is mcp-go's. It counts only when mcp-go begins the answer, and nothing else may touch it: progress and comments
	// come from other goroutines.
	header http.Header

	mu        sync.Mutex
	started   bool
	streaming bool
	event     []byte
	// quiet hears what is written; nil when silence is allowed.
	quiet *relay.Silence
}

func newAnswer(w http.ResponseWriter, timeout time.Duration) *answer {
	return &answer{w: w, control: http.NewResponseController(w), timeout: timeout, header: http.Header{}}
}

// Header is what mcp-go begins the answer with.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader begins the answer; later calls change nothing.
func (a *answer) WriteHeader(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.begin(status)
}

func (a *answer) begin(status int) {
	if a.started {
		return
	}
	a.started = true
	a.streaming = strings.HasPrefix(a.header.Get("Content-Type"), eventStream)
	maps.Copy(a.w.Header(), a.header)
	if a.streaming {
		unbuffered(a.w.Header())
	}
	a.w.WriteHeader(status)
}

const eventStream = "text/event-stream"

// beginStream begins an event stream, or reports that the answer is none.
func (a *answer) beginStream() error {
	if !a.started {
		a.started, a.streaming = true, true
		a.w.Header().Set("Content-Type", eventStream)
		unbuffered(a.w.Header())
		a.w.WriteHeader(http.StatusOK)
	}
	if !a.streaming {
		return errAnswered
	}
	return nil
}

// unbuffered asks caches and proxies to pass on what they get.
func unbuffered(header http.Header) {
	header.Set("Cache-Control", "no-cache")
	header.Set("X-Accel-Buffering", "no")
}

// errAnswered is progress after a plain JSON answer has begun.
var errAnswered = errors.New("the answer has begun without a stream")

// Write passes on what mcp-go writes; a JSON message within an event stream becomes an event.
func (a *answer) Write(data []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.begin(http.StatusOK)
	if !a.streaming || !bytes.HasPrefix(data, []byte("{")) {
		return a.write(data)
	}
	before, after := a.framing()
	a.event = append(append(append(a.event[:0], before...), bytes.TrimRight(data, "\n")...), after...)
	if _, err := a.write(a.event); err != nil {
		return 0, err
	}
	return len(data), a.control.Flush()
}

// framing makes a message an event.
func (*answer) framing() (before, after string) { return "event: message\ndata: ", "\n\n" }

// writeFrames writes events or comments, and makes the answer a stream if it has not begun.
func (a *answer) writeFrames(frames []byte) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.beginStream(); err != nil {
		return err
	}
	if _, err := a.write(frames); err != nil {
		return err
	}
	return a.control.Flush()
}

// write gives the reader its time for each write anew.
func (a *answer) write(data []byte) (int, error) {
	if a.quiet != nil {
		a.quiet.Heard()
	}
	_ = a.control.SetWriteDeadline(time.Now().Add(a.timeout))
	return a.w.Write(data) //nolint:gosec // JSON-RPC, never a page
}

// keepAlive writes a comment whenever the answer has been silent for a while, so that no proxy takes the connection for
// dead. It goes on until the returned function is called.
func (a *answer) keepAlive() (stop func()) {
	quiet := relay.OnSilence(keepAliveAfter, func() bool { return a.writeFrames([]byte(": keepalive\n\n")) == nil })
	a.mu.Lock()
	defer a.mu.Unlock()
	a.quiet = quiet
	return quiet.Stop
}

// Flush sends what was written.
func (a *answer) Flush() {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.control.Flush()
}

// Unwrap lets http.ResponseController find the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.w }

func (*answer) settle(context.Context, time.Time) {}
