package orq

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// Step is the content of a thought that a reader of a run needs.
type Step struct {
	// Text is the new text of the agent: that of its messages in the order of their ids, or else of the model's choice.
	Text string
	// Files are the files of its messages.
	Files []File
	// Iteration counts from 1.
	Iteration float64
	// Usage is the consumption of the run so far; nil when the thought has none.
	Usage *Usage
}

// Step returns the content of an event of type EventThought. It ignores fields that violate the API contract.
func (e *Event) Step() Step {
	if e.Scan.step {
		return e.Scan.result()
	}
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

// result returns the content of a thought that is one text of the agent.
func (c *Scan) result() Step {
	step := Step{Text: c.text, Iteration: c.iteration}
	if c.seen&fieldUsage != 0 {
		step.Usage = &c.usage
	}
	return step
}

// addMessages adds the messages of the agent, in the order of their ids.
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
	var text textBuilder
	slices.SortStableFunc(messages, func(a, b message) int { return strings.Compare(a.id, b.id) })
	for _, message := range messages {
		if message.body.Get("role").Str == RoleAgent {
			s.addParts(message.body.Get("parts"), &text)
		}
	}
	s.Text = text.String()
}

func (s *Step) addParts(parts gjson.Result, text *textBuilder) {
	if !parts.IsArray() {
		return
	}
	parts.ForEach(func(_, part gjson.Result) bool {
		text.addText(part.Get("text").Str)
		if data := part.Get("data"); data.IsObject() && data.Raw != "{}" {
			text.addData(data.Raw)
		}
		var file File
		if raw := part.Get("file"); raw.IsObject() && json.Unmarshal([]byte(raw.Raw), &file) == nil {
			s.Files = append(s.Files, file)
		}
		return true
	})
}
