package server

import (
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// mergedText joins the text of several events into one notification while the reader is slow. Only text is merged: any
// other event has a notification of its own.
type mergedText struct {
	text  []byte
	count int
	// last is the step that was added last, and event its event.
	last  relay.Progress
	event orq.Event
}

func (m *mergedText) add(progress relay.Progress) {
	m.text = append(m.text, progress.Text...)
	m.count++
	m.event = progress.Event.Clone()
	m.last = relay.Progress{Message: progress.Message, Text: strings.Clone(progress.Text), Event: &m.event}
}

// progress returns the joined text as one step. A single event keeps its data; several keep the type and the timestamp of
// the last.
func (m *mergedText) progress() relay.Progress {
	if m.count == 1 {
		return m.last
	}
	event := orq.Event{Type: m.last.Event.Type, Timestamp: m.last.Event.Timestamp}
	return relay.Progress{Message: m.last.Message, Text: string(m.text), Event: &event}
}
