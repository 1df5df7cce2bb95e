package tools

import "testing"

// TestMessageInAPIForm covers what only the API's form of a message can express.
func TestMessageInAPIForm(t *testing.T) {
	t.Parallel()
	const line = "POST /v2/agents/support/task"
	with := func(rest string) string { return `{"key": "support", "mode": "background", ` + rest + `}` }
	const (
		mixed = `{"role": "user", "messageId": "01J", "parts": [
			{"kind": "file", "file": {"bytes": "aGk=", "mimeType": "text/plain"}, "metadata": {"page": 9007199254740993}},
			{"kind": "text", "text": "first"}, {"kind": "text", "text": ""}, {"kind": "error", "error": "e", "code": 0},
			{"kind": "file", "file": {"uri": "https://f.example/a.pdf", "name": "a.pdf"}}]}`
		results = `{"role": "tool", "parts": [{"kind": "tool_result", "tool_call_id": "c1", "result": null}, {"kind": "tool_result", "tool_call_id": "c2"}]}`
	)
	checkWire(t, "invoke_agent", []exchange{
		{"parts in any order", with(`"message": ` + mixed), line, `{"message": ` + mixed + `}`},
		{"results of tools", with(`"task_id": "t0", "message": ` + results), line, `{"task_id": "t0", "message": ` + results + `}`},
		{
			"an object within a string is text", with(`"message": "{\"role\": \"user\"}"`), line,
			`{"message": {"role": "user", "parts": [{"kind": "text", "text": "{\"role\": \"user\"}"}]}}`,
		},
	})
	checkMistakes(t, "invoke_agent", []mistake{
		{"neither text nor object", with(`"message": ["hello"]`), "message: must be a string, or an object with role and parts"},
		{"no part", with(`"message": {"role": "user", "parts": []}`), "message.parts: must not be empty"},
		{"another role", with(`"message": {"role": "agent", "parts": [{"kind": "text", "text": "x"}]}`), `message.role: must be one of user, tool, got "agent"`},
		{"a part without its content", with(`"message": {"role": "user", "parts": [{"kind": "text"}]}`), "message.parts[0].text: required for kind=text"},
		{"a part with another's content", with(`"message": {"role": "user", "parts": [{"kind": "text", "text": "x", "code": 1}]}`), "message.parts[0].code: not used for kind=text"},
		{"an unknown field", with(`"message": {"role": "user", "parts": [{"kind": "text", "text": "x", "txt": "y"}]}`), "message.parts[0].txt: unknown; did you mean text?"},
		{"a file without content", with(`"message": {"role": "user", "parts": [{"kind": "file", "file": {"name": "x"}}]}`), "message.parts[0].file: give either uri or bytes"},
		{"a file that is not base64", with(`"message": {"role": "user", "parts": [{"kind": "file", "file": {"bytes": "?"}}]}`), "message.parts[0].file.bytes: is not standard base64"},
		{
			"a user's tool result", with(`"message": {"role": "user", "parts": [{"kind": "tool_result", "tool_call_id": "c"}]}`),
			"message.parts[0].kind: tool_result belongs to role=tool, and nothing else does",
		},
		{"results without their task", with(`"message": ` + results), "task_id: required with tool results: the task that waits for them"},
		{
			"files beside it", with(`"message": {"role": "user", "parts": [{"kind": "text", "text": "x"}]}, "files": [{"base64": "aGk="}]`),
			"message: has files and tool_results among its parts when it is an object",
		},
	})
}
