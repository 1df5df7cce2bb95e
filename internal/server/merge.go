package server

import (
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// mergedText joins the text of several events into one notification while the reader is slow. Only text is merged: any
// other event has a notification of its own.
type mergedText struct {
	text  []byte
	count int
	// message and event are those of the step that was added last.
	message string
	event   orq.Event
}

func (m *mergedText) add(progress relay.Progress) {
	m.text = append(m.text, progress.Text...)
	m.count++
	m.message, m.event = progress.Message, progress.Event.Clone()
}

// progress returns the joined text as one step. A single event keeps its data; several keep the type and the timestamp of
// the last.
func (m *mergedText) progress() relay.Progress {
	event := m.event
	if m.count > 1 {
		event = orq.Event{Type: event.Type, Timestamp: event.Timestamp}
	}
	return relay.Progress{Message: m.message, Text: string(m.text), Event: &event}
}
