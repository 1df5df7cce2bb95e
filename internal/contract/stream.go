package contract

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// eventSchemas lists the alternatives of a stream's data by the event types they name.
func eventSchemas(stream *jsonschema.Schema) map[string]*jsonschema.Schema {
	events := map[string]*jsonschema.Schema{}
	data := target(stream.Properties["data"])
	if data == nil {
		return events
	}
	for _, event := range data.OneOf {
		event = target(event)
		if kind := target(event.Properties["type"]); kind != nil && kind.Enum != nil {
			for _, name := range kind.Enum.Values {
				events[fmt.Sprint(name)] = event
			}
		}
	}
	return events
}

// target follows references.
func target(schema *jsonschema.Schema) *jsonschema.Schema {
	for schema != nil && schema.Ref != nil {
		schema = schema.Ref
	}
	return schema
}

// stream checks an event stream as it is written.
type stream struct {
	schemas map[string]*jsonschema.Schema // by event type
	breach  func(subject string, found ...finding)
	rest    []byte // the start of an event
	count   int
	done    bool
}

// A blank line ends an event.
var eventEnd = regexp.MustCompile(`\n\r?\n`)

// write takes a piece of the stream and checks the events it completes.
func (s *stream) write(p []byte) {
	s.rest = append(s.rest, p...)
	for end := eventEnd.FindIndex(s.rest); end != nil; end = eventEnd.FindIndex(s.rest) {
		if data, ok := eventData(s.rest[:end[1]]); ok {
			s.event(data)
		}
		s.rest = s.rest[end[1]:]
	}
}

// close checks the end of a stream.
func (s *stream) close() {
	if len(bytes.TrimSpace(s.rest)) > 0 {
		s.breach("stream", finding{text: fmt.Sprintf("ends within an event: %.80q", s.rest)})
	}
}

// event checks the data of an event.
func (s *stream) event(data []byte) {
	s.count++
	subject := fmt.Sprintf("event %d", s.count)
	if s.done {
		s.breach(subject, finding{text: "follows [DONE]"})
		return
	}
	if string(data) == "[DONE]" {
		s.done = true
		return
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		s.breach(subject, finding{text: fmt.Sprintf("is not JSON: %v: %.80q", err, data)})
		return
	}
	object, _ := value.(map[string]any)
	name, _ := object["type"].(string)
	schema := s.schemas[name]
	if schema == nil {
		s.breach(subject, finding{at: []string{"type"}, text: fmt.Sprintf("%q is not an event type of the operation", name)})
		return
	}
	if found := validate(schema, value); found != nil {
		s.breach(subject+" "+name, found...)
	}
}

// eventData returns the data of an event; false when it has none, as a comment has not.
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
