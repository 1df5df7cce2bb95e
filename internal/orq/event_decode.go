package orq

import (
	"strings"

	"github.com/tidwall/gjson"
)

// maxFastEvent is the size in bytes up to which an event is scanned, or decoded by gjson. Longer ones go through encoding/json, which
// limits the nesting depth.
const maxFastEvent = 64 << 10

// agentEvents reads the events of the Agents API. Most are thoughts, one for each piece of text, so that their data is left
// undecoded: Step returns the few fields that are needed.
var agentEvents = eventDecoder{scan: (*Event).scanThought, parse: (*Event).parse}

// parse decodes an event of any form.
func (e *Event) parse(data string) error {
	if err := e.parseEnvelope(data); err != nil {
		return err
	}
	if e.Type != EventThought {
		e.decodeData(data)
	}
	return nil
}

// parseEnvelope decodes all fields of an event but Data.
func (e *Event) parseEnvelope(data string) error {
	*e = Event{}
	if len(data) > maxFastEvent || !gjson.Valid(data) {
		return e.decodeEnvelope([]byte(data))
	}
	gjson.Parse(data).ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "type":
			e.Type = EventType(value.Str)
		case "timestamp":
			e.Timestamp = value.Str
		case "data":
			e.Raw = value.Raw
		}
		return true
	})
	if strings.TrimSpace(string(e.Type)) == "" {
		return errNoType
	}
	return nil
}
