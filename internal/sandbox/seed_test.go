package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// fullBody returns a body with every field of an agent.
func fullBody(key string) object {
	guards := []object{{"id": "tone", "sample_rate": 12.5, "execute_on": "output"}, {"id": "pii", "execute_on": "input"}}
	return agentBody(key, object{
		"display_name": "Full <é> & \"quoted\"", "system_prompt": "Line one\n  line two\n", "source": "experiment", "engine": "jinja",
		"model": object{"id": "openai/gpt-4o", "retry": object{"count": 2}, "parameters": object{
			"temperature": 0.5, "stop": []string{"END"}, "tool_choice": object{"function": object{"name": "ask"}}, "max_tokens": nil,
			"response_format": object{"type": "json_schema", "json_schema": object{"name": "n", "schema": object{"maximum": json.Number("12345678901234567890")}}},
		}},
		"fallback_models": []any{"a", object{"id": "b", "retry": object{"on_codes": []int{500}}}},
		"memory_stores":   []string{"m"}, "knowledge_bases": []object{{"knowledge_id": "k"}}, "team_of_agents": []object{{"key": "later", "role": "Scout"}},
		"variables": object{"n": 1.5, "t": "true", "list": []any{1, nil, false}},
		"settings": object{
			"max_iterations": 7, "max_execution_time": 30, "max_cost": 0.25, "tool_approval_required": "all",
			"evaluators": guards, "guardrails": guards,
			"tools": []object{
				{"type": "current_date"}, {"type": "http", "key": "get_weather", "requires_approval": true}, {"type": "openai:web_search"},
				{"type": "function", "id": "01K00000000000000000000000"}, {"type": "code", "id": "named"},
				{"type": "json_schema", "key": "k", "id": "01K00000000000000000000001"}, {"type": "mcp", "key": "github", "tool_id": "list_issues"},
			},
		},
	})
}

// ignoreGenerated ignores the fields that each workspace generates.
func ignoreGenerated() cmp.Option {
	return cmpopts.IgnoreFields(orq.Agent{}, "ID", "Created", "Updated", "Version", "Raw")
}

func TestExportAndSeedRoundTrip(t *testing.T) {
	t.Parallel()
	file, card := dataFile(t), serveCard(t, cardV03)
	w := open(t, sandbox.Options{Data: file})
	w.create("later")
	call[orq.Agent](w, 201, "POST", "/v2/agents", fullBody("full"))
	w.register("far", card.URL, object{"headers": object{"X-Secret": object{"value": "hush", "encrypted": true}, "X-Plain": object{"value": "v"}}})
	call[orq.Agent](w, 200, "PATCH", "/v2/agents/later", object{"key": "renamed", "team_of_agents": []object{{"key": "full"}}, "versionIncrement": "minor"})
	call[orq.Agent](w, 200, "PATCH", "/v2/agents/full", object{"team_of_agents": []object{{"key": "renamed", "role": "Scout"}}})
	want := w.list("").Data
	w.close()

	exported, err := sandbox.Export(file)
	if err != nil {
		t.Fatal(err)
	}
	if all := string(exported[2]); strings.Contains(all, "hush") || !strings.Contains(all, `"X-Secret":{"value":""`) {
		t.Errorf("exported agent = %s, want its header without a value", all)
	}
	box := openBox(t, sandbox.Options{})
	seeded, err := box.Seed(t.Context(), exported)
	if want := (sandbox.Seeded{Made: 3}); err != nil || !cmp.Equal(seeded, want) {
		t.Fatalf("Seed = %+v, %v, want %+v", seeded, err, want)
	}
	w = serveBox(t, box)
	if diff := cmp.Diff(want, w.list("").Data, ignoreGenerated()); diff != "" {
		t.Errorf("agents (-exported +seeded):\n%s", diff)
	}
}

func TestExportOfAnAgentMadeByARun(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	tool := object{"type": "mcp", "key": "github", "description": "d", "mcp": object{"server_url": "http://x", "connection_type": "http", "tools": []object{}}}
	call[orq.Task](w, 200, "POST", "/v2/agents/run", say("hi", object{
		"key": "made", "model": "m", "role": "Clerk", "instructions": "i", "path": "p", "settings": object{"tools": []object{tool}},
	}))
	w.close()
	exported, err := sandbox.Export(file)
	if err != nil {
		t.Fatal(err)
	}
	box := openBox(t, sandbox.Options{})
	if _, err := box.Seed(t.Context(), exported); err != nil {
		t.Error(err)
	}
	got := call[orq.Agent](serveBox(t, box), 200, "GET", "/v2/agents/made", nil)
	if got.Role != "Clerk" || got.Description != "Clerk" || len(got.Settings.Tools) != 1 || got.Settings.Tools[0].Key != "github" {
		t.Errorf("agent = %+v, want the role as description and the tool", got)
	}
}

