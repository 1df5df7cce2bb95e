package server

// Progress does not pass through mcp-go. The goroutine of a call writes each notification to the connection that the call
// came on, and mcp-go writes the result there afterwards:
//
//	relay, tool ---Send---> sink -------writeFrames----> frameWriter ---> client
//	orq.Client ---flush--->  encodes, batches,            lineWriter: stdout, all calls of the process (stdio.go)
//	timer ------flush----->  merges for slow readers      answer: response to one POST (http_stream.go)
//	                                                      ^
//	mcp-go, runDetached --result, in one Write------------+
//
// The transport stores the frameWriter in the context of the request (withFrameWriter), and runCall creates a sink with it
// for each call that has a progress token. runCall closes the sink before it returns the result, so that progress cannot
// follow the result, which the protocol forbids. The writers lock each write, and rely on mcp-go writing each message with
// one Write; writes_test.go checks this.
//
// The reasons, measured with mcp-go v1.2.1. A notification sent with it enters a queue of 100 per session, and fails when
// that is full. A second goroutine forwards the queue:
//   - HTTP: the forwarder drops what it holds when the result is written at that moment: 3,644 of 4,000 short streams lost a
//     notification. The calls of a session share the queue: of 20 calls at once, 85 % of the notifications went out on
//     the response to another call.
//   - stdio: the result overtakes the queue: all of 10 quick notifications came after it.
//
// Written directly, none of 50,000 events was lost, out of order or on another response, on both transports, at 4 to 5 times
// the events per second and a tenth to a fifth of the processor time per event.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/scratch"
)

// frameWriter writes JSON-RPC messages to the connection of a call, each one whole and in order with the result.
type frameWriter interface {
	// framing returns what precedes and follows each message.
	framing() (prefix, suffix string)
	// writeFrames writes messages with their framing. It blocks while the reader is slow.
	writeFrames(frames []byte) error
	// waitBeforeResult delays the result so that the client does not read it together with the progress before it, which
	// was last written at lastWrite. It returns early when ctx ends.
	waitBeforeResult(ctx context.Context, lastWrite time.Time)
}

type frameWriterKey struct{}

// withFrameWriter stores in ctx the connection of the calls that ctx belongs to.
func withFrameWriter(ctx context.Context, w frameWriter) context.Context {
	return context.WithValue(ctx, frameWriterKey{}, w)
}

type sinkKey struct{}

// withSink stores in ctx the sink of a call, which may be nil.
func withSink(ctx context.Context, s *sink) context.Context {
	return context.WithValue(ctx, sinkKey{}, s)
}

func sinkFrom(ctx context.Context) *sink {
	s, _ := ctx.Value(sinkKey{}).(*sink)
	return s
}

// Progress returns the progress sink of the call that ctx belongs to; nil when its caller sent no progress token. It is for
// tools that a program adds by Server.Library, such as those of test/conformance; the built-in tools receive their sink.
func Progress(ctx context.Context) relay.Sink {
	if s := sinkFrom(ctx); s != nil {
		return s
	}
	return nil
}

// Notify writes a notification to the connection of the call that ctx belongs to, in order with its progress and
// before its result. Without such a connection it does nothing. It is for tools that a program adds by Server.Library, such
// as those of test/conformance.
func Notify(ctx context.Context, method string, params any) error {
	out, reachable := ctx.Value(frameWriterKey{}).(frameWriter)
	if !reachable {
		return nil
	}
	message, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "method": method, "params": params})
	if err != nil {
		return fmt.Errorf("encode %s: %w", method, err)
	}
	prefix, suffix := out.framing()
	return out.writeFrames(append(append([]byte(prefix), message...), suffix...))
}

// errClosed is returned for progress after the result, which the protocol forbids.
var errClosed = errors.New("the call has ended")

const (
	// maxBuffer is the size of the buffered frames, in bytes, at which they are written although more events are available.
	maxBuffer = 32 << 10
	// flushInterval is the least time between two writes by flush, so that a stream at full speed is written in few writes.
	flushInterval = 2 * time.Millisecond
	// slowWrite is the duration of a write from which on the reader counts as slow. Text is then merged until a write is
	// faster.
	slowWrite = time.Second
	// maxMergedText is the size of the merged text, in bytes, at which it is written.
	maxMergedText = 16 << 10
)

