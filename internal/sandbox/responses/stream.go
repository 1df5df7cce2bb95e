package responses

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// Stream writes a turn as the events of POST /v3/router/responses: response.created and response.in_progress, the
// events about each item, one of response.completed, response.incomplete and response.failed, and [DONE].
type Stream struct {
	*composer
	// write sends one event; an empty type is a line of data without one.
	write func(typ string, data []byte) error
	// ended returns the response when the turn has ended.
	ended func() (*Response, error)
	next  int // sequence number
}

var _ run.TextListener = (*Stream)(nil)

// NewStream returns the stream of a response that has begun. Once the last event of the turn has come, ended must return
// the response at its end.
func NewStream(turn Turn, write func(typ string, data []byte) error, ended func() (*Response, error)) *Stream {
	s := &Stream{write: write, ended: ended}
	s.composer = newComposer(turn, s.send)
	return s
}

// Begin writes the events before those of the turn.
func (s *Stream) Begin(begun *Response) error {
	if err := s.send("response.created", fields{"response": begun}); err != nil {
		return err
	}
	return s.send("response.in_progress", fields{"response": begun})
}

// Event implements run.Listener.
func (s *Stream) Event(event orq.Event) error {
	if err := s.composer.Event(event); err != nil {
		return err
	}
	switch event.Data.(type) {
	case *orq.Inactive, *orq.Errored, *orq.StreamError, *orq.Timeout:
	default:
		return nil
	}
	response, err := s.ended()
	if err != nil {
		return err
	}
	return s.send("response."+response.Status, fields{"response": response})
}

// Done implements run.Listener.
func (s *Stream) Done() error { return s.write("", []byte("[DONE]")) }

// send writes an event with the next sequence number.
func (s *Stream) send(typ string, data fields) error {
	event := fields{"type": typ, "sequence_number": s.next}
	maps.Copy(event, data)
	encoded, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode event %s: %w", typ, err)
	}
	s.next++
	return s.write(typ, encoded)
}
