package orq_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// TestAllMembersOfToolEventsAreRead decodes events in which each member has a value.
func TestAllMembersOfToolEventsAreRead(t *testing.T) {
	t.Parallel()
	execution := orq.ToolExecution{
		ActionID: "action", AgentToolCallID: "call", WorkspaceID: "workspace", AgentManifestID: "manifest", AgentExecutionID: "execution",
		Product: "agents", Memory: &orq.Memory{EntityID: "entity"}, ParentID: "parent",
	}
	for typ, data := range map[orq.EventType]orq.EventData{
		orq.EventToolStarted: &orq.ToolStarted{
			ToolID: "id", ToolKey: "key", ToolDisplayName: "name \"ü\"", ToolDescription: orq.Value("description"), ActionType: "http",
			ToolArguments: map[string]any{"a": []any{1.5, nil}}, Execution: execution, ResponseID: "response", WorkflowRunID: "run", Stream: true,
		},
		orq.EventToolFinished: &orq.ToolFinished{
			Result: json.RawMessage(`{"a":[1.0,2]}`), ActionType: "http", Execution: execution, ResponseID: "response", WorkflowRunID: "run", Stream: true,
		},
	} {
		requireAllSet(t, reflect.ValueOf(data).Elem())
		encoded, err := json.Marshal(orq.Event{Type: typ, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		var event orq.Event
		if err := json.Unmarshal(encoded, &event); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(data, event.Data); diff != "" {
			t.Errorf("data of %s (-want +got):\n%s", typ, diff)
		}
	}
}

func requireAllSet(t *testing.T, of reflect.Value) {
	t.Helper()
	for i := range of.NumField() {
		if of.Field(i).IsZero() {
			t.Errorf("%s has no %s, want a value for each member", of.Type(), of.Type().Field(i).Name)
		}
	}
}
