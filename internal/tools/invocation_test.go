package tools

import "testing"

func TestInvocationErrors(t *testing.T) {
	t.Parallel()
	with := func(rest string) string { return `{"key": "support", ` + rest + `}` }
	checkMistakes(t, "invoke_agent", []mistake{
		{"no message", `{"key": "support"}`, "message: required"},
		{"a task without a message", with(`"task_id": "t1"`), "message: required"},
		{"results without a task", with(`"tool_results": [{"tool_call_id": "c", "result": "r"}]`), "task_id: required with tool_results: the task that waits for them"},
		{
			"results and a message", with(`"task_id": "t1", "message": "m", "tool_results": [{"tool_call_id": "c", "result": "r"}]`),
			"message: cannot be given together with tool_results; send it in a call of its own",
		},
		{
			"results and a file", with(`"task_id": "t1", "files": [{"uri": "u"}], "tool_results": [{"tool_call_id": "c", "result": "r"}]`),
			"message: cannot be given together with tool_results; send it in a call of its own",
		},
		{"a result without its call", with(`"task_id": "t1", "tool_results": [{"result": "r"}]`), "tool_results[0].tool_call_id: required"},
		{"a file without content", with(`"message": "m", "files": [{"uri": "u"}, {"name": "n"}]`), "files[1].uri: give either uri or base64"},
		{"a file with address and content", with(`"files": [{"uri": "u", "base64": "aGk="}]`), "files[0].uri: give either uri or base64"},
		{"content that is not base64", with(`"files": [{"base64": "not base64!"}]`), "files[0].base64: is not standard base64"},
		{"an unknown mode", with(`"message": "m", "mode": "streaming"`), `mode: must be one of auto, stream, background, got "streaming" (did you mean stream?)`},
		{"a wait too long", with(`"message": "m", "wait_seconds": 3601`), "wait_seconds: must be between 0 and 3600, got 3601"},
		{"a misspelt field", with(`"message": "m", "taskid": "t1"`), "taskid: unknown; did you mean task_id?"},
	})
}
