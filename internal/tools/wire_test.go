package tools

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exchange is a call's arguments, and the line and body of the request that they become.
type exchange struct{ name, arguments, line, body string }

// checkWire calls a tool with the arguments of each exchange and checks the request that the service receives.
func checkWire(t *testing.T, tool string, exchanges []exchange) {
	t.Helper()
	for _, each := range exchanges {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, accept(t))
			s.succeed(t, tool, each.arguments)
			sent := s.written()
			if len(sent) != 1 {
				t.Fatalf("received %v, want one request with a body", s.lines())
			}
			if got := sent[0].line; got != each.line {
				t.Errorf("received %q, want %q", got, each.line)
			}
			if diff := cmp.Diff(decode(t, each.body), decode(t, sent[0].body)); diff != "" {
				t.Errorf("body differs (-want +got):\n%s", diff)
			}
		})
	}
}

// Responses of the service: a started task, the stream of a finished run, and the response of a task with the given status.
const (
	taskJSON     = `{"id": "t1", "contextId": "c1", "kind": "task", "status": {"state": "submitted"}}`
	finishedRun  = `data: {"type": "event.agents.inactive", "timestamp": "2026-03-24T10:00:00Z", "data": {"last_message": "hello", "finish_reason": "stop", "workflowRunId": "w", "responseId": "r"}}` + "\n\ndata: [DONE]\n\n"
	responseJSON = `{"_id": "r1", "task_id": "t1", "output": [], "created_at": "2026-03-24T10:00:00Z", "model": "m", "status": "%s"}`
)

// accept returns a handler that answers every operation with success.
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
		case path == "/v3/router/responses":
			answer(w, http.StatusOK, `{"id": "resp_1", "status": "queued", "output": []}`)
		case isLookup(path), path == "/v2/agents/external":
			answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": []}`)
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

// isLookup reports whether a path lists building blocks.
func isLookup(path string) bool {
	return path == "/v3/router/models" || strings.HasPrefix(path, "/v2/") && !strings.HasPrefix(path, "/v2/agents")
}

// everyParameter are the parameters of a model with every field.
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

// bigSchema are parameters with an integer that a float64 cannot represent.
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

// Arguments and body of what both run tools take beside the message.
const (
	sharedInvocation = `"task_id": "t0", "metadata": {"big": 9007199254740993},
		"identity": {"id": "u1", "display_name": "Ada", "email": "ada@example.com", "metadata": [{"a": 1}], "logo_url": "https://l.example", "tags": ["x"]},
		"contact": {"id": "u2"}, "thread": {"id": "th", "tags": ["y"]}`
	memoryArgument = `"memory_entity_id": "e1"`
	memoryBody     = `"memory": {"entity_id": "e1"}`
	helloBody      = `"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}`
)
