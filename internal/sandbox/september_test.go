package sandbox_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestSkills(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("none")
	w.create("some", object{"skills": []string{"writing"}})
	null := agentBody("null")
	null["skills"] = nil
	call[object](w, 201, "POST", "/v2/agents", null)
	check := func(key string, want []any) {
		t.Helper()
		if diff := cmp.Diff(want, call[object](w, 200, "GET", "/v2/agents/"+key, nil)["skills"]); diff != "" {
			t.Errorf("skills of %s (-want +got):\n%s", key, diff)
		}
	}
	check("none", []any{})
	check("null", []any{})
	check("some", []any{"writing"})
	for _, step := range []struct {
		body object
		want []any
	}{
		{object{"skills": []string{"a", "b"}}, []any{"a", "b"}},
		{object{"role": "other"}, []any{"a", "b"}},
		{object{"skills": nil}, []any{}},
		{object{"skills": []string{"c"}}, []any{"c"}},
		{object{"skills": []string{}}, []any{}},
	} {
		call[object](w, 200, "PATCH", "/v2/agents/some", step.body)
		check("some", step.want)
	}
	far := serveCard(t, cardV03)
	w.register("far", far.URL)
	check("far", []any{})
	if got, want := w.refused(400, "PATCH", "/v2/agents/far", object{"skills": nil}), "skills: an A2A agent has none: it runs elsewhere"; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
}

func TestSystemPromptCanBeRemoved(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", object{"system_prompt": "Be brief."})
	if got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", object{"role": "r"}).SystemPrompt; got != "Be brief." {
		t.Errorf("system_prompt after another update = %q, want it unchanged", got)
	}
	if got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", object{"system_prompt": nil}).SystemPrompt; got != "" {
		t.Errorf("system_prompt after null = %q, want none", got)
	}
}

func TestToolsOfSeptember(t *testing.T) {
	t.Parallel()
	w := openFor(t, contract.September)
	agent := w.create("helper", toolSettings(
		object{"type": "file_system", "configuration": object{"file_system_key": "docs"}},
		object{"type": "file_system", "configuration": object{"file_system_id": "1", "access_mode": "read_write"}},
		object{"type": "advisor", "configuration": object{"model": "m", "depth": 2}},
		object{"type": "code", "key": "sum", "timeout": 7.5},
		object{"type": "openai:web_search", "timeout": 600, "configuration": object{"size": "large"}},
		object{"type": "http", "key": "ping"},
	))
	type tool struct {
		Type          string
		Timeout       float64
		Configuration object
	}
	var got []tool
	for _, read := range agent.Settings.Tools {
		got = append(got, tool{read.ActionType, read.Timeout, read.Configuration})
	}
	want := []tool{
		{"file_system", 120, object{"file_system_key": "docs", "access_mode": "read_only"}},
		{"file_system", 120, object{"file_system_id": "1", "access_mode": "read_write"}},
		{"advisor", 120, object{"model": "m", "depth": json.Number("2")}},
		{"code", 7.5, nil},
		{"openai:web_search", 600, object{"size": "large"}},
		{"http", 120, nil},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tools (-want +got):\n%s", diff)
	}
	for want, tool := range map[string]object{
		"settings.tools[0].configuration: is required":                                                 {"type": "file_system"},
		"settings.tools[0].configuration: needs file_system_id or file_system_key":                     {"type": "file_system", "configuration": object{"access_mode": "read_only"}},
		"settings.tools[0].timeout: must be at most 120, got 121":                                      {"type": "code", "key": "k", "timeout": 121},
		"settings.tools[0].timeout: must be at most 600, got 601":                                      {"type": "http", "key": "k", "timeout": 601},
		"settings.tools[0].timeout: must be at least 1, got 0":                                         {"type": "openai:web_search", "timeout": 0},
		"settings.tools[0].configuration: must be an object, got a string":                             {"type": "sidekick", "configuration": "x"},
		`settings.tools[0].configuration.access_mode: must be one of read_only, read_write, got "all"`: {"type": "file_system", "configuration": object{"file_system_id": "1", "access_mode": "all"}},
	} {
		if got := w.refused(400, "POST", "/v2/agents", agentBody("bad", toolSettings(tool))); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
}

// What September added survives an export and a seed, and a restart before that.
func TestExportOfSeptember(t *testing.T) {
	t.Parallel()
	data := t.TempDir() + "/agents.db"
	box := openBox(t, sandbox.Options{Data: data})
	w := serveHandler(t, box, contract.September.Check(t, box))
	want := w.create("helper", object{
		"skills": []string{"writing"},
		"model": object{"id": "openai/gpt-5", "parameters": object{
			"reasoning_effort": "max", "prompt_cache_key": "k", "cache_control": object{"type": "ephemeral"},
			"thinking": object{"type": "enabled", "budget_tokens": 1, "thinking_level": "medium"},
			"plugins":  []object{{"id": "pii_redaction", "language": "fr", "threshold": 0}, {"id": "trace_scrubbing", "mask": []string{"all"}}},
		}},
		"settings": object{
			"chat_exposed": true,
			"evaluators":   []object{{"id": "tone", "execute_on": "input", "options": object{"strict": true}}},
			"tools": []object{
				{"type": "http", "key": "ping", "timeout": 7}, {"type": "file_system", "configuration": object{"file_system_key": "docs"}},
			},
		},
	})
	w.close()
	exported, err := sandbox.Export(data)
	if err != nil {
		t.Fatal(err)
	}
	box = openBox(t, sandbox.Options{})
	if _, err := box.Seed(t.Context(), exported); err != nil {
		t.Fatalf("seed of %s: %v", exported, err)
	}
	w = serveHandler(t, box, contract.September.Check(t, box))
	got := call[orq.Agent](w, 200, "GET", "/v2/agents/helper", nil)
	got.ID, got.Created, got.Updated = want.ID, want.Created, want.Updated
	if diff := cmp.Diff(want, got, ignoreRaw); diff != "" {
		t.Errorf("agent after export and seed (-want +got):\n%s", diff)
	}
	if got, want := got.Model.Parameters.CacheControl.TTL, "5m"; got != want {
		t.Errorf("cache_control.ttl = %q, want the default %q", got, want)
	}
}
