package server

import (
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// mergedText is text of several events that is told in one notification, because the reader is behind. Only text is
// ever told so: each other event has a notification of its own.
type mergedText struct {
	text  []byte
	count int
	// typ and timestamp are the last event's.
	typ       orq.EventType
	timestamp string
}

func (m *mergedText) add(progress relay.Progress) {
	m.text = append(m.text, progress.Message...)
	m.count++
	m.typ, m.timestamp = progress.Event.Type, progress.Event.Timestamp
}

// progress tells of the text.
func (m *mergedText) progress() relay.Progress {
	return relay.Progress{Message: string(m.text), Text: true, Event: &orq.Event{Type: m.typ, Timestamp: m.timestamp}}
}
