package tools

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exchange is what a call's arguments become on their way to the API.
type exchange struct{ name, arguments, line, body string }

// checkWire calls a tool with each arguments and compares the request that reaches the service.
func checkWire(t *testing.T, tool string, exchanges []exchange) {
	t.Helper()
	for _, each := range exchanges {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			s.want(t, tool, each.arguments)
			sent := s.written()
			if len(sent) != 1 {
				t.Fatalf("received %v, want one request with a body", s.lines())
			}
			if got := sent[0].line; got != each.line {
				t.Errorf("received %q, want %q", got, each.line)
			}
			if diff := cmp.Diff(decode(t, each.body), decode(t, sent[0].body)); diff != "" {
				t.Errorf("the body differs (-want +got):\n%s", diff)
			}
		})
	}
}

const (
	taskJSON     = `{"id": "t1", "contextId": "c1", "kind": "task", "status": {"state": "submitted"}}`
	finishedRun  = `data: {"type": "event.agents.inactive", "timestamp": "2026-03-24T10:00:00Z", "data": {"last_message": "hello", "finish_reason": "stop", "workflowRunId": "w", "responseId": "r"}}` + "\n\ndata: [DONE]\n\n"
	responseJSON = `{"_id": "r1", "task_id": "t1", "output": [], "created_at": "2026-03-24T10:00:00Z", "model": "m", "status": "%s"}`
)

// accept answers every operation that takes a body with success.
func accept(t *testing.T) http.HandlerFunc {
	t.Helper()
	agent := agentJSON(t, nil)
	return func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		switch {
		case r.Method == http.MethodDelete:
			w.WriteHeader(http.StatusNoContent)
		case strings.HasSuffix(path, "/card/refresh"):
			answer(w, http.StatusOK, `{"message": "refreshed"}`)
		case strings.Contains(path, "/responses/"):
			answer(w, http.StatusOK, fmt.Sprintf(responseJSON, "completed"))
		case path == "/v2/agents" && r.Method == http.MethodGet:
			answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": [`+agent+`]}`)
		case path == "/v2/agents" || path == "/v2/agents/a2a":
			answer(w, http.StatusCreated, agent)
		case r.Method == http.MethodPatch, r.Method == http.MethodGet:
			answer(w, http.StatusOK, agent)
		case strings.Contains(path, "/stream-"):
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, finishedRun)
		default:
			answer(w, http.StatusOK, taskJSON)
		}
	}
}

// everyParameter is all that can be set of a model's parameters.
const everyParameter = `{
	"name": "n", "temperature": 0.5, "max_completion_tokens": 100, "reasoning_effort": "low", "frequency_penalty": 0.1,
	"presence_penalty": 0.2, "max_tokens": 50, "verbosity": "low", "seed": 7, "stop": ["a", "b"], "top_p": 0.9, "top_k": 40,
	"response_format": {"type": "json_schema", "json_schema": {
		"name": "answer", "description": "d", "schema": {"type": "object"}, "strict": true}},
	"thinking": {"type": "enabled", "budget_tokens": 10, "thinking_level": "low"},
	"tool_choice": {"type": "function", "function": {"name": "f"}}, "parallel_tool_calls": true, "modalities": ["text", "audio"],
	"guardrails": [{"id": "g", "execute_on": "input"}], "fallbacks": [{"model": "m"}], "cache": {"type": "exact_match", "ttl": 60},
	"load_balancer": {"type": "weight_based", "models": [{"model": "m", "weight": 0.5}]}, "timeout": {"call_timeout": 1000}
}`

// bigSchema are parameters with a number that no float64 holds.
const bigSchema = `{"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {"maximum": 9007199254740993}}}}`

