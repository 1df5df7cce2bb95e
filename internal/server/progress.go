package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// mcp-go's own notification queue loses and reorders messages under load, so progress does not pass through it: the
// sink encodes each notification and writes it to the connection on which the call came.

// frameWriter writes one JSON-RPC message to a call's connection, whole and in order with the call's result.
type frameWriter interface {
	writeFrame(message []byte) error
	// settle is how long to leave between the last progress and the result.
	settle() time.Duration
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
	frame, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "method": method, "params": params})
	if err != nil {
		return fmt.Errorf("encode %s: %w", method, err)
	}
	return out.writeFrame(frame)
}

// errClosed is progress after the result, which the protocol forbids.
var errClosed = errors.New("the call has ended")

// sink sends the progress of one call.
type sink struct {
	out   frameWriter
	token []byte

	mu     sync.Mutex
	sent   int64
	last   time.Time
	closed bool
	buffer []byte
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
	return &sink{out: out, token: token}
}

// Send writes one progress notification; it blocks while the reader is behind.
func (s *sink) Send(progress relay.Progress) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	s.sent++
	s.buffer = appendProgress(s.buffer[:0], s.token, s.sent, progress)
	s.last = time.Now()
	return s.out.writeFrame(s.buffer)
}

// close ends the progress before the result is written. A nil sink is allowed.
func (s *sink) close(ctx context.Context) {
	if s == nil {
		return
	}
	s.mu.Lock()
	s.closed = true
	pause := s.out.settle() - time.Since(s.last)
	sent := s.sent
	s.mu.Unlock()
	if sent == 0 || pause <= 0 {
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// maxEventMeta bounds the event in a notification's _meta, in bytes.
const maxEventMeta = 16 << 10

// appendProgress encodes notifications/progress (MCP, section Progress). The event itself travels in
// _meta["ai.orq/event"], its secrets masked.
func appendProgress(b, token []byte, n int64, progress relay.Progress) []byte {
	b = append(b, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":`...)
	b = append(b, token...)
	b = append(b, `,"progress":`...)
	b = strconv.AppendInt(b, n, 10)
	b = append(b, `,"message":`...)
	b = appendJSON(b, progress.Message)
	if progress.Event != nil {
		b = append(b, `,"_meta":{"ai.orq/event":`...)
		b = appendEvent(b, progress.Event)
		b = append(b, '}')
	}
	return append(b, `}}`...)
}

func appendEvent(b []byte, event *orq.Event) []byte {
	b = append(b, `{"type":`...)
	b = appendJSON(b, string(event.Type))
	b = append(b, `,"timestamp":`...)
	b = appendJSON(b, event.Timestamp)
	switch data := bytes.ToValidUTF8(orq.RedactJSON(event.Raw), []byte("\uFFFD")); {
	case len(data) > maxEventMeta:
		b = append(b, `,"truncated":true`...)
	case len(data) > 0:
		b = append(b, `,"data":`...)
		b = appendCompact(b, data)
	}
	return append(b, '}')
}

// appendCompact appends JSON without the line breaks that would end a frame.
func appendCompact(b []byte, raw json.RawMessage) []byte {
	for _, c := range raw {
		if c != '\n' && c != '\r' {
			b = append(b, c)
		}
	}
	return b
}

// appendJSON appends a string as JSON.
func appendJSON(b []byte, text string) []byte {
	encoded, err := json.Marshal(text)
	if err != nil {
		return append(b, `""`...)
	}
	return append(b, encoded...)
}
