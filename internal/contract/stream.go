package contract

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// eventSchemas returns the schemas of a stream's data by event type.
func eventSchemas(stream *jsonschema.Schema) map[string]*jsonschema.Schema {
	events := map[string]*jsonschema.Schema{}
	data := dereference(stream.Properties["data"])
	if data == nil {
		return events
	}
	for _, event := range slices.Concat(data.OneOf, data.AnyOf) {
		event = dereference(event)
		if kind := dereference(event.Properties["type"]); kind != nil && kind.Enum != nil {
			for _, name := range kind.Enum.Values {
				events[fmt.Sprint(name)] = event
			}
		}
	}
	return events
}

// dereference follows references.
func dereference(schema *jsonschema.Schema) *jsonschema.Schema {
	for schema != nil && schema.Ref != nil {
		schema = schema.Ref
	}
	return schema
}

// stream checks an event stream as it is written.
type stream struct {
	schemas map[string]*jsonschema.Schema // by event type
	report  func(subject string, found ...finding)
	pending []byte // the beginning of an event
	count   int
	done    bool
}

// eventEnd is the blank line after an event.
var eventEnd = regexp.MustCompile(`\n\r?\n`)

// write adds a piece of the stream and checks the events that it completes.
func (s *stream) write(p []byte) {
	s.pending = append(s.pending, p...)
	for end := eventEnd.FindIndex(s.pending); end != nil; end = eventEnd.FindIndex(s.pending) {
		if data, ok := eventData(s.pending[:end[1]]); ok {
			s.event(data)
		}
		s.pending = s.pending[end[1]:]
	}
}

// close checks that the stream does not end within an event.
func (s *stream) close() {
	if len(bytes.TrimSpace(s.pending)) > 0 {
		s.report("stream", finding{text: fmt.Sprintf("ends within an event: %.80q", s.pending)})
	}
}

// event checks the data of an event.
func (s *stream) event(data []byte) {
	s.count++
	subject := fmt.Sprintf("event %d", s.count)
	if s.done {
		s.report(subject, finding{text: "follows [DONE]"})
		return
	}
	if string(data) == "[DONE]" {
		s.done = true
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		s.report(subject, finding{text: fmt.Sprintf("is not JSON: %v: %.80q", err, data)})
		return
	}
	object, _ := value.(map[string]any)
	name, _ := object["type"].(string)
	schema := s.schemas[name]
	if schema == nil {
		s.report(subject, finding{at: []string{"type"}, text: fmt.Sprintf("%q is not an event type of the operation", name)})
		return
	}
	if found := validate(schema, value); found != nil {
		s.report(subject+" "+name, found...)
	}
}

// eventData returns the data of an event; false when it has none, like a comment.
func eventData(event []byte) ([]byte, bool) {
	var data []byte
	found := false
	for line := range bytes.Lines(event) {
		value, ok := bytes.CutPrefix(bytes.TrimRight(line, "\r\n"), []byte("data:"))
		if !ok {
			continue
		}
		if found {
			data = append(data, '\n')
		}
		data = append(data, bytes.TrimPrefix(value, []byte(" "))...)
		found = true
	}
	return data, found
}