// Optional fields that create_agent, update_agent and run_agent take and send alike.
const (
	sharedOptions = `
		"system_prompt": "s", "fallback_models": ["f1", {"id": "f2", "parameters": ` + everyParameter + `, "retry": {"count": 5}}],
		"memory_stores": ["m1"], "team_of_agents": [{"key": "a", "role": "r"}, {"key": "b"}], "engine": "jinja",
		"variables": {"big": 9007199254740993, "text": "<a&b>", "list": [1, null, {"x": 1.50}], "empty": {}}`
	modelArguments    = `"model": "m", "model_settings": {"parameters": ` + everyParameter + `, "retry": {"count": 2, "on_codes": [429, 503]}}`
	modelBody         = `"model": {"id": "m", "parameters": ` + everyParameter + `, "retry": {"count": 2, "on_codes": [429, 503]}}`
	sharedSettings    = `"max_iterations": 1, "max_execution_time": 2, "max_cost": 0, "tool_approval_required": "all", "evaluators": [{"id": "e", "sample_rate": 1.5, "execute_on": "output"}], "guardrails": [{"id": "g", "execute_on": "input"}]`
	knowledgeIDs      = `"knowledge_bases": ["k1", "k2"]`
	knowledgeBody     = `"knowledge_bases": [{"knowledge_id": "k1"}, {"knowledge_id": "k2"}]`
	requiredOfAnAgent = `"key": "support", "role": "r", "description": "d", "instructions": "i"`
)

