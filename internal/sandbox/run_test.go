package sandbox_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func runBody(key, message string, changes ...object) object {
	return with(say(message), append([]object{{
		"key": key, "model": "openai/gpt-4o", "role": "runner", "instructions": "Run.", "path": "Default", "settings": object{},
	}}, changes...)...)
}

func TestRunMakesAndChangesTheAgent(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	function := object{"tools": []object{{
		"type": "function", "key": "get_weather", "function": object{
			"name": "get_weather", "description": "Weather of a city", "parameters": object{"type": "object", "properties": object{}, "required": []string{}},
		},
	}}}
	task := call[orq.Task](w, 200, "POST", "/v2/agents/run", runBody("fresh", "hi", object{"settings": function}))
	if task.Kind != "task" || task.ID == "" {
		t.Errorf("task = %+v, want kind task and an id", task)
	}
	first := call[orq.Agent](w, 200, "GET", "/v2/agents/fresh", nil)
	if got := first.Settings; got.ToolApprovalRequired != "none" || got.Tools[0].Key != "get_weather" || got.Tools[0].Description != "Weather of a city" {
		t.Errorf("settings = %+v, want the function tool without approval", got)
	}
	same := w.stream("/v2/agents/stream-run", runBody("fresh", "/tool get_weather", object{"settings": function}))
	if events := same.rest(); !same.done || len(data[*orq.Inactive](t, events).PendingToolCalls) != 1 {
		t.Errorf("event types = %v, done %t, want a stream that ends with one pending call", types(events), same.done)
	}
	if got := call[orq.Agent](w, 200, "GET", "/v2/agents/fresh", nil); !cmp.Equal(got.Raw, first.Raw) {
		t.Errorf("agent after the same run (-want +got):\n%s", cmp.Diff(string(first.Raw), string(got.Raw)))
	}
	w.stream("/v2/agents/stream-run", runBody("fresh", "hi", object{"role": "changed", "description": "New"})).rest()
	got := call[orq.Agent](w, 200, "GET", "/v2/agents/fresh", nil)
	if got.ID != first.ID || got.Role != "changed" || got.Description != "New" || got.VersionHash == first.VersionHash || len(got.Settings.Tools) != 0 {
		t.Errorf("agent = %s, want id %s with another role, description and hash, and no tools", got.Raw, first.ID)
	}
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.register("far", serveCard(t, cardV03).URL)
	tool := func(tool object) object { return toolSettings(tool) }
	for want, change := range map[string]object{
		"message: is required":                        {"message": nil},
		"instructions: must not be empty":             {"instructions": ""},
		"settings: is required":                       {"settings": nil},
		"settings.tools[0].function: is required":     tool(object{"type": "function", "key": "f"}),
		"settings.tools[0].key: must match":           tool(object{"type": "code", "key": "a.b", "description": "d", "code_tool": object{"language": "python", "code": "1"}}),
		"settings.tools[0].code_tool.language: must":  tool(object{"type": "code", "key": "c", "description": "d", "code_tool": object{"language": "go", "code": "1"}}),
		"settings.tools[0].http.blueprint.url: is re": tool(object{"type": "http", "key": "h", "description": "d", "http": object{"blueprint": object{"method": "GET"}}}),
		"settings.tools[0].mcp.connection_type: must": tool(object{"type": "mcp", "key": "m", "description": "d", "mcp": object{"server_url": "https://x.example", "tools": []object{}, "connection_type": "stdio"}}),
		"settings.tools[0].json_schema.schema.type":   tool(object{"type": "json_schema", "key": "j", "description": "d", "json_schema": object{"name": "n", "description": "d", "schema": object{"properties": object{}, "required": []string{}}}}),
		"settings.tools[0].type: must be one of":      tool(object{"type": "openai:web_search"}),
		"identity.email: must be an email address":    {"identity": object{"id": "1", "email": "nope"}},
		"memory.entity_id: is required":               {"memory": object{}},
		"message.parts[0].file.bytes: is required":    {"message": object{"role": "user", "parts": []object{{"kind": "file", "file": object{}}}}},
		"stream_timeout_seconds: must be at most":     {"stream_timeout_seconds": 3601},
		"team_of_agents[0].key: there is no agent":    {"team_of_agents": []object{{"key": "ghost"}}},
		`key: the agent "far" is an A2A agent`:        {"key": "far"},
	} {
		for _, operation := range []string{"run", "stream-run"} {
			if got := w.refused(400, "POST", "/v2/agents/"+operation, runBody("fresh", "hi", change)); !strings.Contains(got, want) {
				t.Errorf("%s: message = %q, want it to contain %q", operation, got, want)
			}
		}
	}
	w.refused(404, "GET", "/v2/agents/fresh", nil)
}

func TestResponseIsDatedByItsTurn(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	w := open(t, sandbox.Options{Now: func() time.Time { return time.Unix(asked.Add(1), 0) }})
	w.create("helper")
	events := w.play("helper", say("one"))
	first := w.response("helper", taskOf(t, events))
	w.play("helper", say("two", object{"task_id": first.TaskID}))
	second := w.response("helper", first.TaskID)
	if second.TaskID != first.TaskID || second.ID == first.ID || second.CreatedAt <= first.CreatedAt {
		t.Errorf("first response = %+v, second = %+v, want one task, and the second later", first, second)
	}
	if first.CreatedAt > events[0].Timestamp {
		t.Errorf("the response is of %s, want it not after its first event at %s", first.CreatedAt, events[0].Timestamp)
	}
}

func TestIterationLimit(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", object{"settings": object{"max_iterations": 2, "tools": []object{{"type": "current_date"}}}})
	last := data[*orq.Inactive](t, w.play("helper", say(strings.Repeat("/tool current_date\n", 3))))
	if last.FinishReason != "max_iterations" || last.LastMessage != "[sandbox] Stopped: max_iterations is reached." {
		t.Errorf("inactive event = %+v, want a stop by max_iterations", last)
	}
}

func TestRunThatCannotContinueLeavesTheAgentAsItIs(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	before := w.create("kept")
	other := w.create("other")
	task := call[orq.Task](w, 200, "POST", "/v2/agents/"+other.Key+"/task", with(say("hello"), object{"configuration": object{"blocking": true}}))
	for name, id := range map[string]string{"unknown task": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "task of another agent": task.ID} {
		message := w.refused(404, "POST", "/v2/agents/run", runBody("kept", "again", object{"task_id": id}))
		if want := `task_id: the agent has no task "` + id + `"`; message != want {
			t.Errorf("%s: message = %q, want %q", name, message, want)
		}
	}
	after := call[orq.Agent](w, 200, "GET", "/v2/agents/kept", nil)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("agent after refused runs (-want +got):\n%s", diff)
	}
}