func TestSeedKeepsExistingAgents(t *testing.T) {
	t.Parallel()
	box := openBox(t, sandbox.Options{})
	w := serveBox(t, box)
	w.create("helper")
	// The card of an agent that is kept is not fetched.
	w.register("far", serveCard(t, cardV03).URL)
	seeded, err := box.Seed(t.Context(), bodies(t, agentBody("helper", object{"role": "other"}), agentBody("new"), object{
		"key": "far", "display_name": "Far", "description": "d", "path": "p", "agent_url": "http://127.0.0.1:1",
	}))
	if want := (sandbox.Seeded{Made: 1, Kept: 2}); err != nil || !cmp.Equal(seeded, want) {
		t.Fatalf("Seed = %+v, %v, want %+v", seeded, err, want)
	}
	if got := call[orq.Agent](w, 200, "GET", "/v2/agents/helper", nil).Role; got != "tester" {
		t.Errorf("role of an agent that existed = %q, want tester", got)
	}
}

func TestInvalidSeedCreatesNothing(t *testing.T) {
	t.Parallel()
	far := object{"key": "far", "display_name": "Far", "description": "d", "path": "p", "agent_url": "http://127.0.0.1:1"}
	wrong := serveCard(t, cardV03).URL
	parameters := func(p object) object { return object{"model": object{"id": "x/y", "parameters": p}} }
	format := object{"type": "json_schema", "json_schema": object{"name": "n", "bogus": 1, "schema": object{"free": 1}}}
	choice := object{"function": object{"name": "f", "bogus": 1}}
	for name, test := range map[string]struct {
		wrong any
		want  string
	}{
		"no object":       {"helper", "agent 2: must be an object"},
		"null":            {nil, "agent 2: must be an object"},
		"no key":          {agentBody("x", object{"key": nil}), "agent 2: key: is required"},
		"all problems":    {agentBody("bad", object{"role": "", "path": nil}), `agent "bad": role: must not be empty; path: is required`},
		"deep field":      {agentBody("bad", object{"settings": object{"max_iterations": 500}}), `agent "bad": settings.max_iterations: must be at most 100, got 500`},
		"unknown field":   {agentBody("bad", object{"instruction": "x"}), `agent "bad": instruction: unknown field`},
		"unknown setting": {agentBody("bad", object{"settings": object{"max_iteration": 5}}), `agent "bad": settings.max_iteration: unknown field`},
		"of a model":      {agentBody("bad", object{"model": object{"id": "x/y", "bogus": 1}}), `agent "bad": model.bogus: unknown field`},
		"of parameters":   {agentBody("bad", parameters(object{"temprature": 1})), `agent "bad": model.parameters.temprature: unknown field`},
		"of a schema":     {agentBody("bad", parameters(object{"response_format": format})), `agent "bad": model.parameters.response_format.json_schema.bogus: unknown field`},
		"of a choice":     {agentBody("bad", parameters(object{"tool_choice": choice})), `agent "bad": model.parameters.tool_choice.function.bogus: unknown field`},
		"of retries":      {agentBody("bad", object{"model": object{"id": "x/y", "retry": object{"bogus": 1}}}), `agent "bad": model.retry.bogus: unknown field`},
		"of a fallback":   {agentBody("bad", object{"fallback_models": []any{"a", object{"id": "b", "bogus": 1}}}), `agent "bad": fallback_models[1].bogus: unknown field`},
		"of a tool":       {agentBody("bad", toolSettings(object{"type": "openai:x", "tool_id": "k"})), `agent "bad": settings.tools[0].tool_id: unknown field`},
		"of a header":     {with(object{"headers": object{"X-Key": object{"value": "hush", "secret": true}}}, far), `agent "far": headers.X-Key.secret: unknown field`},
		"other capitals":  {agentBody("bad", object{"settings": object{"Max_Iterations": 5}}), `agent "bad": settings.Max_Iterations: unknown field`},
		"two unknown":     {agentBody("bad", object{"Role": "x", "rôle": "x", "role": ""}), `agent "bad": role: must not be empty; Role: unknown field; rôle: unknown field`},
		"twice":           {agentBody("good"), `agent "good": key: is in the list twice`},
		"unknown member":  {agentBody("bad", object{"team_of_agents": []object{{"key": "good"}, {"key": "ghost"}}}), `agent "bad": team_of_agents[1].key: there is no agent "ghost"`},
		"no such card":    {registration("far", wrong, object{"protocol_version": "0.1"}), `agent "far": protocol_version: the agent card offers no version "0.1"`},
		"model of A2A":    {with(object{"model": "m"}, far), `agent "far": model: unknown field`},
		"flat":            {with(object{"max_iterations": 500}, flatBody("bad")), `agent "bad": settings.max_iterations: must be at most 100, got 500`},
		"flat, unknown":   {with(object{"max_iteration": 5}, flatBody("bad")), `agent "bad": max_iteration: unknown field`},
		"flat, of model":  {with(object{"model_settings": object{"parameters": object{"top": 1}}}, flatBody("bad")), `agent "bad": model.parameters.top: unknown field`},
		"flat, no model":  {with(flatBody("bad"), object{"model": nil}), `agent "bad": model: is required`},
		"header":          {with(object{"headers": object{"X-Key": object{"value": "hush\n"}}}, far), `agent "far": headers.X-Key.value: must not hold control characters`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			box := openBox(t, sandbox.Options{})
			w := serveBox(t, box)
			seeded, err := box.Seed(t.Context(), bodies(t, agentBody("good"), test.wrong))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "hush") || seeded.Made != 0 {
				t.Errorf("Seed = %+v, %v, want an error that begins with %q", seeded, err, test.want)
			}
			if got := len(w.list("").Data); got != 0 {
				t.Errorf("%d agents, want none", got)
			}
		})
	}
}