func TestCreateAgentOnTheWire(t *testing.T) {
	t.Parallel()
	const line = "POST /v2/agents"
	checkWire(t, "create_agent", []exchange{
		{
			"the least", `{` + requiredOfAnAgent + `, "model": "m"}`, line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "settings": {}}`,
		},
		{
			"everything",
			`{` + requiredOfAnAgent + `, ` + modelArguments + `, ` + sharedOptions + `, ` + sharedSettings + `, ` + knowledgeIDs + `,
				"path": "Sales/eu", "display_name": "n", "source": "experiment", "tools": ` + everyTool + `}`,
			line,
			`{` + requiredOfAnAgent + `, ` + modelBody + `, ` + sharedOptions + `, ` + knowledgeBody + `,
				"path": "Sales/eu", "display_name": "n", "source": "experiment", "settings": {` + sharedSettings + `, "tools": ` + everyTool + `}}`,
		},
		{
			"the API's own forms",
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "integration_id": null, "parameters": {"temperature": 1}, "retry": {"count": 1}, "fallback_models": ["f"]},
				"settings": {"max_iterations": 3, "tools": [{"type": "current_date"}]}, "knowledge_bases": [{"knowledge_id": "k1"}, "k2"]}`,
			line,
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": {"temperature": 1}, "retry": {"count": 1}}, "fallback_models": ["f"],
				"settings": {"max_iterations": 3, "tools": [{"type": "current_date"}]}, ` + knowledgeBody + `, "path": "Default"}`,
		},
		{
			"a model given as an object beside its settings",
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": {"temperature": 1}}, "model_settings": {"retry": {"count": 1}}}`,
			line,
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": {"temperature": 1}, "retry": {"count": 1}}, "path": "Default", "settings": {}}`,
		},
		{
			"digits within a model's parameters", `{` + requiredOfAnAgent + `, "model": "m", "model_settings": {"parameters": ` + bigSchema + `}}`, line,
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": ` + bigSchema + `}, "path": "Default", "settings": {}}`,
		},
		{
			"digits within a fallback model's parameters", `{` + requiredOfAnAgent + `, "model": "m", "fallback_models": [{"id": "f", "parameters": ` + bigSchema + `}]}`, line,
			`{` + requiredOfAnAgent + `, "model": "m", "fallback_models": [{"id": "f", "parameters": ` + bigSchema + `}], "path": "Default", "settings": {}}`,
		},
		{
			"tools as they are read back",
			`{` + requiredOfAnAgent + `, "model": "m", "tools": [
				{"id": "1", "action_type": "current_date", "display_name": "Date", "description": "d", "requires_approval": false},
				{"id": "2", "key": "weather", "action_type": "http", "requires_approval": true, "timeout": 120, "conditions": [{"condition": "c", "operator": "=", "value": "v"}]},
				{"id": "3", "action_type": "code", "requires_approval": false},
				{"id": "4", "key": "docs", "action_type": "mcp", "tool_id": "t1", "requires_approval": false},
				{"id": "5", "action_type": "openai:web_search", "requires_approval": false}]}`,
			line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "settings": {"tools": [
				{"type": "current_date", "requires_approval": false}, {"type": "http", "key": "weather", "requires_approval": true},
				{"type": "code", "id": "3", "requires_approval": false}, {"type": "mcp", "key": "docs", "tool_id": "t1", "requires_approval": false},
				{"type": "openai:web_search", "requires_approval": false}]}}`,
		},
		{
			"lists and objects as JSON text",
			`{` + requiredOfAnAgent + `, "model": "m", "tools": "[{\"type\": \"current_date\"}]", "variables": "{\"a\": 9007199254740993}", "max_iterations": "7", "memory_stores": "m1"}`,
			line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "variables": {"a": 9007199254740993}, "memory_stores": ["m1"],
				"settings": {"max_iterations": 7, "tools": [{"type": "current_date"}]}}`,
		},
		{
			"the input wrapped once more, with optional fields empty",
			`{"arguments": {` + requiredOfAnAgent + `, "model": "m", "path": "", "display_name": null}}`, line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "settings": {}}`,
		},
	})
}

func TestUpdateAgentOnTheWire(t *testing.T) {
	t.Parallel()
	const line = "PATCH /v2/agents/support"
	checkWire(t, "update_agent", []exchange{
		{"a single text", `{"key": "support", "role": "r"}`, line, `{"role": "r"}`},
		{"a single setting", `{"key": "support", "max_cost": 0}`, line, `{"settings": {"max_cost": 0}}`},
		{"the model alone", `{"key": "support", "model": "m"}`, line, `{"model": "m"}`},
		{"a new version alone", `{"key": "support", "version_increment": "major"}`, line, `{"versionIncrement": "major"}`},
		{"the key in need of escaping", `{"key": "a/b c", "role": "r"}`, "PATCH /v2/agents/a%2Fb%20c", `{"role": "r"}`},
		{
			"everything",
			`{"key": "support", "new_key": "desk", "project_id": "p", "role": "r", "description": "d", "instructions": "i", "display_name": "n", "path": "Sales",
				` + modelArguments + `, ` + sharedOptions + `, ` + sharedSettings + `, ` + knowledgeIDs + `, "tools": ` + everyTool + `,
				"version_increment": "patch", "version_description": "v",
				"a2a": {"agent_url": "https://a.example", "card_url": "https://a.example/c", "headers": {"A": "1", "B": "2", "C": ""}, "plain_headers": ["B"]}}`,
			line,
			`{"key": "desk", "project_id": "p", "role": "r", "description": "d", "instructions": "i", "display_name": "n", "path": "Sales",
				` + modelBody + `, ` + sharedOptions + `, ` + knowledgeBody + `, "settings": {` + sharedSettings + `, "tools": ` + everyTool + `},
				"versionIncrement": "patch", "versionDescription": "v",
				"a2a": {"agent_url": "https://a.example", "card_url": "https://a.example/c",
					"headers": {"A": {"value": "1", "encrypted": true}, "B": {"value": "2", "encrypted": false}, "C": {"value": "", "encrypted": true}}}}`,
		},
		{
			"lists and maps emptied",
			`{"key": "support", "tools": [], "evaluators": [], "guardrails": [], "fallback_models": [], "memory_stores": [], "knowledge_bases": [], "team_of_agents": [], "variables": {}, "a2a": {"headers": {}}}`,
			line,
			`{"settings": {"tools": [], "evaluators": [], "guardrails": []}, "fallback_models": [], "memory_stores": [], "knowledge_bases": [], "team_of_agents": [], "variables": {}, "a2a": {"headers": {}}}`,
		},
		{
			"the API's own forms",
			`{"key": "support", "model": {"id": "m", "parameters": {"temperature": 1}, "fallback_models": []}, "settings": {"max_cost": 2, "tools": []}, "knowledge_bases": [{"knowledge_id": "k1"}]}`,
			line,
			`{"model": {"id": "m", "parameters": {"temperature": 1}}, "fallback_models": [], "settings": {"max_cost": 2, "tools": []}, "knowledge_bases": [{"knowledge_id": "k1"}]}`,
		},
	})
}

func TestRegisterA2AAgentOnTheWire(t *testing.T) {
	t.Parallel()
	const line = "POST /v2/agents/a2a"
	const required = `"key": "planner", "display_name": "P", "description": "d", "agent_url": "https://a.example"`
	checkWire(t, "register_a2a_agent", []exchange{
		{"the least", `{` + required + `}`, line, `{` + required + `, "path": "Default"}`},
		{
			"headers encrypted and plain",
			`{` + required + `, "path": "Sales", "card_url": "https://a.example/c", "headers": {"Authorization": "Bearer 1", "X-Tenant": "acme"}, "plain_headers": "X-Tenant"}`,
			line,
			`{` + required + `, "path": "Sales", "card_url": "https://a.example/c",
				"headers": {"Authorization": {"value": "Bearer 1", "encrypted": true}, "X-Tenant": {"value": "acme", "encrypted": false}}}`,
		},
	})
}

// Arguments and body of what both run tools take beside the message.
const (
	sharedInvocation = `"task_id": "t0", "metadata": {"big": 9007199254740993},
		"identity": {"id": "u1", "display_name": "Ada", "email": "ada@example.com", "metadata": [{"a": 1}], "logo_url": "https://l.example", "tags": ["x"]},
		"contact": {"id": "u2"}, "thread": {"id": "th", "tags": ["y"]}`
	memoryArgument = `"memory_entity_id": "e1"`
	memoryBody     = `"memory": {"entity_id": "e1"}`
	helloBody      = `"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}`
)

