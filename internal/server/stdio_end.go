package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// What the end of stdin means depends on the other side:
//   - A script, such as orq-mcp < file, sends all its messages without waiting for answers. It gets every answer, however
//     long that takes.
//   - A client ends the program by closing stdin. Its calls that have sent progress end at once: what they run goes on
//     without them. The other requests have inputEndGrace to finish, so that what is carried out is reported as such.

// inputEndGrace bounds how long the requests of a client that has closed stdin may continue.
const inputEndGrace = time.Second

// errInputEnded ends the calls of a client that has closed stdin.
var errInputEnded = errors.New("the client closed its connection")

// openRequests tracks the requests of a connection that are not answered.
type openRequests struct {
	mu sync.Mutex
	// open counts the requests by their ID.
	open map[string]int
	// messages counts messages up to the second; answered is set with the first answer.
	messages int
	answered bool
	// script is set when the other side does not wait for answers.
	script bool
	// inputEnded is set with the end of the input; idle is closed when no request is open after it.
	inputEnded bool
	idle       chan struct{}
}

func newOpenRequests(in io.Reader) *openRequests {
	return &openRequests{open: map[string]int{}, script: isRegularFile(in), idle: make(chan struct{})}
}

func isRegularFile(in io.Reader) bool {
	file, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode().IsRegular()
}

// noteMessage records that a message, or the end of the input, was read; more reports that there is more to read already.
// A client waits for the answer to its first request before it sends a second message.
func (r *openRequests) noteMessage(more bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.messages < 2 {
		r.messages++
		r.script = r.script || !r.answered && (more || r.messages == 2)
	}
}

func (r *openRequests) add(id json.RawMessage) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[string(id)]++
}

// beginAnswer records that a message will be written. The returned function records that it was. Other messages than
// answers to requests are ignored.
func (r *openRequests) beginAnswer(message []byte) (written func()) {
	id, ok := answeredID(message)
	if !ok {
		return func() {}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered = true // before the client can react to it
	return func() { r.remove(id) }
}

// remove removes a request that is answered.
func (r *openRequests) remove(id []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open[string(id)]--; r.open[string(id)] <= 0 {
		delete(r.open, string(id))
	}
	r.closeIdle()
}

// end records the end of the input, and reports whether the other side is a script.
func (r *openRequests) end() (script bool) {
	r.noteMessage(false)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inputEnded = true
	r.closeIdle()
	return r.script
}

// closeIdle closes idle when it is due. The caller holds the lock.
func (r *openRequests) closeIdle() {
	select {
	case <-r.idle:
	default:
		if r.inputEnded && len(r.open) == 0 {
			close(r.idle)
		}
	}
}

// answeredID returns the ID of the request that a message answers; false when it is no answer. mcp-go writes the members
// of an answer in this order.
func answeredID(message []byte) (id []byte, ok bool) {
	rest, ok := bytes.CutPrefix(message, []byte(`{"jsonrpc":"2.0","id":`))
	if !ok || len(rest) == 0 {
		return nil, false
	}
	end := bytes.IndexByte(rest, ',')
	if rest[0] == '"' {
		end = 1
		for end < len(rest) && rest[end] != '"' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		end++
	}
	if end < 0 || end > len(rest) {
		return nil, false
	}
	id, rest = rest[:end], rest[end:]
	return id, bytes.HasPrefix(rest, []byte(`,"result":`)) || bytes.HasPrefix(rest, []byte(`,"error":`))
}

// finishRequests waits after the end of the input until the requests are answered, as long as the other side may expect
// that. endStreams ends the calls that have sent progress, endCalls all.
func finishRequests(ctx context.Context, input *lineReader, out *lineWriter, endStreams, endCalls context.CancelCauseFunc) {
	script := input.requests.end()
	if !script {
		endStreams(errInputEnded)
	}
	for waitForAnswers(ctx, input.requests) {
		if !script || out.blockedFor() >= inputEndGrace {
			input.queued.stop()
			endCalls(errInputEnded)
			waitForAnswers(ctx, input.requests)
			return
		}
	}
}

// waitForAnswers waits for up to inputEndGrace until all requests are answered or ctx has ended, and reports whether
// neither is the case.
func waitForAnswers(ctx context.Context, requests *openRequests) bool {
	timer := time.NewTimer(inputEndGrace)
	defer timer.Stop()
	select {
	case <-requests.idle:
		return false
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

type inputKey struct{}

// withInput stores in ctx a context that ends when the client has closed the input of the calls that ctx belongs to.
func withInput(ctx, input context.Context) context.Context {
	return context.WithValue(ctx, inputKey{}, input)
}

// endWithInput returns a context of a call that also ends with its input if the call has sent progress by then, and a
// function that must be called to release it.
func endWithInput(ctx context.Context, sink *sink) (context.Context, func()) {
	input, ok := ctx.Value(inputKey{}).(context.Context)
	if !ok || sink == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	unlink := context.AfterFunc(input, func() {
		if sink.begun.Load() {
			cancel(context.Cause(input))
		}
	})
	return ctx, func() {
		unlink()
		cancel(nil)
	}
}