// flatBody returns arguments of create_agent.
func flatBody(key string) object {
	return object{"key": key, "role": "r", "description": "d", "instructions": "i", "model": "x/y"}
}

func TestSeedTakesArgumentsOfCreateAgent(t *testing.T) {
	t.Parallel()
	box := openBox(t, sandbox.Options{})
	seeded, err := box.Seed(t.Context(), bodies(t, flatBody("plain"), with(object{
		"path": "Team/Bots", "max_iterations": 7, "max_cost": 0.5, "tools": []object{{"type": "current_date"}},
		"model_settings": object{"parameters": object{"temperature": 0.5}, "retry": object{"count": 2}}, "knowledge_bases": []string{"k"},
	}, flatBody("full"))))
	if want := (sandbox.Seeded{Made: 2}); err != nil || !cmp.Equal(seeded, want) {
		t.Fatalf("Seed = %+v, %v, want %+v", seeded, err, want)
	}
	w := serveBox(t, box)
	if got := call[orq.Agent](w, 200, "GET", "/v2/agents/plain", nil); got.Path != "Default" || got.Model.ID != "x/y" {
		t.Errorf("plain agent = %+v, want the path Default and its model", got)
	}
	got := call[orq.Agent](w, 200, "GET", "/v2/agents/full", nil)
	if got.Path != "Team/Bots" || got.Settings.Tools[0].ActionType != "current_date" || *got.Settings.MaxIterations != 7 || *got.Settings.MaxCost != 0.5 ||
		got.Model.ID != "x/y" || got.Model.Retry == nil || got.Model.Parameters == nil || got.KnowledgeBases[0].KnowledgeID != "k" {
		t.Errorf("agent = %+v, want all that was given", got)
	}
}

func TestSeededAgentWithoutACardIsCalledWhenItHasOne(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, agent := serveAgent(t, "0.3", true)
	var ready atomic.Bool
	late := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if !ready.Load() {
			http.Error(w, "starting", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, `{"name":"Late","url":%q,"protocolVersion":"0.3.0"}`, agent.URL)
	})
	box := openBox(t, sandbox.Options{})
	seeded, err := box.Seed(t.Context(), bodies(t, registration("gone", gone.URL), registration("late", late.URL), agentBody("here")))
	if err != nil || seeded.Made != 3 || len(seeded.Unreachable) != 2 || !strings.HasPrefix(seeded.Unreachable[0], "gone: agent card: "+gone.URL+"/card cannot be reached: ") {
		t.Fatalf("Seed = %+v, %v, want 3 agents, 2 of them without a card", seeded, err)
	}
	w := serveBox(t, box)
	if failed := data[*orq.Errored](t, w.play("late", say("message"))); !strings.Contains(failed.Error, "was answered with status 503") {
		t.Errorf("run without a card failed with %q, want the status of the card", failed.Error)
	}
	ready.Store(true)
	if texts, _ := thoughtTexts(w.play("late", say("message"))); strings.Join(texts, "") != "Just this." {
		t.Errorf("thoughts = %q, want the answer of the agent", texts)
	}
}

func TestExportErrors(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	open(t, sandbox.Options{Data: file})
	_, err := sandbox.Export(file)
	if want := "read sandbox data " + file + ": the file is in use by another process"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %q", err, want)
	}
	missing := filepath.Join(t.TempDir(), "none.db")
	if _, err := sandbox.Export(missing); err == nil || err.Error() != "read sandbox data "+missing+": no such file or directory" {
		t.Errorf("error = %v, want that the file does not exist", err)
	}
}

func bodies(t *testing.T, agents ...any) []json.RawMessage {
	t.Helper()
	encoded := make([]json.RawMessage, len(agents))
	for i, agent := range agents {
		var err error
		if encoded[i], err = json.Marshal(agent); err != nil {
			t.Fatal(err)
		}
	}
	return encoded
}
