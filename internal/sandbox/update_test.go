package sandbox_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func richAgent() object {
	return object{
		"display_name": "Helper", "system_prompt": "You help.", "engine": "jinja", "source": "external",
		"memory_stores": []string{"m"}, "knowledge_bases": []object{{"knowledge_id": "k"}},
		"team_of_agents": []object{{"key": "friend"}}, "variables": object{"a": 1},
		"model":           object{"id": "openai/gpt-4o", "parameters": object{"temperature": 1}},
		"fallback_models": []any{"other/model"},
		"settings": object{
			"max_iterations": 7, "max_execution_time": 70, "tool_approval_required": "all",
			"tools": []object{{"type": "current_date"}},
		},
	}
}

func TestUpdateTouchesNothingElse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body object
		edit func(*orq.Agent)
	}{
		"nothing":        {object{}, func(*orq.Agent) {}},
		"one text":       {object{"role": "lead"}, func(a *orq.Agent) { a.Role = "lead" }},
		"one setting":    {object{"settings": object{"max_iterations": 9}}, func(a *orq.Agent) { *a.Settings.MaxIterations = 9 }},
		"no tools":       {object{"settings": object{"tools": []object{}}}, func(a *orq.Agent) { a.Settings.Tools = []orq.AgentTool{} }},
		"no team":        {object{"team_of_agents": []object{}}, func(a *orq.Agent) { a.TeamOfAgents = []orq.TeamMember{} }},
		"variables":      {object{"variables": object{"b": "2"}}, func(a *orq.Agent) { a.Variables = object{"b": "2"} }},
		"model":          {object{"model": "x/y"}, func(a *orq.Agent) { a.Model.ID, a.Model.Parameters = "x/y", nil }},
		"fallbacks only": {object{"fallback_models": []any{}}, func(a *orq.Agent) { a.Model.FallbackModels = []orq.FallbackModel{} }},
		"project":        {object{"project_id": "p"}, func(a *orq.Agent) { a.ProjectID = "p" }},
		"version":        {object{"versionIncrement": "minor"}, func(a *orq.Agent) { a.Version = "1.1.0" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			w.create("friend")
			want := w.create("helper", richAgent())
			test.edit(&want)
			got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", test.body)
			if diff := cmp.Diff(want, got, ignoreChanging, ignoreRaw); diff != "" {
				t.Errorf("agent (-want +got):\n%s", diff)
			}
		})
	}
}

// Each property of the body changes the property of that name, and not a byte of the others.
func TestUpdateOfOnePropertyTouchesNothingElse(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("friend")
	also := map[string][]string{
		"path": {"project_id"}, "fallback_models": {"model"}, "versionIncrement": {"version"}, "versionDescription": {}, "a2a": {"a2a"},
	}
	card := serveCard(t, cardV03)
	tried := 0
	for i, value := range contract.BodiesOf(t, "PATCH", "/v2/agents/{agent_key}").Values {
		whole := clone(t, value).(object)
		adaptToWorkspace(whole, fmt.Sprintf("renamed%d", i))
		for name, value := range whole {
			key := fmt.Sprintf("agent%d-%s", i, name)
			if name == "a2a" {
				w.register(key, card.URL)
			} else {
				w.create(key, richAgent())
			}
			parts := []object{{name: value}}
			if name == "settings" {
				parts = nil
				for setting, value := range value.(object) {
					parts = append(parts, object{name: object{setting: value}})
				}
			}
			for _, body := range parts {
				tried++
				before := call[orq.Agent](w, 200, "GET", "/v2/agents/"+key, nil)
				after := call[orq.Agent](w, 200, "PATCH", "/v2/agents/"+before.ID, body)
				key = after.Key
				allowed := append([]string{name, "updated", "version_hash"}, also[name]...)
				if diff := cmp.Diff(without(t, before.Raw, allowed...), without(t, after.Raw, allowed...)); diff != "" {
					t.Errorf("%v: other fields (-before +after):\n%s", body, diff)
				}
				settings, _ := body["settings"].(object)
				for setting := range settings {
					if diff := cmp.Diff(without(t, settingsOf(t, before), setting), without(t, settingsOf(t, after), setting)); diff != "" {
						t.Errorf("%v: other settings (-before +after):\n%s", body, diff)
					}
				}
			}
		}
	}
	if tried < 7*19 {
		t.Errorf("tried %d bodies, want at least %d", tried, 7*19)
	}
}

// without returns the fields of an object as they were written, except those with the given names.
func without(t *testing.T, raw []byte, names ...string) map[string]string {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	left := map[string]string{}
	for name, value := range fields {
		if !slices.Contains(names, name) {
			left[name] = string(value)
		}
	}
	return left
}

