package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// mcp-go's own notification queue loses and reorders messages under load, so progress does not pass through it: the
// sink encodes each notification and writes it itself to the connection on which the call came.

// frameWriter writes JSON-RPC messages to a call's connection, whole and in order with the call's result.
type frameWriter interface {
	// framing is what surrounds each message.
	framing() (before, after string)
	// writeFrames writes messages with their framing. It blocks while the reader is behind.
	writeFrames(frames []byte) error
	// settle returns when a result can be written without reaching the client in one read with the progress before it,
	// which was last written at the given time.
	settle(ctx context.Context, last time.Time)
}

type frameWriterKey struct{}

// withFrameWriter makes the connection known to the calls that come over it.
func withFrameWriter(ctx context.Context, w frameWriter) context.Context {
	return context.WithValue(ctx, frameWriterKey{}, w)
}

type sinkKey struct{}

// withSink makes a call's sink, which may be nil, known to its handler.
func withSink(ctx context.Context, s *sink) context.Context {
	return context.WithValue(ctx, sinkKey{}, s)
}

func sinkFrom(ctx context.Context) *sink {
	s, _ := ctx.Value(sinkKey{}).(*sink)
	return s
}

// Progress is where the call that ctx belongs to sends its progress; nil when its caller asked for none.
func Progress(ctx context.Context) relay.Sink {
	if s := sinkFrom(ctx); s != nil {
		return s
	}
	return nil
}

// Notify writes a notification to the connection of the call that ctx belongs to, in order with its progress and
// before its result. It does nothing where there is no such connection.
func Notify(ctx context.Context, method string, params any) error {
	out, reachable := ctx.Value(frameWriterKey{}).(frameWriter)
	if !reachable {
		return nil
	}
	message, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "method": method, "params": params})
	if err != nil {
		return fmt.Errorf("encode %s: %w", method, err)
	}
	before, after := out.framing()
	return out.writeFrames(append(append([]byte(before), message...), after...))
}

// errClosed is progress after the result, which the protocol forbids.
var errClosed = errors.New("the call has ended")

const (
	// fullBuffer is how many bytes of progress are kept back before they are written, although more events are at hand.
	fullBuffer = 32 << 10
	// keptBuffer is how large a buffer may be that stays with a call between two writes, in bytes.
	keptBuffer = 40 << 10
	// together is how long after a write the next one may wait for more events, so that a stream at full speed is written
	// in few pieces.
	together = 2 * time.Millisecond
	// slowWrite is how long a write takes when the reader is behind. Text is then told together until it has caught up.
	slowWrite = time.Second
	// fullText is how much text is told together, in bytes.
	fullText = 16 << 10
)

// sink sends the progress of one call.
type sink struct {
	out           frameWriter
	before, after string
	token         []byte

	mu     sync.Mutex
	sent   int64
	last   time.Time
	closed bool
	// err is why nothing can be written any more.
	err error
	// buffer holds frames that wait to be written.
	buffer []byte
	// behind reports that the last write was slow; text then gathers in merged.
	behind bool
	merged mergedText
	// later writes what flush has put off; nil when nothing is.
	later *time.Timer
}

// newSink returns the sink of a call, or nil if its caller asked for no progress.
func newSink(ctx context.Context, request mcp.CallToolRequest) *sink {
	out, reachable := ctx.Value(frameWriterKey{}).(frameWriter)
	if !reachable || request.Params.Meta == nil || request.Params.Meta.ProgressToken == nil {
		return nil
	}
	token, err := json.Marshal(request.Params.Meta.ProgressToken)
	if err != nil {
		return nil
	}
	before, after := out.framing()
	return &sink{out: out, before: before, after: after, token: token}
}

// Send takes one step of progress. Events are written when the stream has to wait for more, the rest at once.
func (s *sink) Send(progress relay.Progress) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosed
	case s.err != nil:
		return s.err
	case s.behind && progress.Text:
		s.merged.add(progress)
		if len(s.merged.text) < fullText {
			return nil
		}
	default:
		s.endText()
		s.append(progress, 1)
	}
	if progress.Event == nil || len(s.buffer) >= fullBuffer || len(s.merged.text) >= fullText {
		s.write()
	}
	return s.err
}

// flush writes what was kept back: at once, or within together after the last write. A nil sink is allowed.
func (s *sink) flush() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if wait := together - time.Since(s.last); wait <= 0 || len(s.buffer) >= fullBuffer*3/4 {
		s.write()
	} else if s.later == nil && len(s.buffer)+len(s.merged.text) > 0 {
		s.later = time.AfterFunc(wait, s.catchUp)
	}
}

// catchUp writes what flush has put off.
func (s *sink) catchUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.later = nil; !s.closed {
		s.write()
	}
}

// append encodes one step, which stands for so many events, behind those that wait.
func (s *sink) append(progress relay.Progress, events int) {
	s.sent++
	s.buffer = append(s.buffer, s.before...)
	s.buffer = appendProgress(s.buffer, s.token, s.sent, progress, events)
	s.buffer = append(s.buffer, s.after...)
}

// endText tells the text that has gathered.
func (s *sink) endText() {
	if s.merged.count > 0 {
		s.append(s.merged.progress(), s.merged.count)
		s.merged = mergedText{text: s.merged.text[:0]}
	}
}

// write writes all that waits, and finds out whether the reader is behind.
func (s *sink) write() {
	s.endText()
	if len(s.buffer) == 0 || s.err != nil {
		return
	}
	began := time.Now()
	s.err = s.out.writeFrames(s.buffer)
	s.last = time.Now()
	s.behind = s.last.Sub(began) >= slowWrite
	s.buffer = s.buffer[:0]
	if cap(s.buffer) > keptBuffer {
		s.buffer = nil
	}
}

// close ends the progress before the result is written. A nil sink is allowed.
func (s *sink) close(ctx context.Context) {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.write()
	s.closed = true
	if s.later != nil {
		s.later.Stop()
	}
	last := s.last
	s.mu.Unlock()
	if !last.IsZero() {
		s.out.settle(ctx, last)
	}
}
