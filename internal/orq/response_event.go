package orq

import (
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"
)

// ResponseEventPrefix begins the types of the Responses API's events, but for EventResponseError.
const ResponseEventPrefix = "response."

// Event types of the Responses API that the client knows. Their data are the members beside type and sequence_number.
const (
	EventResponseError     EventType = "error"
	EventOutputItemAdded   EventType = "response.output_item.added"
	EventOutputItemDone    EventType = "response.output_item.done"
	EventOutputTextDelta   EventType = "response.output_text.delta"
	EventRefusalDelta      EventType = "response.refusal.delta"
	EventResponseCreated   EventType = "response.created"
	EventResponseCompleted EventType = "response.completed"
	EventResponseFailed    EventType = "response.failed"
)

// TextDelta is new text of the agent, of EventOutputTextDelta and EventRefusalDelta.
type TextDelta struct {
	ItemID string
	Delta  string
}

// OutputItem is an item that begins or is complete, of EventOutputItemAdded and EventOutputItemDone.
type OutputItem struct {
	Item ResponseItem `json:"item"`
}

// ResponseState is the response itself, of the events that report its status: response.created, .queued, .in_progress,
// .completed, .failed, .incomplete and those to come that hold a response with a status. Its id may be missing.
type ResponseState struct {
	Response Response `json:"response"`
}

func (*TextDelta) eventData()     {}
func (*OutputItem) eventData()    {}
func (*ResponseState) eventData() {}

// responseEvents reads the events of the Responses API.
var responseEvents = eventDecoder{scan: (*Event).scanTextDelta, parse: (*Event).parseResponse}

// parseResponse decodes an event of any form. Data stays nil when the event is of another type or form, so that an addition
// to the API does not end a run.
func (e *Event) parseResponse(data string) error {
	if len(data) > maxFastEvent || !gjson.Valid(data) {
		var whole json.RawMessage
		if err := json.Unmarshal([]byte(data), &whole); err != nil {
			return err
		}
	}
	*e = Event{Type: EventType(gjson.Get(data, "type").Str), Raw: data}
	switch e.Type {
	case EventOutputTextDelta, EventRefusalDelta:
		e.Data = &TextDelta{ItemID: gjson.Get(data, "item_id").Str, Delta: gjson.Get(data, "delta").Str}
	case EventOutputItemAdded, EventOutputItemDone:
		e.decodeAs(new(OutputItem))
	default:
		switch {
		case strings.TrimSpace(string(e.Type)) == "":
			return errNoType
		case newEventData(e.Type) != nil:
			return e.parse(data) // a server of both generations
		case gjson.Get(data, "response.status").Str != "":
			e.decodeAs(new(ResponseState))
		case e.Type == EventResponseFailed:
			e.Data = newStreamError(gjson.Get(data, "response"))
		}
	}
	return nil
}

func (e *Event) decodeAs(data EventData) {
	if json.Unmarshal([]byte(e.Raw), data) == nil {
		e.Data = data
	}
}
