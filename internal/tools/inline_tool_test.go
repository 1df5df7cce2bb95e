package tools

import (
	"fmt"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestInlineToolErrors(t *testing.T) {
	t.Parallel()
	with := func(tool string) string {
		return `{"mode": "background", "key": "runner", "role": "r", "instructions": "i", "model": "m", "message": "hello", "tools": [` + tool + `]}`
	}
	complete := map[string]string{
		"http":        `"key": "k", "description": "d", "url": "https://u.example", "method": "GET"`,
		"code":        `"key": "k", "description": "d", "code": "c"`,
		"function":    `"key": "k"`,
		"json_schema": `"key": "k", "description": "d", "parameters": {}`,
		"mcp":         `"key": "k", "description": "d", "url": "https://u.example", "connection_type": "sse", "tools": []`,
	}
	fields := map[string]string{
		"key": `"k"`, "description": `"d"`, "url": `"https://u.example"`, "method": `"GET"`, "headers": `{"A": "1"}`, "body": `{"a": 1}`,
		"arguments": `{"a": {"type": "string", "description": "d"}}`, "code": `"c"`, "parameters": `{"a": 1}`,
		"connection_type": `"sse"`, "tools": `[]`, "name": `"n"`, "strict": `true`, "timeout": `5`, "request_timeout": `5`,
		"configuration": `{"a": 1}`,
	}
	mistakes := []mistake{
		{"no type", with(`{"key": "k"}`), "tools[0].type: required"},
		{
			"a type that is no word", with(`{"type": "web search"}`),
			"tools[0].type: must be one of " + allBuiltIns + `, code, function, http, json_schema, mcp; got "web search"`,
		},
		{"a built-in with a key", with(`{"type": "current_date", "key": "k"}`), "tools[0].key: not used for type=current_date"},
		{"a built-in with a description", with(`{"type": "current_date", "description": "d"}`), "tools[0].description: not used for type=current_date"},
		{"a default that is an object", with(`{"type": "http", "key": "k", "description": "d", "url": "u", "method": "GET", "arguments": {"q": {"type": "string", "description": "d", "default_value": {}}}}`), "tools[0].arguments.q.default_value: must be a string, a number or a boolean"},
		{"schemas in place of the object around them", with(`{"type": "function", "key": "k", "parameters": {"city": {"type": "string"}}}`), "tools[0].parameters.properties: required, with city in it"},
		{"properties in a list", with(`{"type": "code", "key": "k", "description": "d", "code": "c", "parameters": {"type": "object", "properties": []}}`), "tools[0].parameters.properties: must be an object with schemas by name"},
		{"a name for a list of names", with(`{"type": "json_schema", "key": "k", "description": "d", "parameters": {"type": "object", "properties": {}, "required": "a"}}`), "tools[0].parameters.required: must be a list of names"},
		{"a header of another form", with(`{"type": "http", "key": "k", "description": "d", "url": "u", "method": "GET", "headers": {"A": {"value": "x", "val": "y"}}}`), "tools[0].headers.A.val: unknown; did you mean value?"},
		{"a wrong method", with(`{"type": "http", "key": "k", "description": "d", "url": "https://u.example", "method": "PATCH"}`), `tools[0].method: must be one of GET, POST, PUT, DELETE, got "PATCH"`},
		{"a built-in with a timeout", with(`{"type": "advisor", "timeout": 5}`), "tools[0].timeout: not used for type=advisor"},
		{"an http tool that is too slow", with(`{"type": "http", "key": "k", "description": "d", "url": "u", "method": "GET", "timeout": 601}`), "tools[0].timeout: must be between 1 and 600, got 601"},
		{"a request that is too slow", with(`{"type": "http", "http": {"blueprint": {"url": "u", "method": "GET", "timeout": 0.5}}, "key": "k", "description": "d"}`), "tools[0].request_timeout: must be between 1 and 600, got 0.5"},
		{"code that is too slow", with(`{"type": "code", "key": "k", "description": "d", "code": "c", "timeout": 121}`), "tools[0].timeout: must be between 1 and 120, got 121"},
		{"a file system without a name", with(`{"type": "file_system"}`), "tools[0].configuration: needs file_system_id or file_system_key for type=file_system"},
		{"a long key", with(`{"type": "function", "key": "` + strings.Repeat("k", 65) + `"}`), "tools[0].key: must have at most 64 characters, got 65"},
		{
			"a tool of an MCP server without a name",
			with(`{"type": "mcp", "key": "k", "description": "d", "url": "https://m.example", "connection_type": "sse", "tools": [{"schema": {}}]}`),
			"tools[0].tools[0].name: required",
		},
	}
	for kind, given := range complete {
		variant := inlineVariants()[kind]
		for _, needed := range variant.required {
			value := fields[needed]
			if needed == "parameters" {
				value = `{}`
			}
			without := strings.ReplaceAll(`{"type": "`+kind+`", `+given+`, }`, fmt.Sprintf(`%q: %s, `, needed, value), "")
			mistakes = append(mistakes, mistake{
				kind + " without " + needed, with(strings.ReplaceAll(without, ", }", "}")),
				fmt.Sprintf("tools[0].%s: required for type=%s", needed, kind),
			})
		}
		for name, value := range fields {
			known := name == "description" || strings.Contains(given, `"`+name+`"`)
			for _, optional := range variant.optional {
				known = known || name == optional
			}
			if !known {
				mistakes = append(mistakes, mistake{
					kind + " with " + name, with(fmt.Sprintf(`{"type": %q, %s, %q: %s}`, kind, given, name, value)),
					fmt.Sprintf("tools[0].%s: not used for type=%s", name, kind),
				})
			}
		}
	}
	checkMistakes(t, "run_agent", mistakes)
}

// inlineTools returns inline tools as a caller defines them, with the body that is sent for each.
func inlineTools() []exchange {
	const common = `"key": "k", "description": "d"`
	tools := []exchange{
		{
			"http with all fields",
			`{"type": "http", ` + common + `, "display_name": "n", "id": "i", "requires_approval": true, "url": "https://w.example/{{city}}", "method": "POST",
				"headers": {"X-Plain": "v", "X-Key": {"value": "s", "encrypted": true}}, "body": {"big": 9007199254740993, "q": "{{city}}"},
				"arguments": {"city": {"type": "string", "description": "a", "send_to_model": false, "default_value": "Delft"}, "n": {"type": "number", "description": "b", "default_value": 7}}}`, "",
			`{"type": "http", ` + common + `, "display_name": "n", "_id": "i", "requires_approval": true, "http": {
				"blueprint": {"url": "https://w.example/{{city}}", "method": "POST", "headers": {"X-Plain": "v", "X-Key": {"value": "s", "encrypted": true}}, "body": {"big": 9007199254740993, "q": "{{city}}"}},
				"arguments": {"city": {"type": "string", "description": "a", "send_to_model": false, "default_value": "Delft"}, "n": {"type": "number", "description": "b", "default_value": 7}}}}`,
		},
		{
			"http with required fields only", `{"type": "http", ` + common + `, "url": "https://w.example", "method": "get"}`, "",
			`{"type": "http", ` + common + `, "http": {"blueprint": {"url": "https://w.example", "method": "GET"}}}`,
		},
		{
			"code", `{"type": "code", ` + common + `, "code": "print(1)"}`, "",
			`{"type": "code", ` + common + `, "code_tool": {"language": "python", "code": "print(1)"}}`,
		},
		{
			"code with parameters in part", `{"type": "code", ` + common + `, "code": "print(a)", "parameters": {"properties": {"a": {"type": "string"}}}}`, "",
			`{"type": "code", ` + common + `, "code_tool": {"language": "python", "code": "print(a)",
				"parameters": {"type": "object", "properties": {"a": {"type": "string"}}, "required": []}}}`,
		},
		{
			"http with timeouts",
			`{"type": "http", ` + common + `, "url": "https://w.example", "method": "GET", "timeout": 5.5, "request_timeout": 7}`, "",
			`{"type": "http", ` + common + `, "timeout": 5.5, "http": {"blueprint": {"url": "https://w.example", "method": "GET", "timeout": 7}}}`,
		},
		{
			"code with a timeout", `{"type": "code", ` + common + `, "code": "print(1)", "timeout": 120}`, "",
			`{"type": "code", ` + common + `, "timeout": 120, "code_tool": {"language": "python", "code": "print(1)"}}`,
		},
		{
			"function with required fields only", `{"type": "function", "key": "k"}`, "",
			`{"type": "function", "key": "k", "function": {"name": "k"}}`,
		},
		{
			"function with all fields", `{"type": "function", ` + common + `, "name": "f", "strict": true, "parameters": {"properties": {"a": {"maximum": 9007199254740993}}, "required": ["a"], "additionalProperties": false}}`, "",
			`{"type": "function", ` + common + `, "function": {"name": "f", "description": "d", "strict": true,
				"parameters": {"type": "object", "properties": {"a": {"maximum": 9007199254740993}}, "required": ["a"], "additionalProperties": false}}}`,
		},
		{
			"json_schema", `{"type": "json_schema", ` + common + `, "strict": false, "parameters": {}}`, "",
			`{"type": "json_schema", ` + common + `, "json_schema": {"name": "k", "description": "d", "strict": false, "schema": {"type": "object", "properties": {}, "required": []}}}`,
		},
		{
			"mcp", `{"type": "mcp", ` + common + `, "url": "https://m.example/mcp", "connection_type": "http",
				"headers": {"Authorization": "Bearer 1", "X-Tenant": {"value": "acme", "encrypted": false}},
				"tools": [{"name": "search", "id": "i", "description": "d", "schema": {"properties": {"q": {"type": "string"}}}}]}`, "",
			`{"type": "mcp", ` + common + `, "mcp": {"server_url": "https://m.example/mcp", "connection_type": "http",
				"headers": {"Authorization": {"value": "Bearer 1", "encrypted": true}, "X-Tenant": {"value": "acme", "encrypted": false}},
				"tools": [{"name": "search", "id": "i", "description": "d", "schema": {"type": "object", "properties": {"q": {"type": "string"}}, "required": []}}]}}`,
		},
		{
			"mcp with a tool whose schema is left out", `{"type": "mcp", ` + common + `, "url": "https://m.example/mcp", "connection_type": "sse", "tools": [{"name": "search"}]}`, "",
			`{"type": "mcp", ` + common + `, "mcp": {"server_url": "https://m.example/mcp", "connection_type": "sse",
				"tools": [{"name": "search", "schema": {"type": "object", "properties": {}, "required": []}}]}}`,
		},
	}
	for _, builtIn := range orq.AllBuiltInTools() {
		tool := fmt.Sprintf(`{"type": %q, "requires_approval": false, "configuration": {"file_system_key": "docs", "big": 9007199254740993}}`, builtIn)
		tools = append(tools, exchange{builtIn, tool, "", tool})
	}
	return tools
}