func TestInvokeAgentOnTheWire(t *testing.T) {
	t.Parallel()
	const line = "POST /v2/agents/support/task"
	with := func(rest string) string { return `{"key": "support", "mode": "background", ` + rest + `}` }
	checkWire(t, "invoke_agent", []exchange{
		{"the least", with(`"message": "hello"`), line, `{` + helloBody + `}`},
		{"a version", `{"key": "support@1.0.0", "mode": "background", "message": "hello"}`, "POST /v2/agents/support@1.0.0/task", `{` + helloBody + `}`},
		{
			"everything",
			with(`"message": "hello", ` + sharedInvocation + `, ` + memoryArgument + `, "variables": {"big": 9007199254740993}, "engine": "text", "configuration": {"blocking": false}`),
			line,
			`{` + helloBody + `, ` + sharedInvocation + `, ` + memoryBody + `, "variables": {"big": 9007199254740993}, "engine": "text", "configuration": {"blocking": false}}`,
		},
		{"memory as the API has it", with(`"message": "hello", "memory": {"entity_id": "e1"}`), line, `{` + helloBody + `, ` + memoryBody + `}`},
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
			"the time of a stream", `{"key": "support", "mode": "stream", "message": "hello", "stream_timeout_seconds": 60}`,
			"POST /v2/agents/support/stream-task", `{` + helloBody + `, "stream_timeout_seconds": 60}`,
		},
		{"no time for what is not streamed", with(`"message": "hello", "stream_timeout_seconds": 60`), line, `{` + helloBody + `}`},
	})
}

