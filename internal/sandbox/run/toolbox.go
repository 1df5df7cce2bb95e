package run

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Call is one call of a tool that the agent has.
type Call struct {
	ID   string
	Tool orq.AgentTool
	Args map[string]any

	actionID string
}

// Pending is the call in the form in which a caller is asked to answer it.
func (c Call) Pending() orq.PendingToolCall {
	arguments, err := json.Marshal(c.Args)
	if err != nil {
		arguments = []byte("{}")
	}
	return orq.PendingToolCall{ID: c.ID, Type: "function", Function: orq.FunctionCall{
		Name: ToolName(c.Tool), Arguments: string(arguments),
	}}
}

// CallParts are calls in the form in which they stand in a message.
func CallParts(pending []orq.PendingToolCall) []orq.Part {
	parts := make([]orq.Part, 0, len(pending))
	for _, call := range pending {
		args, _ := exactjson.Object([]byte(call.Function.Arguments)) // written by Call.Pending
		parts = append(parts, orq.Part{
			Kind: orq.KindToolCall, ToolCallID: call.ID, ToolName: call.Function.Name, Arguments: args,
		})
	}
	return parts
}

// ToolName is the name by which an agent calls a tool: its key or, for a built-in tool, its type.
func ToolName(tool orq.AgentTool) string { return cmp.Or(tool.Key, tool.ActionType) }

// Toolbox carries out the tool calls of a run.
type Toolbox struct{ run *Run }

// Tools returns the tools of the agent.
func (r *Run) Tools() Toolbox { return Toolbox{r} }

// Find returns a tool of the agent by its key, or by its type when it has none.
func (t Toolbox) Find(name string) (orq.AgentTool, bool) {
	tools := t.run.Agent.Settings.Tools
	at := slices.IndexFunc(tools, func(t orq.AgentTool) bool { return ToolName(t) == name || t.ToolID == name && name != "" })
	if at < 0 {
		return orq.AgentTool{}, false
	}
	return tools[at], true
}

// Names lists the tools of the agent.
func (t Toolbox) Names() string {
	var names []string
	for _, tool := range t.run.Agent.Settings.Tools {
		names = append(names, ToolName(tool))
	}
	return cmp.Or(strings.Join(names, ", "), "none")
}

// NewCall returns a call with an id of its own.
func (t Toolbox) NewCall(tool orq.AgentTool, args map[string]any) Call {
	if args == nil {
		args = map[string]any{}
	}
	s := t.run.deps.Store
	return Call{ID: "call_" + s.NewID(), actionID: s.NewID(), Tool: tool, Args: args}
}

// Outcome is what came of a call that the toolbox carried out.
type Outcome struct {
	// Result is set when the tool ran.
	Result json.RawMessage
	// Failure is why the tool failed, in a sentence without a full stop.
	Failure string
	// Rejected reports that the review rejected the call.
	Rejected bool
}

// Execute runs a tool, if the review approves, and adds its result, or why there is none, to the task. An error ends the
// run.
func (t Toolbox) Execute(ctx context.Context, call Call) (Outcome, error) {
	if approved, err := t.review(ctx, call); err != nil || !approved {
		return Outcome{Rejected: true}, err
	}
	r := t.run
	responseID, streamed := r.Task.Turn.ResponseID, r.stream.events != nil
	err := r.Emit(ctx, orq.EventToolStarted, &orq.ToolStarted{
		ToolID: call.Tool.ID, ToolKey: call.Tool.Key, ToolDisplayName: call.Tool.DisplayName,
		ToolDescription: orq.ValueOrNull(call.Tool.Description),
		ActionType:      call.Tool.ActionType, ToolArguments: call.Args, Execution: t.execution(call),
		ResponseID: responseID, WorkflowRunID: responseID, Stream: streamed,
	})
	if err != nil {
		return Outcome{}, err
	}
	result, failure, err := t.result(ctx, call)
	if err != nil {
		return Outcome{}, err
	}
	if failure != "" {
		t.AddError(call, failure)
		return Outcome{Failure: failure}, r.Emit(ctx, orq.EventToolFailed, &orq.ToolFailed{
			Error: orq.ToolError{Message: failure}, ActionType: call.Tool.ActionType, Execution: t.execution(call),
			ResponseID: responseID, WorkflowRunID: responseID, Stream: streamed,
		})
	}
	encoded := t.addResult(call, result)
	return Outcome{Result: encoded}, r.Emit(ctx, orq.EventToolFinished, &orq.ToolFinished{
		Result: encoded, ActionType: call.Tool.ActionType, Execution: t.execution(call),
		ResponseID: responseID, WorkflowRunID: responseID, Stream: streamed,
	})
}

// Ask leaves a call pending for the caller to answer, unless the review rejects it.
func (t Toolbox) Ask(ctx context.Context, call Call) (approved bool, err error) {
	approved, err = t.review(ctx, call)
	if approved && err == nil {
		t.run.Task.Pending = append(t.run.Task.Pending, call.Pending())
	}
	return approved, err
}

// review decides about a call that needs approval, and adds the rejection to the task.
func (t Toolbox) review(ctx context.Context, call Call) (approved bool, err error) {
	r := t.run
	switch r.Agent.Settings.ToolApprovalRequired {
	case "none":
		return true, nil
	case "respect_tool":
		if !call.Tool.RequiresApproval {
			return true, nil
		}
	}
	err = r.Emit(ctx, orq.EventActionReviewRequested, &orq.ActionReviewRequested{
		AgentID: r.Agent.ID, ActionID: call.actionID, RequiresApproval: true, Tool: call.Tool, Input: call.Args,
		AgentToolCallID: call.ID, ResponseID: r.Task.Turn.ResponseID,
	})
	if err != nil {
		return false, err
	}
	review := "approved"
	if r.rejectsTools {
		review = "rejected"
		t.AddError(call, "the review rejected the call")
	}
	return !r.rejectsTools, r.Emit(ctx, orq.EventActionReviewed, &orq.ActionReviewed{
		AgentID: r.Agent.ID, ActionID: call.actionID, AgentToolCallID: call.ID,
		Review: review, ReviewSource: "sandbox", WorkflowRunID: r.Task.Turn.ResponseID,
	})
}

// AddError adds to the task why a call has no result.
func (t Toolbox) AddError(call Call, reason string) {
	t.addResult(call, map[string]string{"error": reason})
}

// addResult adds the result of a call to the task.
func (t Toolbox) addResult(call Call, result any) json.RawMessage {
	encoded, err := json.Marshal(result)
	if err != nil {
		encoded = json.RawMessage("null")
	}
	r := t.run
	r.Task.Messages = append(r.Task.Messages, r.NewMessage(orq.RoleTool,
		orq.Part{Kind: orq.KindToolResult, ToolCallID: call.ID, Result: encoded}))
	return encoded
}

// execution identifies a call in the events of tools.
func (t Toolbox) execution(call Call) orq.ToolExecution {
	r := t.run
	return orq.ToolExecution{
		ActionID: call.actionID, AgentToolCallID: call.ID, WorkspaceID: store.WorkspaceID(),
		AgentManifestID: r.Agent.ID, AgentExecutionID: r.Task.ID, Product: "agents", Memory: r.memory, ParentID: r.caller.callID,
	}
}
