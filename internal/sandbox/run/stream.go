package run

import (
	"context"
	"errors"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Listen is what the caller of a run wants to receive while it goes on.
type Listen int

// What to listen to. A run with a listener waits for it: the caller must Follow.
const (
	ListenNone   Listen = iota
	ListenEvents        // the events
	ListenText          // the events, and the text of models as it is generated
)

// Listener receives what a run emits. An error means that the client has left.
type Listener interface {
	// Event is called for each event.
	Event(orq.Event) error
	// Done is called after the last event.
	Done() error
}

// TextListener is a Listener for ListenText.
type TextListener interface {
	Listener
	// Text receives a piece of the text of a model that is still answering; "" means that the answer begins anew.
	Text(piece string) error
}

// ErrDropped is returned by Follow when the connection is to be broken although the run goes on.
var ErrDropped = errors.New("the stream was dropped")

// stream hands what a run emits to its listener.
type stream struct {
	events  chan orq.Event // nil: there is no listener
	text    chan string    // nil: the text of models is not wanted
	dropped bool           // nothing is sent any more; owned by the run
	cut     chan struct{}  // closed by drop
	left    chan struct{}  // closed by leave
}

func newStream(listen Listen) *stream {
	s := &stream{cut: make(chan struct{}), left: make(chan struct{})}
	if listen >= ListenEvents {
		s.events = make(chan orq.Event)
	}
	if listen == ListenText {
		s.text = make(chan string)
	}
	return s
}

// isListening reports whether there is a listener that still receives events.
func (s *stream) isListening() bool { return s.events != nil && !s.dropped }

// send hands the event to the listener, if there is one and it has not left. It fails with the cause of ctx.
func (s *stream) send(ctx context.Context, event orq.Event) error {
	if !s.isListening() {
		return nil
	}
	select {
	case s.events <- event:
		return nil
	case <-s.left:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sendText hands on a piece of text.
func (s *stream) sendText(ctx context.Context, piece string) {
	select {
	case s.text <- piece:
	case <-s.left:
	case <-ctx.Done():
	}
}

// leave records that the listener receives nothing more. It is called once, by the listener.
func (s *stream) leave() { close(s.left) }

// drop breaks the connection to the listener.
func (s *stream) drop() {
	if s.isListening() {
		s.dropped = true
		close(s.cut)
	}
}

func (s *stream) wasCut() bool {
	select {
	case <-s.cut:
		return true
	default:
		return false
	}
}