func TestRunAgentOnTheWire(t *testing.T) {
	t.Parallel()
	const (
		line     = "POST /v2/agents/run"
		required = `"key": "runner", "role": "r", "instructions": "i"`
	)
	run := func(rest string) string {
		return `{` + required + `, "model": "m", "mode": "background", "message": "hello", ` + rest + `}`
	}
	ran := func(settings string) string {
		return `{` + required + `, "model": "m", "path": "Default", ` + helloBody + `, "settings": {` + settings + `}}`
	}
	exchanges := []exchange{
		{"the least", `{` + required + `, "model": "m", "mode": "background", "message": "hello"}`, line, ran("")},
		{
			"everything",
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
			run(`"tools": [
				{"type": "http", "key": "h", "description": "d", "_id": "i1", "http": {"blueprint": {"url": "https://h.example", "method": "GET"}, "arguments": {"q": {"type": "string", "description": "d"}}}},
				{"type": "code", "key": "c", "description": "d", "code_tool": {"language": "python", "code": "1"}},
				{"type": "function", "key": "f", "description": "d", "function": {"name": "g", "description": "d", "strict": true}},
				{"type": "json_schema", "key": "j", "description": "d", "json_schema": {"name": "n", "description": "d", "schema": {"type": "object", "properties": {}, "required": []}}},
				{"type": "mcp", "key": "m", "description": "d", "mcp": {"server_url": "https://m.example", "connection_type": "http", "tools": [{"name": "t", "schema": {"type": "object", "properties": {}, "required": []}}]}}
			]`),
			line,
			ran(`"tools": [
				{"type": "http", "key": "h", "description": "d", "_id": "i1", "http": {"blueprint": {"url": "https://h.example", "method": "GET"}, "arguments": {"q": {"type": "string", "description": "d"}}}},
				{"type": "code", "key": "c", "description": "d", "code_tool": {"language": "python", "code": "1"}},
				{"type": "function", "key": "f", "description": "d", "function": {"name": "g", "description": "d", "strict": true}},
				{"type": "json_schema", "key": "j", "description": "d", "json_schema": {"name": "n", "description": "d", "schema": {"type": "object", "properties": {}, "required": []}}},
				{"type": "mcp", "key": "m", "description": "d", "mcp": {"server_url": "https://m.example", "connection_type": "http", "tools": [{"name": "t", "schema": {"type": "object", "properties": {}, "required": []}}]}}
			]`),
		},
		{
			"the time of a stream", `{` + required + `, "model": "m", "mode": "stream", "message": "hello", "stream_timeout_seconds": 60}`,
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

// inlineTools are tools of a run as a caller defines them, and as the API wants them.
func inlineTools() []exchange {
	const common = `"key": "k", "description": "d"`
	tools := []exchange{
		{
			"http with everything",
			`{"type": "http", ` + common + `, "display_name": "n", "id": "i", "requires_approval": true, "url": "https://w.example/{{city}}", "method": "POST",
				"headers": {"X-Plain": "v", "X-Key": {"value": "s", "encrypted": true}}, "body": {"big": 9007199254740993, "q": "{{city}}"},
				"arguments": {"city": {"type": "string", "description": "a", "send_to_model": false, "default_value": "Delft"}, "n": {"type": "number", "description": "b", "default_value": 7}}}`, "",
			`{"type": "http", ` + common + `, "display_name": "n", "_id": "i", "requires_approval": true, "http": {
				"blueprint": {"url": "https://w.example/{{city}}", "method": "POST", "headers": {"X-Plain": "v", "X-Key": {"value": "s", "encrypted": true}}, "body": {"big": 9007199254740993, "q": "{{city}}"}},
				"arguments": {"city": {"type": "string", "description": "a", "send_to_model": false, "default_value": "Delft"}, "n": {"type": "number", "description": "b", "default_value": 7}}}}`,
		},
		{
			"http with the least", `{"type": "http", ` + common + `, "url": "https://w.example", "method": "get"}`, "",
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
			"function with the least", `{"type": "function", "key": "k"}`, "",
			`{"type": "function", "key": "k", "function": {"name": "k"}}`,
		},
		{
			"function with everything", `{"type": "function", ` + common + `, "name": "f", "strict": true, "parameters": {"properties": {"a": {"maximum": 9007199254740993}}, "required": ["a"], "additionalProperties": false}}`, "",
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
	for _, builtIn := range builtInTools {
		tool := fmt.Sprintf(`{"type": %q, "requires_approval": false}`, builtIn)
		tools = append(tools, exchange{builtIn, tool, "", tool})
	}
	return tools
}
