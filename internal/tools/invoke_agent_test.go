package tools

import (
	"encoding/json"
	"testing"
)

func TestInvokeAgentRequests(t *testing.T) {
	t.Parallel()
	const line = "POST /v2/agents/support/task"
	with := func(rest string) string { return `{"key": "support", "mode": "background", ` + rest + `}` }
	checkWire(t, "invoke_agent", []exchange{
		{"required fields only", with(`"message": "hello"`), line, `{` + helloBody + `}`},
		{"a version", `{"key": "support@1.0.0", "mode": "background", "message": "hello"}`, "POST /v2/agents/support@1.0.0/task", `{` + helloBody + `}`},
		{
			"all fields",
			with(`"message": "hello", ` + sharedInvocation + `, ` + memoryArgument + `, "variables": {"big": 9007199254740993}, "engine": "text", "configuration": {"blocking": false}`),
			line,
			`{` + helloBody + `, ` + sharedInvocation + `, ` + memoryBody + `, "variables": {"big": 9007199254740993}, "engine": "text", "configuration": {"blocking": false}}`,
		},
		{"memory in the API form", with(`"message": "hello", "memory": {"entity_id": "e1"}`), line, `{` + helloBody + `, ` + memoryBody + `}`},
		{
			"files by address and content",
			with(`"message": "hello", "files": [{"uri": "https://f.example/a.pdf", "name": "a.pdf", "mime_type": "application/pdf"},
				{"base64": "aGk=", "name": "b.txt", "mime_type": "text/plain", "metadata": {"page": 1}}]`),
			line,
			`{"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"},
				{"kind": "file", "file": {"uri": "https://f.example/a.pdf", "name": "a.pdf", "mimeType": "application/pdf"}},
				{"kind": "file", "file": {"bytes": "aGk=", "name": "b.txt", "mimeType": "text/plain"}, "metadata": {"page": 1}}]}}`,
		},
		{
			"a file without a message", with(`"files": {"base64": "aGk="}`), line,
			`{"message": {"role": "user", "parts": [{"kind": "file", "file": {"bytes": "aGk="}}]}}`,
		},
		{
			"tool results of every kind",
			with(`"task_id": "t0", "tool_results": [
				{"tool_call_id": "c1", "result": "fine"}, {"tool_call_id": "c2", "result": 9007199254740993}, {"tool_call_id": "c3", "result": {"a": [1]}},
				{"tool_call_id": "c4", "result": true, "metadata": {"m": 1}}, {"tool_call_id": "c5", "result": "{\"a\": 1}"}, {"tool_call_id": "c6", "result": [1]}]`),
			line,
			`{"task_id": "t0", "message": {"role": "tool", "parts": [
				{"kind": "tool_result", "tool_call_id": "c1", "result": "fine"}, {"kind": "tool_result", "tool_call_id": "c2", "result": 9007199254740993},
				{"kind": "tool_result", "tool_call_id": "c3", "result": {"a": [1]}}, {"kind": "tool_result", "tool_call_id": "c4", "result": true, "metadata": {"m": 1}},
				{"kind": "tool_result", "tool_call_id": "c5", "result": "{\"a\": 1}"}, {"kind": "tool_result", "tool_call_id": "c6", "result": [1]}]}}`,
		},
		{
			"a tool result of null", with(`"task_id": "t0", "tool_results": [{"tool_call_id": "c1", "result": null}]`), line,
			`{"task_id": "t0", "message": {"role": "tool", "parts": [{"kind": "tool_result", "tool_call_id": "c1", "result": null}]}}`,
		},
		{
			"an empty tool result", with(`"task_id": "t0", "tool_results": [{"tool_call_id": "c1", "result": ""}]`), line,
			`{"task_id": "t0", "message": {"role": "tool", "parts": [{"kind": "tool_result", "tool_call_id": "c1", "result": ""}]}}`,
		},
		{
			"stream timeout", `{"key": "support", "mode": "stream", "message": "hello", "stream_timeout_seconds": 60}`,
			"POST /v2/agents/support/stream-task", `{` + helloBody + `, "stream_timeout_seconds": 60}`,
		},
		{"no stream timeout without a stream", with(`"message": "hello", "stream_timeout_seconds": 60`), line, `{` + helloBody + `}`},
	})
}

func TestLimitsNameTheirUnits(t *testing.T) {
	t.Parallel()
	var input struct {
		Properties struct{ Limits struct{ Description string } }
	}
	if err := json.Unmarshal(toolNamed(t, "invoke_agent").InputSchema, &input); err != nil {
		t.Fatal(err)
	}
	if got, want := input.Properties.Limits.Description, "Of this run; Responses API only. Times in seconds, max_cost in USD."; got != want {
		t.Errorf("description of limits = %q, want %q", got, want)
	}
}
