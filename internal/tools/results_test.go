package tools

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// everyTool is a JSON list with one tool of each type that a stored agent can have.
const everyTool = `[
	{"type": "google_search", "requires_approval": true}, {"type": "web_scraper"}, {"type": "call_sub_agent"},
	{"type": "retrieve_agents"}, {"type": "query_memory_store"}, {"type": "write_memory_store"},
	{"type": "retrieve_memory_stores"}, {"type": "delete_memory_document"}, {"type": "retrieve_knowledge_bases"},
	{"type": "query_knowledge_base"}, {"type": "current_date"},
	{"type": "http", "key": "weather", "requires_approval": false}, {"type": "code", "id": "01CODE"},
	{"type": "function", "key": "refund"}, {"type": "json_schema", "key": "form"},
	{"type": "mcp", "key": "docs", "tool_id": "t1", "requires_approval": true}, {"type": "openai:web_search"}
]`

// fullAgent are arguments of create_agent with every field except team_of_agents.
const fullAgent = `{
	"key": "full", "display_name": "Full agent", "role": "Tester; of all, things", "description": "Has it all\nand more",
	"instructions": "# Rules\n\nBe kind to {{name}}.\n- never shout", "system_prompt": "Speak\nslowly", "path": "Default/tests",
	"model": "openai/gpt-4o", "model_settings": {
		"parameters": {"temperature": 0.5, "stop": ["a", "b"], "parallel_tool_calls": true,
			"response_format": {"type": "json_schema", "json_schema": {"name": "f", "schema": {"type": "object", "properties": {}}}}},
		"retry": {"count": 2, "on_codes": [429, 503]}},
	"fallback_models": ["openai/gpt-4o-mini", {"id": "anthropic/claude", "retry": {"count": 1}}],
	"max_iterations": 7, "max_execution_time": 60, "max_cost": 1.5, "tool_approval_required": "none",
	"evaluators": [{"id": "e1", "sample_rate": 10, "execute_on": "output"}], "guardrails": [{"id": "g1", "execute_on": "input"}],
	"memory_stores": ["m1", "m2"], "knowledge_bases": ["k1"], "engine": "mustache", "source": "external",
	"variables": {"name": "Ada", "limit": 9007199254740993, "nested": {"list": [1, true, null, "x"], "empty": {}, "none": []}},
	"tools": ` + everyTool + `}`

const card = `{
	"name": "Planner", "description": "Plans\ntrips", "url": "https://agents.example.com", "protocolVersion": "0.3.0",
	"capabilities": {"streaming": true}, "skills": [{"id": "plan", "name": "Plan a trip"}, {"id": "book"}]
}`

// cardServer serves an agent card on every path and returns its URL.
func cardServer(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, card)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// registration returns arguments of register_a2a_agent for an agent whose card can be fetched.
func registration(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf(`{"key": "planner", "display_name": "Planner", "description": "Plans trips", "agent_url": %q,
		"headers": {"Authorization": "Bearer hidden-1", "X-Tenant": "acme-2"}, "plain_headers": ["X-Tenant"]}`, cardServer(t))
}

const simpleAgent = `{"key": "support", "role": "Support", "description": "Helps", "instructions": "Be kind.", "model": "openai/gpt-4o"}`

// step is one call of a tool.
type step struct{ tool, arguments string }

// TestBothFormsOfEveryResultAreComplete calls every tool against a workspace; succeed checks both forms of each result.
func TestBothFormsOfEveryResultAreComplete(t *testing.T) {
	t.Parallel()
	scenarios := map[string]func(*testing.T) []step{
		"lifecycle of an agent": func(*testing.T) []step {
			return []step{
				{"list_agents", `{}`},
				{"list_building_blocks", `{"kind": "models"}`},
				{"create_agent", simpleAgent},
				{"list_agents", `{"limit": 1}`},
				{"get_agent", `{"key": "support"}`},
				{"update_agent", `{"key": "support", "display_name": "Desk", "version_increment": "minor"}`},
				{"get_agent", `{"key": "support@1.1.0"}`},
				{"delete_agent", `{"key": "support", "confirm": "support"}`},
			}
		},
		"an agent with all fields": func(*testing.T) []step {
			return []step{
				{"create_agent", simpleAgent},
				{"create_agent", strings.Replace(fullAgent, "{", `{"team_of_agents": [{"key": "support", "role": "helper"}],`, 1)},
				{"get_agent", `{"key": "full"}`},
				{"list_agents", `{"limit": 1}`},
				{"list_agents", `{"detail": "full"}`},
			}
		},
		"an A2A agent": func(t *testing.T) []step {
			return []step{
				{"register_a2a_agent", registration(t)},
				{"get_agent", `{"key": "planner"}`},
				{"refresh_agent_card", `{"key": "planner"}`},
				{"update_agent", `{"key": "planner", "a2a": {"headers": {"Authorization": ""}}}`},
				{"list_agents", `{"type": "a2a"}`},
			}
		},
		"runs": func(*testing.T) []step {
			const tools = `"tools": [{"type": "current_date"}, {"type": "google_search"}, {"type": "function", "key": "refund"}], "role": "r", "instructions": "i", "model": "m"`
			return []step{
				{"run_agent", `{"key": "runner", ` + tools + `, "message": "hello\nworld"}`},
				{"run_agent", `{"key": "runner", ` + tools + `, "mode": "stream", "message": "/tool current_date\n/tool google_search {\"q\": 1}"}`},
				{"run_agent", `{"key": "runner", ` + tools + `, "mode": "stream", "message": "/tool refund {\"order\": 7, \"why\": \"a;b, c\"}"}`},
				{"invoke_agent", `{"key": "runner", "message": "hello"}`},
				{"invoke_agent", `{"key": "runner", "message": "/count 3\n/fail out of, luck; sorry", "mode": "stream"}`},
				{"invoke_agent", `{"key": "runner", "message": "/slow 10m", "mode": "background"}`},
				{"invoke_agent", `{"key": "runner", "message": "/slow 10m", "wait_seconds": 0}`},
			}
		},
	}
	var mu sync.Mutex
	called := map[string]bool{"get_agent_response": true} // by TestBackgroundRunIsPickedUpLater
	t.Cleanup(func() {
		for _, tool := range all(t) {
			if !called[tool.Name] {
				t.Errorf("no scenario calls %s, want every tool called", tool.Name)
			}
		}
	})
	for name, steps := range scenarios {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			for _, each := range steps(t) {
				mu.Lock()
				called[each.tool] = true
				mu.Unlock()
				s.succeed(t, each.tool, each.arguments)
			}
		})
	}
}
