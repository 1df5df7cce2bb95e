package tools

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestUpdateAgentArgumentErrors(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "update_agent", []mistake{
		{"nothing to change", `{"key": "support"}`, "give at least one field to change besides key"},
		{"only empty fields", `{"key": "support", "role": "", "tools": null}`, "give at least one field to change besides key"},
		{"settings without their model", `{"key": "support", "model_settings": {"retry": {"count": 2}}}`, "model: required with model_settings, because the API replaces both together"},
		{"a prompt that is also cleared", `{"key": "support", "system_prompt": "p", "clear_system_prompt": true}`, "clear_system_prompt: cannot be true together with system_prompt"},
		{"a prompt that is not cleared", `{"key": "support", "clear_system_prompt": false, "skills": null}`, "give at least one field to change besides key"},
		{"read-only fields alone", `{"key": "support", "status": "draft", "a2a": null}`, "give at least one field to change besides key"},
		{"no key", `{"role": "r"}`, "key: required"},
		{"too many headers", `{"key": "support", "a2a": {"headers": ` + manyHeaders(21) + `}}`, "a2a.headers: at most 20 are allowed, got 21"},
		{"a header that is not there", `{"key": "support", "a2a": {"headers": {"A": "1"}, "plain_headers": ["A", "B"]}}`, `a2a.plain_headers[1]: is not one of headers`},
	})
}

// TestUpdateAgentRefusesOtherFields has fields that no whole result of get_agent has: those of a result in part would replace
// the rest.
func TestUpdateAgentRefusesOtherFields(t *testing.T) {
	t.Parallel()
	s := serve(t, accept(t))
	for _, name := range []string{"truncated", "next", "part", "created_at", "_id", "types"} {
		got := s.refused(t, "update_agent", encode(t, fields{"key": "support", "role": "r", name: true}))
		if want := name + ": unknown"; !strings.Contains(got, want) {
			t.Errorf("error = %q, want %q in it", got, want)
		}
	}
	if len(s.lines()) > 0 {
		t.Errorf("sent %v, want no request", s.lines())
	}
}

