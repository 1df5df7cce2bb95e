package tools

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUpdateAgentArgumentErrors(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "update_agent", []mistake{
		{"nothing to change", `{"key": "support"}`, "give at least one field to change besides key"},
		{"only empty fields", `{"key": "support", "role": "", "tools": null}`, "give at least one field to change besides key"},
		{"settings without their model", `{"key": "support", "model_settings": {"retry": {"count": 2}}}`, "model: required with model_settings, because the API replaces both together"},
		{"no key", `{"role": "r"}`, "key: required"},
		{"too many headers", `{"key": "support", "a2a": {"headers": ` + manyHeaders(21) + `}}`, "a2a.headers: at most 20 are allowed, got 21"},
		{"a header that is not there", `{"key": "support", "a2a": {"headers": {"A": "1"}, "plain_headers": ["A", "B"]}}`, `a2a.plain_headers[1]: is not one of headers`},
	})
}

func TestUpdateAgentRequests(t *testing.T) {
	t.Parallel()
	const line = "PATCH /v2/agents/support"
	checkWire(t, "update_agent", []exchange{
		{"a single text", `{"key": "support", "role": "r"}`, line, `{"role": "r"}`},
		{"a single setting", `{"key": "support", "max_cost": 0}`, line, `{"settings": {"max_cost": 0}}`},
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

// TestUpdateAgentAcceptsGetAgentResult passes the fields that get_agent returns to update_agent, which must change nothing.
func TestUpdateAgentAcceptsGetAgentResult(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", simpleAgent)
	s.succeed(t, "create_agent", strings.Replace(fullAgent, "{", `{"team_of_agents": [{"key": "support", "role": "helper"}],`, 1))
	_, read := s.succeed(t, "get_agent", `{"key": "full"}`)
	written := fields{"key": "full"}
	for _, field := range []string{
		"display_name", "role", "description", "instructions", "system_prompt", "path", "model", "settings", "memory_stores", "knowledge_bases",
		"team_of_agents", "variables", "engine",
	} {
		if read[field] == nil {
			t.Fatalf("get_agent returned no %s, want it", field)
		}
		written[field] = read[field]
	}
	_, updated := s.succeed(t, "update_agent", encode(t, written))
	if changes := changesOf(updated); len(changes) > 0 {
		t.Errorf("changes = %v, want none", changes)
	}
	_, again := s.succeed(t, "get_agent", `{"key": "full"}`)
	for _, changing := range []string{"updated", "other"} {
		delete(read, changing)
		delete(again, changing)
	}
	if diff := cmp.Diff(read, again); diff != "" {
		t.Errorf("agent after the update differs (-want +got):\n%s", diff)
	}
}
