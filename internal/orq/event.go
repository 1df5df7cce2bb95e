package orq

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// EventType is the type of an event of a stream.
type EventType string

// The event types of the API contract.
const (
	EventExecutionStarted        EventType = "agents.execution_started"
	EventTimeout                 EventType = "agents.timeout"
	EventError                   EventType = "agents.error"
	EventAgentStarted            EventType = "event.agents.started"
	EventThought                 EventType = "event.agents.thought"
	EventInactive                EventType = "event.agents.inactive"
	EventErrored                 EventType = "event.agents.errored"
	EventActionReviewRequested   EventType = "event.agents.action_review_requested"
	EventActionReviewed          EventType = "event.agents.action_reviewed"
	EventExecutionReviewRequired EventType = "event.agents.execution_review_required"
	EventExecutionReviewed       EventType = "event.agents.execution_reviewed"
	EventExecutionNamed          EventType = "event.agents.execution_named"
	EventHandedOff               EventType = "event.agents.handed_off"
	EventMessageCreated          EventType = "event.agents.message-created"
	EventToolStarted             EventType = "event.workflow_events.tool_execution_started"
	EventToolFinished            EventType = "event.workflow_events.tool_execution_finished"
	EventToolFailed              EventType = "event.workflow_events.tool_execution_failed"
)

// Event is one event of a run's stream.
type Event struct {
	Type EventType
	// Timestamp is the time of the event, as received (ISO 8601).
	Timestamp string
	// Data is a pointer to the type that belongs to Type, such as *Inactive. It is nil when Type is unknown, and for
	// thoughts read from a stream, whose content Step returns. An error object without a type is a *StreamError of the type
	// EventResponseError. Anything else without a type is *Unreadable, with nothing in the other fields.
	Data EventData
	// Raw is the JSON of the data as received.
	Raw string
	// Scan is what the client found when it read the other fields. It is zero for an event from elsewhere.
	Scan Scan
}

// Clone returns a copy of an event of a stream that stays valid.
func (e *Event) Clone() Event {
	kept := *e
	kept.Timestamp, kept.Raw, kept.Scan.text = strings.Clone(e.Timestamp), strings.Clone(e.Raw), strings.Clone(e.Scan.text)
	if delta, ok := e.Data.(*TextDelta); ok {
		kept.Data = &TextDelta{ItemID: strings.Clone(delta.ItemID), Delta: strings.Clone(delta.Delta)}
	}
	return kept
}

// EventData is the data of an event of a known type.
type EventData interface{ eventData() }

// wireEvent is the JSON form of an Event.
type wireEvent struct {
	Type      EventType       `json:"type"`
	Timestamp string          `json:"timestamp"`
	Data      json.RawMessage `json:"data"`
}

// MarshalJSON encodes the event as it stands in a stream: Raw if it is set, else Data.
func (e Event) MarshalJSON() ([]byte, error) {
	data := json.RawMessage(e.Raw)
	if e.Raw == "" {
		var err error
		if data, err = json.Marshal(e.Data); err != nil {
			return nil, err
		}
	}
	return json.Marshal(wireEvent{e.Type, e.Timestamp, data})
}

// UnmarshalJSON decodes an event. Data stays nil when the type is unknown or its data has another form, so that an
// addition to the API does not end a run.
func (e *Event) UnmarshalJSON(raw []byte) error {
	if err := e.decodeEnvelope(raw); err != nil {
		return err
	}
	e.decodeData(string(raw))
	return nil
}

var errNoType = errors.New("event without a type")

// decodeEnvelope decodes all fields but Data.
func (e *Event) decodeEnvelope(raw []byte) error {
	var wire wireEvent
	if err := json.Unmarshal(raw, &wire); err != nil {
		return err
	}
	if strings.TrimSpace(string(wire.Type)) == "" {
		return errNoType
	}
	*e = Event{Type: wire.Type, Timestamp: wire.Timestamp, Raw: string(wire.Data)}
	return nil
}

// decodeData sets Data from Raw, if Raw has the form that belongs to the type. How a run has ended is read from any form,
// and from the whole event when that has no data. Of events about approvals and tools, all members are read that have
// their form.
func (e *Event) decodeData(whole string) {
	data := newEventData(e.Type)
	if data == nil {
		return
	}
	if tool, ok := data.(toolEvent); ok {
		tool.read(gjson.Parse(e.Raw))
		e.Data = data
		return
	}
	matches := json.Unmarshal([]byte(e.Raw), data) == nil
	switch end := data.(type) {
	case *StreamError:
		if !matches || end.Error == "" {
			*end = *e.failure(whole)
		}
	case *Errored:
		if !matches || end.Error == "" {
			end.Error = e.failure(whole).Error
		}
	case *Timeout:
		if !matches || end.Message == "" {
			end.Message = e.failure(whole).Error
		}
	case *Inactive:
		if !matches {
			end.dropUnreadable(e.Raw)
		}
	case *ToolFailed:
		if !matches && end.Error.Message == "" {
			end.Error.Message = e.failure(whole).Error
		}
	case *ActionReviewRequested:
		end.Tool.Key = cmp.Or(end.Tool.Key, gjson.Get(e.Raw, "tool").Str)
	case *ActionReviewed, *ExecutionReview:
	default:
		if !matches {
			return
		}
	}
	e.Data = data
}

// dropUnreadable removes what was decoded of the members that have another form.
func (i *Inactive) dropUnreadable(data string) {
	if !gjson.Get(data, "usage").IsObject() {
		i.Usage = nil
	}
	if gjson.Get(data, "billing.total_cost").Type != gjson.Number {
		i.Billing = nil
	}
}

// failure reads the data as an error in any form, or the whole event when that has no data.
func (e *Event) failure(whole string) *StreamError {
	if e.Raw == "" {
		return &StreamError{Error: boundFailure(wordsOf(gjson.Parse(whole)).Text)}
	}
	return newStreamError(gjson.Parse(e.Raw))
}

// NewEvent returns an event of the given time and type. Data must be of the type that belongs to typ.
func NewEvent(at time.Time, typ EventType, data EventData) Event {
	return Event{Type: typ, Timestamp: at.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Data: data}
}

// newEventData returns a pointer to the zero data of a type, or nil when the type is unknown.
func newEventData(typ EventType) EventData {
	switch typ {
	case EventExecutionStarted:
		return new(ExecutionStarted)
	case EventTimeout:
		return new(Timeout)
	case EventError:
		return new(StreamError)
	case EventAgentStarted:
		return new(AgentStarted)
	case EventThought:
		return new(Thought)
	case EventInactive:
		return new(Inactive)
	case EventErrored:
		return new(Errored)
	case EventActionReviewRequested:
		return new(ActionReviewRequested)
	case EventActionReviewed:
		return new(ActionReviewed)
	case EventExecutionReviewRequired, EventExecutionReviewed:
		return new(ExecutionReview)
	case EventExecutionNamed:
		return new(ExecutionNamed)
	case EventHandedOff:
		return new(HandedOff)
	case EventMessageCreated:
		return new(MessageCreated)
	case EventToolStarted:
		return new(ToolStarted)
	case EventToolFinished:
		return new(ToolFinished)
	case EventToolFailed:
		return new(ToolFailed)
	}
	return nil
}