func TestUpdateAgentRequests(t *testing.T) {
	t.Parallel()
	const line = "PATCH /v2/agents/support"
	checkWire(t, "update_agent", []exchange{
		{"a single text", `{"key": "support", "role": "r"}`, line, `{"role": "r"}`},
		{"a single setting", `{"key": "support", "max_cost": 0}`, line, `{"settings": {"max_cost": 0}}`},
		{"the system prompt removed", `{"key": "support", "clear_system_prompt": "true"}`, line, `{"system_prompt": null}`},
		{"skills replaced", `{"key": "support", "skills": ["a", "b"]}`, line, `{"skills": ["a", "b"]}`},
		{"skills removed", `{"key": "support", "skills": []}`, line, `{"skills": []}`},
		{"the chat left", `{"key": "support", "chat_exposed": false}`, line, `{"settings": {"chat_exposed": false}}`},
		{"the model alone", `{"key": "support", "model": "m"}`, line, `{"model": "m"}`},
		{"a new version alone", `{"key": "support", "version_increment": "major"}`, line, `{"versionIncrement": "major"}`},
		{"the key in need of escaping", `{"key": "a/b c", "role": "r"}`, "PATCH /v2/agents/a%2Fb%20c", `{"role": "r"}`},
		{
			"all fields",
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

func TestUpdateAgentOfMissingAgent(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.refused(t, "update_agent", `{"key": "support", "role": "r"}`)
	for _, line := range s.lines() {
		if strings.HasPrefix(line, http.MethodPatch) {
			t.Errorf("sent %s, want no PATCH", line)
		}
	}
}

// septemberFields are arguments of update_agent that use everything that came after March.
const septemberFields = `"skills": ["writing", "sums"], "chat_exposed": true, "model": "openai/gpt-5", "model_settings": {"parameters": {
		"reasoning_effort": "max", "prompt_cache_key": "k", "cache_control": {"type": "ephemeral", "ttl": "1h"},
		"thinking": {"type": "enabled", "budget_tokens": 1, "thinking_level": "medium"}, "guardrails": [{"id": "orq_secret_detection", "execute_on": "input"}],
		"plugins": [{"id": "pii_redaction", "language": "fr", "regions": ["eu"], "entities": ["NAME"], "entity_thresholds": {"NAME": 0.5}, "threshold": 0, "on_failure": "block"},
			{"id": "response_healing"}, {"id": "trace_scrubbing", "mask": ["all"]}]}},
	"evaluators": [{"id": "e1", "execute_on": "output", "options": {"strict": true}}],
	"tools": [{"type": "advisor"}, {"type": "sidekick", "configuration": {"depth": 2}}, {"type": "code_interpreter", "requires_approval": true},
		{"type": "file_system", "configuration": {"file_system_id": "1", "access_mode": "read_write"}},
		{"type": "http", "key": "ping", "timeout": 600}, {"type": "code", "key": "sum", "timeout": 7.5},
		{"type": "openai:web_search", "timeout": 30, "configuration": {"size": "large"}}, {"type": "function", "key": "ask"}]`

// TestUpdateAgentAcceptsGetAgentResult passes all that get_agent returns to update_agent: unchanged it must change nothing,
// and with another description only that.
func TestUpdateAgentAcceptsGetAgentResult(t *testing.T) {
	t.Parallel()
	s := workspaceOf(t, sandbox.GenerationBoth, contract.September.Check)
	s.succeed(t, "create_agent", simpleAgent)
	s.succeed(t, "create_agent", strings.Replace(fullAgent, "{", `{"team_of_agents": [{"key": "support", "role": "helper"}],`, 1))
	s.succeed(t, "update_agent", `{"key": "full", `+septemberFields+`}`)
	_, read := s.succeed(t, "get_agent", `{"key": "full"}`)
	for _, field := range []string{
		"display_name", "role", "description", "instructions", "system_prompt", "path", "model", "settings", "memory_stores", "knowledge_bases",
		"team_of_agents", "skills", "variables", "engine", "id", "type", "status", "source", "created", "updated", "other",
	} {
		if read[field] == nil {
			t.Fatalf("get_agent returned no %s, want it", field)
		}
	}
	checkGetAgentResultIsAccepted(t, s, read)

	s.succeed(t, "update_agent", `{"key": "full", "variables": {"api_key": "hush"}}`)
	_, read = s.succeed(t, "get_agent", `{"key": "full"}`)
	if got, want := s.refused(t, "update_agent", encode(t, read)), "variables.api_key: "+isMasked; !strings.Contains(got, want) {
		t.Errorf("error = %q, want %q in it", got, want)
	}
}

func TestUpdateAgentAcceptsGetAgentResultOfA2AAgents(t *testing.T) {
	t.Parallel()
	for _, generation := range []sandbox.Generation{sandbox.GenerationMarch, sandbox.GenerationToday} {
		s := workspaceOf(t, generation, contract.CheckAll)
		_, registered := s.succeed(t, "register_a2a_agent", registration(t))
		key, _ := registered["key"].(string)
		_, read := s.succeed(t, "get_agent", encode(t, fields{"key": key}))
		if connection, _ := read["a2a"].(fields); connection["cached_card"] == nil {
			t.Fatalf("a2a = %v, want a cached card", read["a2a"])
		}
		checkGetAgentResultIsAccepted(t, s, read)
	}
}

// checkGetAgentResultIsAccepted passes read, the structured content of get_agent, to update_agent, unchanged and with another
// description.
func checkGetAgentResultIsAccepted(t *testing.T, s *service, read fields) {
	t.Helper()
	_, updated := s.succeed(t, "update_agent", encode(t, read))
	if changes := changesOf(updated); len(changes) > 0 {
		t.Errorf("changes = %v, want none", changes)
	}
	written := maps.Clone(read)
	written["description"] = "Another description"
	s.succeed(t, "update_agent", encode(t, written))
	_, again := s.succeed(t, "get_agent", encode(t, fields{"key": read["key"]}))
	for _, changing := range []string{"updated", "other", "version"} {
		delete(written, changing)
		delete(again, changing)
	}
	if diff := cmp.Diff(written, again); diff != "" {
		t.Errorf("agent after the update differs (-want +got):\n%s", diff)
	}
}
