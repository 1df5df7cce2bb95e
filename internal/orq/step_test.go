package orq_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestStep(t *testing.T) {
	t.Parallel()
	const format = `{"role":"agent","parts":[{"kind":"text","text":%q}]}`
	message := func(text string) string { return fmt.Sprintf(format, text) }
	for name, c := range map[string]struct {
		data string
		want orq.Step
	}{
		"text": {`{"iteration":2,"message_difference":{"m":` + message("hello") + `}}`, orq.Step{Text: "hello", Iteration: 2}},
		"messages in the order of their ids": {
			`{"message_difference":{"3":` + message("c") + `,"1":` + message("a") + `,"2":` + message("b") + `}}`, orq.Step{Text: "abc"},
		},
		"several parts": {
			`{"message_difference":{"m":{"role":"agent","parts":[{"kind":"text","text":"a"},{"kind":"data","data":{}},{"kind":"text","text":"\u00e9\n\"b"}]}}}`,
			orq.Step{Text: "aé\n\"b"},
		},
		"data on its own line": {
			`{"message_difference":{"m":{"role":"agent","parts":[{"kind":"text","text":"a"},{"kind":"data","data":{"n":1}},{"kind":"text","text":"b"}]}}}`,
			orq.Step{Text: "a\n{\"n\":1}\nb"},
		},
		"messages of other roles": {`{"message_difference":{"m":{"role":"tool","parts":[{"kind":"text","text":"x"}]}}}`, orq.Step{}},
		"the choice":              {`{"choice":{"message":{"content":"hi","role":"assistant"}},"iteration":1}`, orq.Step{Text: "hi", Iteration: 1}},
		"no choice":               {`{"choice":{"message":{"content":null}},"iteration":1}`, orq.Step{Iteration: 1}},
		"the messages, not the choice": {
			`{"message_difference":{"m":` + message("hello") + `},"choice":{"message":{"content":"hi"}}}`, orq.Step{Text: "hello"},
		},
		"usage": {
			`{"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":1}}}`,
			orq.Step{Usage: &orq.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3}},
		},
		"files": {
			`{"message_difference":{"m":{"role":"agent","parts":[{"kind":"file","file":{"uri":"u","mimeType":"text/plain","name":"n"}}]}}}`,
			orq.Step{Files: []orq.File{{URI: "u", MIMEType: "text/plain", Name: "n"}}},
		},
		"nothing":             {``, orq.Step{}},
		"another form":        {`{"message_difference":["x"],"choice":7,"iteration":"2","usage":[]}`, orq.Step{}},
		"another nested form": {`{"message_difference":{"m":"x","n":{"role":"agent","parts":{"text":"y"}}}}`, orq.Step{}},
		"no object":           {`"hm"`, orq.Step{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			event := orq.Event{Type: orq.EventThought, Raw: c.data}
			if diff := cmp.Diff(c.want, event.Step()); diff != "" {
				t.Errorf("step (-want +got):\n%s", diff)
			}
			var thought orq.Thought
			if json.Unmarshal([]byte(c.data), &thought) != nil || len(thought.MessageDifference) != 1 {
				return
			}
			for _, difference := range thought.MessageDifference {
				if got := difference.Text(); difference.Role == orq.RoleAgent && got != c.want.Text {
					t.Errorf("Text() of the message = %q, want %q as in the step", got, c.want.Text)
				}
			}
		})
	}
}