// sink sends the progress of one call. Its methods may be called by several goroutines.
type sink struct {
	out            frameWriter
	prefix, suffix string
	token          json.RawMessage
	// begun is set with the first write.
	begun atomic.Bool

	mu sync.Mutex
	// count is the number of notifications so far; it is sent as their progress.
	count     int64
	lastWrite time.Time
	closed    bool
	// err is the first error of a write. Nothing is written after it.
	err error
	// buffer holds encoded frames that are not yet written; nil when there are none, because most calls wait most of the time.
	buffer []byte
	// slowReader is set while the last write took slowWrite or longer. Text is then collected in merged.
	slowReader bool
	merged     mergedText
	// flushTimer runs a flush that is due flushInterval after the last write; nil when none is due.
	flushTimer *time.Timer
}

// newSink returns the sink of a call with the given progress token, or nil if it has none.
func newSink(ctx context.Context, token json.RawMessage) *sink {
	out, reachable := ctx.Value(frameWriterKey{}).(frameWriter)
	if !reachable || len(token) == 0 {
		return nil
	}
	prefix, suffix := out.framing()
	return &sink{out: out, prefix: prefix, suffix: suffix, token: token}
}

// Send encodes one step of progress. A step with an event stays in the buffer until the next flush or until the buffer is
// full; any other step is written at once. The error is errClosed after the result, or that of a write.
func (s *sink) Send(progress relay.Progress) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosed
	case s.err != nil:
		return s.err
	case s.slowReader && progress.Text != "":
		s.merged.add(progress)
		if len(s.merged.text) < maxMergedText {
			return nil
		}
	default:
		s.appendMerged()
		s.append(progress, 1)
	}
	if progress.Event == nil || len(s.buffer) >= maxBuffer || len(s.merged.text) >= maxMergedText {
		s.write()
	}
	return s.err
}

// flush writes the buffer: at once, or flushInterval after the last write. The API client calls it when no further event
// is available. A nil sink is allowed.
func (s *sink) flush() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if wait := flushInterval - time.Since(s.lastWrite); wait <= 0 || len(s.buffer) >= maxBuffer*3/4 {
		s.write()
	} else if s.flushTimer == nil && len(s.buffer)+len(s.merged.text) > 0 {
		s.flushTimer = time.AfterFunc(wait, s.flushDelayed)
	}
}

// flushDelayed is the callback of flushTimer.
func (s *sink) flushDelayed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flushTimer = nil; !s.closed {
		s.write()
	}
}

// append encodes one step, which stands for the given number of events, into the buffer. The caller holds the lock.
func (s *sink) append(progress relay.Progress, events int) {
	s.count++
	if s.buffer == nil {
		s.buffer = scratch.Take()
	}
	s.buffer = append(s.buffer, s.prefix...)
	s.buffer = appendProgress(s.buffer, s.token, s.count, progress, events)
	s.buffer = append(s.buffer, s.suffix...)
}

// appendMerged encodes the merged text, if there is any, into the buffer. The caller holds the lock.
func (s *sink) appendMerged() {
	if s.merged.count > 0 {
		s.append(s.merged.progress(), s.merged.count)
		s.merged = mergedText{text: s.merged.text[:0]}
	}
}

// write writes the buffer and the merged text, and measures whether the reader is slow. The caller holds the lock.
func (s *sink) write() {
	s.appendMerged()
	if len(s.buffer) == 0 || s.err != nil {
		return
	}
	s.begun.Store(true)
	began := time.Now()
	s.err = s.out.writeFrames(s.buffer)
	s.lastWrite = time.Now()
	s.slowReader = s.lastWrite.Sub(began) >= slowWrite
	if s.err == nil {
		scratch.Return(s.buffer)
	}
	s.buffer = nil
}

// close writes the rest of the progress and waits until the result may follow. A nil sink is allowed.
func (s *sink) close(ctx context.Context) {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.write()
	s.closed = true
	if s.flushTimer != nil {
		s.flushTimer.Stop()
	}
	lastWrite := s.lastWrite
	s.mu.Unlock()
	if !lastWrite.IsZero() {
		s.out.waitBeforeResult(ctx, lastWrite)
	}
}
