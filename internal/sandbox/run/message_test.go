package run

import (
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestRejectsTools(t *testing.T) {
	t.Parallel()
	user := func(text string) orq.Message {
		return orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart(text)}}
	}
	result := orq.Message{Role: orq.RoleTool, Parts: []orq.Part{{Kind: orq.KindToolResult, ToolCallID: "c"}}}
	agent := orq.Message{Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("/reject")}}
	for name, test := range map[string]struct {
		messages []orq.Message
		want     bool
	}{
		"a line of its own":      {[]orq.Message{user("/tool ask\r\n/reject\r\n/tool ask")}, true},
		"with words after it":    {[]orq.Message{user("/reject all of them")}, true},
		"behind a command":       {[]orq.Message{user("/tool ask /reject")}, true},
		"across a pause":         {[]orq.Message{user("/reject"), agent, result}, true},
		"within a line":          {[]orq.Message{user("do not /reject")}, false},
		"another word":           {[]orq.Message{user("/rejected")}, false},
		"of an earlier question": {[]orq.Message{user("/reject"), agent, user("go on")}, false},
		"of the agent":           {[]orq.Message{user("go on"), agent}, false},
		"no question":            {nil, false},
	} {
		if got := rejectsTools(test.messages); got != test.want {
			t.Errorf("%s: rejectsTools = %t, want %t", name, got, test.want)
		}
	}
}
