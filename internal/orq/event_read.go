package orq

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// quickEvent is how long an event may be to be read without encoding/json, which bounds the depth of what it reads.
const quickEvent = 64 << 10

// readEvent reads an event of a stream. Most are thoughts, one for each piece of text: their data is left to Step.
func readEvent(data string) (Event, error) {
	event, err := readEnvelope(data)
	if err == nil && event.Type != EventThought {
		event.decodeData()
	}
	return event, err
}

// readEnvelope reads an event without its data.
func readEnvelope(data string) (Event, error) {
	var event Event
	if len(data) > quickEvent || !gjson.Valid(data) {
		err := event.unwrap([]byte(data))
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
	if event.Type == "" {
		return event, errNoType
	}
	return event, nil
}

// Step is what a thought says, without the rest of it.
type Step struct {
	// Text is what the agent says anew: its messages in the order of their ids, or else the model's choice.
	Text string
	// Files are those of its messages.
	Files []File
	// Iteration counts from 1.
	Iteration float64
	// Usage is what the run has used so far; nil when the thought does not tell.
	Usage *Usage
}

// Step returns what an event of type EventThought says. What does not have the form of the contract is passed over.
func (e *Event) Step() Step {
	var step Step
	thought := gjson.Parse(e.Raw)
	thought.ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "message_difference":
			step.addMessages(value)
		case "iteration":
			step.Iteration = value.Num
		case "usage":
			if value.IsObject() {
				step.Usage = &Usage{
					PromptTokens: value.Get("prompt_tokens").Num, CompletionTokens: value.Get("completion_tokens").Num,
					TotalTokens: value.Get("total_tokens").Num,
				}
			}
		}
		return true
	})
	if step.Text == "" {
		step.Text = thought.Get("choice.message.content").Str
	}
	return step
}

func (s *Step) addMessages(difference gjson.Result) {
	if !difference.IsObject() {
		return
	}
	type message struct {
		id   string
		body gjson.Result
	}
	var messages []message
	difference.ForEach(func(id, body gjson.Result) bool {
		messages = append(messages, message{id.Str, body})
		return true
	})
	var said speech
	slices.SortStableFunc(messages, func(a, b message) int { return strings.Compare(a.id, b.id) })
	for _, message := range messages {
		if message.body.Get("role").Str == RoleAgent {
			s.addParts(message.body.Get("parts"), &said)
		}
	}
	s.Text = said.String()
}

func (s *Step) addParts(parts gjson.Result, said *speech) {
	if !parts.IsArray() {
		return
	}
	parts.ForEach(func(_, part gjson.Result) bool {
		said.text(part.Get("text").Str)
		if data := part.Get("data"); data.IsObject() && data.Raw != "{}" {
			said.data(data.Raw)
		}
		var file File
		if raw := part.Get("file"); raw.IsObject() && json.Unmarshal([]byte(raw.Raw), &file) == nil {
			s.Files = append(s.Files, file)
		}
		return true
	})
}
