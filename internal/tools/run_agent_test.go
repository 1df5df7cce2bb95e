package tools

import "testing"

func TestRunAgentRequests(t *testing.T) {
	t.Parallel()
	const (
		line     = "POST /v2/agents/run"
		required = `"key": "runner", "role": "r", "instructions": "i"`
		nested   = `"tools": [
			{"type": "http", "key": "h", "description": "d", "_id": "i1", "http": {"blueprint": {"url": "https://h.example", "method": "GET"}, "arguments": {"q": {"type": "string", "description": "d"}}}},
			{"type": "code", "key": "c", "description": "d", "code_tool": {"language": "python", "code": "1"}},
			{"type": "function", "key": "f", "description": "d", "function": {"name": "g", "description": "d", "strict": true}},
			{"type": "json_schema", "key": "j", "description": "d", "json_schema": {"name": "n", "description": "d", "schema": {"type": "object", "properties": {}, "required": []}}},
			{"type": "mcp", "key": "m", "description": "d", "mcp": {"server_url": "https://m.example", "connection_type": "http", "tools": [{"name": "t", "schema": {"type": "object", "properties": {}, "required": []}}]}}
		]`
	)
	run := func(rest string) string {
		return `{` + required + `, "model": "m", "mode": "background", "message": "hello", ` + rest + `}`
	}
	ran := func(settings string) string {
		return `{` + required + `, "model": "m", "path": "Default", ` + helloBody + `, "settings": {` + settings + `}}`
	}
	exchanges := []exchange{
		{"required fields only", `{` + required + `, "model": "m", "mode": "background", "message": "hello"}`, line, ran("")},
		{
			"all fields",
			`{` + required + `, "mode": "background", "message": "hello", "description": "d", "path": "Sales", ` + modelArguments + `,
				` + sharedOptions + `, ` + sharedSettings + `, ` + knowledgeIDs + `, ` + sharedInvocation + `, ` + memoryArgument + `}`,
			line,
			`{` + required + `, ` + helloBody + `, "description": "d", "path": "Sales", ` + modelBody + `,
				` + sharedOptions + `, "settings": {` + sharedSettings + `}, ` + knowledgeBody + `, ` + sharedInvocation + `, ` + memoryBody + `}`,
		},
		{
			"the API's own forms",
			`{` + required + `, "mode": "background", "message": "hello", "model": {"id": "m", "parameters": {"temperature": 1}}, "settings": {"max_iterations": 2}, "memory": {"entity_id": "e1"}}`,
			line,
			`{` + required + `, "path": "Default", ` + helloBody + `, "model": {"id": "m", "parameters": {"temperature": 1}}, "settings": {"max_iterations": 2}, ` + memoryBody + `}`,
		},
		{
			"tools in the API's own nesting",
			run(nested),
			line,
			ran(nested),
		},
		{
			"stream timeout", `{` + required + `, "model": "m", "mode": "stream", "message": "hello", "stream_timeout_seconds": 60}`,
			"POST /v2/agents/stream-run",
			`{` + required + `, "model": "m", "path": "Default", ` + helloBody + `, "settings": {}, "stream_timeout_seconds": 60}`,
		},
	}
	for _, each := range inlineTools() {
		exchanges = append(exchanges, exchange{
			"tool: " + each.name, run(`"tools": [` + each.arguments + `]`), line, ran(`"tools": [` + each.body + `]`),
		})
	}
	checkWire(t, "run_agent", exchanges)
}
