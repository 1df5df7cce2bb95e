package orq_test

import (
	"encoding/json"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestMessageText(t *testing.T) {
	t.Parallel()
	message := orq.Message{Parts: []orq.Part{orq.TextPart("a"), {Kind: orq.KindFile, File: &orq.File{URI: "u"}}, orq.TextPart(""), orq.TextPart("b")}}
	if got := message.Text(); got != "ab" {
		t.Errorf("Text() = %q, want %q", got, "ab")
	}
}

func TestArgumentsOfAPendingCallThatAreNoText(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]orq.FunctionCall{
		`{"name":"f","arguments":"{\"a\":1}"}`:                    {Name: "f", Arguments: `{"a":1}`},
		`{"name":"f","arguments":{"a":12345678901234567890}}`:     {Name: "f", Arguments: `{"a":12345678901234567890}`},
		`{"name":"f","arguments":null}`:                           {Name: "f"},
		`{"name":"f"}`:                                            {Name: "f"},
		`{"name":"f","arguments":[1, 2],"description":{"a":"b"}}`: {Name: "f", Arguments: "[1, 2]"},
	} {
		var call orq.PendingToolCall
		if err := json.Unmarshal([]byte(`{"id":"c1","function":`+raw+`}`), &call); err != nil || call.Function != want {
			t.Errorf("%s is read as %+v, %v, want %+v", raw, call.Function, err, want)
		}
	}
}
