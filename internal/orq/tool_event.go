package orq

import (
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"
)

// toolEvent is an event about a tool that is read member by member: encoding/json takes several times as long. A member of
// another form than that of the contract stays empty.
type toolEvent interface{ read(data gjson.Result) }

func (t *ToolStarted) read(data gjson.Result) {
	common := toolMembers{&t.ActionType, &t.Execution, &t.ResponseID, &t.WorkflowRunID, &t.Stream}
	eachMember(data, func(name string, value gjson.Result) {
		switch name {
		case "tool_id":
			t.ToolID = textOf(value)
		case "tool_key":
			t.ToolKey = textOf(value)
		case "tool_display_name":
			t.ToolDisplayName = textOf(value)
		case "tool_description":
			t.ToolDescription = Nullable[string]{Value: textOf(value), Set: value.Type == gjson.String, Null: value.Type == gjson.Null}
		case "tool_arguments":
			_ = json.Unmarshal([]byte(value.Raw), &t.ToolArguments)
		default:
			common.read(name, value)
		}
	})
}

func (t *ToolFinished) read(data gjson.Result) {
	common := toolMembers{&t.ActionType, &t.Execution, &t.ResponseID, &t.WorkflowRunID, &t.Stream}
	eachMember(data, func(name string, value gjson.Result) {
		switch name {
		case "result":
			t.Result = json.RawMessage(value.Raw)
		default:
			common.read(name, value)
		}
	})
}

// toolMembers are the members that the events about tools have in common.
type toolMembers struct {
	actionType                *string
	execution                 *ToolExecution
	responseID, workflowRunID *string
	stream                    *bool
}

func (m toolMembers) read(name string, value gjson.Result) {
	switch name {
	case "action_type":
		*m.actionType = textOf(value)
	case "tool_execution_context":
		m.execution.read(value)
	case "responseId":
		*m.responseID = textOf(value)
	case "workflowRunId":
		*m.workflowRunID = textOf(value)
	case "stream":
		*m.stream = value.Type == gjson.True
	}
}

func (t *ToolExecution) read(data gjson.Result) {
	eachMember(data, func(name string, value gjson.Result) {
		switch name {
		case "action_id":
			t.ActionID = textOf(value)
		case "agent_tool_call_id":
			t.AgentToolCallID = textOf(value)
		case "workspace_id":
			t.WorkspaceID = textOf(value)
		case "agent_manifest_id":
			t.AgentManifestID = textOf(value)
		case "agent_execution_id":
			t.AgentExecutionID = textOf(value)
		case "product":
			t.Product = textOf(value)
		case "memory":
			_ = json.Unmarshal([]byte(value.Raw), &t.Memory)
		case "parent_id":
			t.ParentID = textOf(value)
		}
	})
}

// eachMember calls read with each member of an object.
func eachMember(data gjson.Result, read func(name string, value gjson.Result)) {
	if !data.IsObject() {
		return
	}
	data.ForEach(func(name, value gjson.Result) bool {
		read(name.Str, value)
		return true
	})
}

// textOf returns a copy of a text, so that what is kept of an event does not keep all of it.
func textOf(value gjson.Result) string { return strings.Clone(value.Str) }
