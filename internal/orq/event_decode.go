package orq

import (
	"strings"

	"github.com/tidwall/gjson"
)

// maxFastEvent is the size in bytes up to which an event is scanned, or decoded by gjson. Longer ones go through encoding/json, which
// limits the nesting depth.
const maxFastEvent = 64 << 10

// decodeEvent decodes an event of a stream. Most are thoughts, one for each piece of text, so that their data is left
// undecoded: Step returns the few fields that are needed.
func decodeEvent(data string) (*Event, error) {
	if event, ok := scanThought(data); ok {
		return event, nil
	}
	return parseEvent(data)
}

// parseEvent is decodeEvent for an event of any form.
func parseEvent(data string) (*Event, error) {
	event, err := decodeEnvelope(data)
	if err == nil && event.Type != EventThought {
		event.decodeData(data)
	}
	return event, err
}

// decodeEnvelope decodes all fields of an event but Data.
func decodeEnvelope(data string) (*Event, error) {
	event := &Event{}
	if len(data) > maxFastEvent || !gjson.Valid(data) {
		err := event.decodeEnvelope([]byte(data))
		return event, err
	}
	gjson.Parse(data).ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "type":
			event.Type = EventType(value.Str)
		case "timestamp":
			event.Timestamp = value.Str
		case "data":
			event.Raw = value.Raw
		}
		return true
	})
	if strings.TrimSpace(string(event.Type)) == "" {
		return event, errNoType
	}
	return event, nil
}