func settingsOf(t *testing.T, agent orq.Agent) []byte {
	t.Helper()
	var fields struct{ Settings json.RawMessage }
	if err := json.Unmarshal(agent.Raw, &fields); err != nil {
		t.Fatal(err)
	}
	return fields.Settings
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	w.create("taken")
	for name, test := range map[string]struct {
		key    string
		body   object
		status int
		want   string
	}{
		"unknown agent":    {"ghost", object{}, 404, `there is no agent "ghost"`},
		"taken key":        {"helper", object{"key": "taken"}, 409, `there is already an agent with the key "taken"`},
		"a2a on internal":  {"helper", object{"a2a": object{}}, 400, "a2a: the agent is not an A2A agent"},
		"unknown member":   {"helper", object{"team_of_agents": []object{{"key": "ghost"}}}, 400, "team_of_agents[0].key: there is no agent"},
		"bump":             {"helper", object{"versionIncrement": "huge"}, 400, "versionIncrement: must be one of major, minor, patch"},
		"long description": {"helper", object{"versionDescription": strings.Repeat("x", 301)}, 400, "versionDescription: must have at most 300 characters, got 301"},
		"a version":        {"helper@1.0.0", object{"role": "x"}, 400, `agent_key: a version cannot be changed; update "helper"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := w.refused(test.status, "PATCH", "/v2/agents/"+test.key, test.body); !strings.Contains(got, test.want) {
				t.Errorf("message = %q, want it to contain %q", got, test.want)
			}
		})
	}
}

func TestRenameKeepsID(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	before := w.create("old")
	if got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/old", object{"key": "new"}); got.ID != before.ID || got.Key != "new" {
		t.Errorf("renamed to %q with id %q, want new with %q", got.Key, got.ID, before.ID)
	}
	w.refused(404, "GET", "/v2/agents/old", nil)
	w.create("old")
}

func TestVersionsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	agent := w.create("helper", object{"instructions": "first"})
	for _, step := range []struct{ increment, instructions, version string }{
		{"patch", "second", "1.0.1"}, {"minor", "third", "1.1.0"}, {"major", "fourth", "2.0.0"},
	} {
		got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", object{
			"instructions": step.instructions, "versionIncrement": step.increment, "versionDescription": "why",
		})
		if got.Version != step.version {
			t.Errorf("%s: version = %q, want %q", step.increment, got.Version, step.version)
		}
	}
	for version, want := range map[string]string{"1.0.0": "first", "1.0.1": "second", "1.1.0": "third", "2.0.0": "fourth"} {
		if got := call[orq.Agent](w, 200, "GET", "/v2/agents/helper@"+version, nil).Instructions; got != want {
			t.Errorf("version %s: instructions = %q, want %q", version, got, want)
		}
	}
	events := w.play(agent.ID+"@1.0.1", say("hi"))
	if got := data[*orq.AgentStarted](t, events).Instructions; got != "second" {
		t.Errorf("version 1.0.1 ran with instructions %q, want second", got)
	}
	w.refused(404, "GET", "/v2/agents/helper@9.9.9", nil)
	w.refused(404, "DELETE", "/v2/agents/helper@1.0.0", nil)
}

func TestUpdatedIsWhenTheAgentChanged(t *testing.T) {
	t.Parallel()
	noon, asked := time.Date(2031, 5, 6, 12, 0, 0, 0, time.UTC), atomic.Int64{}
	w := open(t, sandbox.Options{Now: func() time.Time { return noon.Add(time.Duration(asked.Add(1)) * time.Second) }})
	w.create("friend")
	created := w.create("helper")
	w.play("helper", say("hi"))
	w.list("")
	w.refused(400, "PATCH", "/v2/agents/helper", object{"role": ""})
	w.refused(409, "PATCH", "/v2/agents/helper", object{"key": "friend"})
	if got := call[orq.Agent](w, 200, "GET", "/v2/agents/helper", nil); got.Updated != created.Created || got.Created != created.Created {
		t.Errorf("created = %s, updated = %s, want both %s", got.Created, got.Updated, created.Created)
	}
	changed := call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", object{"role": "lead", "versionIncrement": "patch"})
	if changed.Created != created.Created || changed.Updated <= created.Updated {
		t.Errorf("after a change: created = %s, updated = %s, want %s and a later time", changed.Created, changed.Updated, created.Created)
	}
	if old := call[orq.Agent](w, 200, "GET", "/v2/agents/helper@1.0.0", nil); old.Updated != created.Updated {
		t.Errorf("version 1.0.0 was updated %s, want %s", old.Updated, created.Updated)
	}
}

func TestReplacedVersionsArePublished(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	status := func(ref, want string) {
		t.Helper()
		if got := call[orq.Agent](w, 200, "GET", "/v2/agents/"+ref, nil).Status; got != want {
			t.Errorf("status of %s = %s, want %s", ref, got, want)
		}
	}
	status("helper@1.0.0", "live")
	call[orq.Agent](w, 200, "PATCH", "/v2/agents/helper", object{"versionIncrement": "minor"})
	status("helper@1.0.0", "published")
	status("helper@1.1.0", "live")
	status("helper", "live")
}
