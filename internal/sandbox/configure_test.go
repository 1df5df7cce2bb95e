package sandbox_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func functionTool(properties object) object {
	return object{"tools": []object{{
		"type": "function", "key": "ask",
		"function": object{"name": "ask", "parameters": object{"type": "object", "properties": properties, "required": []string{}}},
	}}}
}

func TestChangedRunMakesAVersion(t *testing.T) {
	t.Parallel()
	parameters := func(temperature float64) object {
		return object{"id": "openai/gpt-4o", "parameters": object{"temperature": temperature}}
	}
	begin := object{
		"description": "Runs", "fallback_models": []any{"other/model"}, "model": parameters(1), "team_of_agents": []object{{"key": "friend"}},
		"settings": functionTool(object{"city": object{"type": "string"}, "day": object{"type": "string"}}),
	}
	for name, test := range map[string]struct {
		change  object
		version string
	}{
		"nothing":              {object{}, "1.0.0"},
		"another message":      {say("Another"), "1.0.0"},
		"variables of the run": {object{"variables": object{"a": 1}}, "1.0.0"},
		"what has no default":  {object{"description": nil, "fallback_models": nil}, "1.0.0"},
		"a default given":      {object{"engine": "text", "memory_stores": []string{}}, "1.0.0"},
		"role":                 {object{"role": "other"}, "1.0.1"},
		"path":                 {object{"path": "Elsewhere"}, "1.0.1"},
		"description":          {object{"description": "Walks"}, "1.0.1"},
		"engine":               {object{"engine": "jinja"}, "1.0.1"},
		"model":                {object{"model": parameters(2)}, "1.0.1"},
		"no fallback models":   {object{"fallback_models": []any{}}, "1.0.1"},
		"team left out":        {object{"team_of_agents": nil}, "1.0.1"},
		"arguments of a tool":  {object{"settings": functionTool(object{"city": object{"type": "number"}})}, "1.0.1"},
		"no tools":             {object{"settings": object{"tools": []object{}}}, "1.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			w.create("friend")
			run := func(body object) orq.Agent {
				w.stream("/v2/agents/stream-run", body).rest()
				return call[orq.Agent](w, 200, "GET", "/v2/agents/runner", nil)
			}
			first := run(runBody("runner", "hi", begin))
			second := run(runBody("runner", "hi", begin, test.change))
			if second.Version != test.version || second.ID != first.ID {
				t.Errorf("version = %s of agent %s, want %s of %s", second.Version, second.ID, test.version, first.ID)
			}
			if test.version == "1.0.0" {
				if diff := cmp.Diff(string(first.Raw), string(second.Raw)); diff != "" {
					t.Errorf("agent after a run that changes nothing (-want +got):\n%s", diff)
				}
				return
			}
			if same := second.VersionHash == first.VersionHash; same != (name == "path") {
				t.Errorf("hash is the same = %t, want %t", same, name == "path")
			}
			old := call[orq.Agent](w, 200, "GET", "/v2/agents/runner@1.0.0", nil)
			first.Status = "published"
			if diff := cmp.Diff(first, old, ignoreRaw); diff != "" {
				t.Errorf("version 1.0.0 (-want +got):\n%s", diff)
			}
			if again := run(runBody("runner", "hi", begin, test.change)); again.Version != "1.0.1" {
				t.Errorf("version after the same run again = %s, want 1.0.1", again.Version)
			}
		})
	}
}

func TestRunDefaults(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	before := w.create("helper", object{
		"engine": "jinja", "memory_stores": []string{"m"}, "knowledge_bases": []object{{"knowledge_id": "k"}}, "system_prompt": "You help.",
		"variables": object{"a": "b"}, "fallback_models": []any{"other/model"}, "display_name": "Helper", "source": "external",
		"settings": object{"max_iterations": 7, "tools": []object{{"type": "current_date"}}},
	})
	w.stream("/v2/agents/stream-run", runBody("helper", "hi")).rest()
	want := before
	iterations := 100
	want.Role, want.Instructions, want.Path, want.Version, want.Engine = "runner", "Run.", "Default", "1.0.1", "text"
	want.MemoryStores, want.KnowledgeBases = []string{}, []orq.KnowledgeBase{}
	want.Settings.ToolApprovalRequired, want.Settings.Tools, want.Settings.MaxIterations = "none", []orq.AgentTool{}, &iterations
	if diff := cmp.Diff(want, call[orq.Agent](w, 200, "GET", "/v2/agents/helper", nil), ignoreChanging, ignoreRaw); diff != "" {
		t.Errorf("agent (-want +got):\n%s", diff)
	}
}

func TestRefusedRunLeavesTheAgentAsItIs(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	before := w.create("helper")
	for want, change := range map[string]object{
		"memory.entity_id: Memory entity ID is required": toolSettings(object{"type": "query_memory_store"}),
		"the message asked for status 418":               say("/error 418"),
	} {
		status := 400
		if change["message"] != nil {
			status = 418
		}
		if got := w.refused(status, "POST", "/v2/agents/run", runBody("helper", "hi", change)); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
	if diff := cmp.Diff(before, call[orq.Agent](w, 200, "GET", "/v2/agents/helper", nil)); diff != "" {
		t.Errorf("agent after refused runs (-want +got):\n%s", diff)
	}
}
