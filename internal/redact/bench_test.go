package redact_test

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// thought and delta are events that bring a piece of text, in the Agents API and in the Responses API.
const (
	thought = `{"agent_id":"01K0AGENT","iteration":1,"accumulated_execution_time":1234.5,"message_difference":{"01K0MESSAGE7":{"kind":"message",` +
		`"messageId":"01K0MESSAGE","role":"agent","parts":[{"kind":"text","text":"word7 "}],"agent_id":"01K0AGENT",` +
		`"agent_execution_id":"01K0EXECUTION","workspace_id":"01K0WORKSPACE"}},"choice":{"message":{"content":"word7 ","role":"assistant"}},` +
		`"usage":{"prompt_tokens":100,"completion_tokens":7,"total_tokens":107},"responseId":"01K0RESPONSE"}`
	delta = `{"type":"response.output_text.delta","sequence_number":7,"item_id":"msg_01K0MESSAGE","output_index":0,"content_index":0,"delta":"word7 ","logprobs":[]}`
	// toolStarted is an event that is rarer, and has to be read as a whole.
	toolStarted = `{"tool_id":"01K0TOOL","tool_key":"crm","tool_display_name":"The CRM","action_type":"http","tool_arguments":{"city":"Lisbon",` +
		`"url":"https://crm.example.com/v1/orders?customer=4711&limit=10","note":"See https://crm.example.com/help for more."},` +
		`"tool_execution_context":{"agent_tool_call_id":"call_01K0CALL","agent_id":"01K0AGENT","workspace_id":"01K0WORKSPACE"}}`
)

func BenchmarkThought(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		redact.Event(thought)
	}
}

func BenchmarkTextDelta(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		redact.Event(delta)
	}
}

func BenchmarkToolStarted(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		redact.Event(toolStarted)
	}
}

func BenchmarkInstructions(b *testing.B) {
	document := `{"instructions":"` + strings.Repeat("Be exact: look the order up (with limit=5) before you promise. ", 100) + `"}`
	b.SetBytes(int64(len(document)))
	b.ReportAllocs()
	for b.Loop() {
		redact.JSONString(document)
	}
}
