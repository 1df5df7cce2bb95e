package relay

import "github.com/orq-mcp/orq-mcp/internal/orq"

// Progress is one step of a run, reported while the run goes on.
type Progress struct {
	// Message is a line for a person: what happened or, with Text, the end of the agent's text so far. It is empty for an
	// event that means nothing to a person.
	Message string
	// Text is what the event adds to the text of the agent, valid until Send returns: a sink may join it with the text that
	// follows.
	Text string
	// Event is the event behind the step, valid until Send returns; nil when the relay itself reports something.
	Event *orq.Event
}

// Sink takes the progress of one call. It must be safe for concurrent use.
type Sink interface {
	// Send delivers one step, in order. A step with an Event may be buffered until the stream has to wait for more; any
	// other is delivered at once. Send blocks while the reader is far behind; an error means that nobody reads any more.
	Send(Progress) error
}

// send delivers progress to sink, which may be nil.
func send(sink Sink, progress Progress) error {
	if sink == nil {
		return nil
	}
	return sink.Send(progress)
}
