package sandbox

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// toolCall is one call of a tool that the agent has.
type toolCall struct {
	id, actionID string
	tool         orq.AgentTool
	args         map[string]any
}

// useTool is one iteration: the agent asks for a tool, which then runs. Function tools are the caller's to answer: all
// that follow each other are asked for at once, and the turn pauses.
func (r *run) useTool(ctx context.Context, c store.Command) error {
	tool, ok := r.findTool(c.Text)
	if !ok {
		r.note("%s is not one of my tools; I have %s.", c.Text, r.toolNames())
		return nil
	}
	if err := r.iterate(); err != nil {
		return err
	}
	calls := []toolCall{r.newCall(tool, c.Args)}
	if tool.ActionType != "function" {
		if err := r.thinkCalls(ctx, calls); err != nil {
			return err
		}
		return r.execTool(ctx, calls[0])
	}
	for steps := r.task.Work.Steps; len(steps) > 0 && steps[0].Name == "tool"; steps = steps[1:] {
		next, ok := r.findTool(steps[0].Text)
		if !ok || next.ActionType != "function" {
			break
		}
		calls = append(calls, r.newCall(next, steps[0].Args))
	}
	r.task.Work.Steps = r.task.Work.Steps[len(calls)-1:]
	return r.askCaller(ctx, calls)
}

// askCaller leaves the calls pending, but for those that review rejects.
func (r *run) askCaller(ctx context.Context, calls []toolCall) error {
	if err := r.thinkCalls(ctx, calls, orq.TextPart(needs("need", pendingCalls(calls)))); err != nil {
		return err
	}
	for _, call := range calls {
		if err := r.leave(ctx, call); err != nil {
			return err
		}
	}
	return nil
}

// leave leaves a call to the caller, unless a review rejects it.
func (r *run) leave(ctx context.Context, call toolCall) error {
	approved, err := r.review(ctx, call)
	if approved && err == nil {
		r.task.Pending = append(r.task.Pending, pendingCalls([]toolCall{call})...)
	}
	return err
}

// thinkCalls emits the thought in which the agent asks for tools.
func (r *run) thinkCalls(ctx context.Context, calls []toolCall, before ...orq.Part) error {
	reason, pending := orq.FinishToolCalls, pendingCalls(calls)
	choice := &orq.Choice{FinishReason: &reason, Message: orq.ChoiceMessage{
		Role: orq.Value("assistant"), Content: orq.Null[string](),
	}}
	for i, call := range pending {
		choice.Message.ToolCalls = append(choice.Message.ToolCalls, orq.ChoiceToolCall{
			Index: float64(i), ID: call.ID, Type: call.Type, Function: call.Function,
		})
	}
	message, err := r.think(ctx, choice, append(before, callParts(pending)...)...)
	if err == nil && len(before) == 0 {
		r.task.Messages = append(r.task.Messages, message)
	}
	return err
}

// execTool runs a tool and keeps its result, or why it failed, for the answer.
func (r *run) execTool(ctx context.Context, call toolCall) error {
	if approved, err := r.review(ctx, call); err != nil || !approved {
		return err
	}
	err := r.emit(ctx, orq.EventToolStarted, &orq.ToolStarted{
		ToolID: call.tool.ID, ToolKey: call.tool.Key, ToolDisplayName: call.tool.DisplayName,
		ToolDescription: textOrNull(call.tool.Description),
		ActionType:      call.tool.ActionType, ToolArguments: call.args, Execution: r.execution(call),
		ResponseID: r.task.ResponseID, WorkflowRunID: r.task.ResponseID, Stream: r.events != nil,
	})
	if err != nil {
		return err
	}
	result, why, err := r.toolResult(ctx, call)
	if err != nil {
		return err
	}
	if why != "" {
		r.keepResult(call, map[string]string{"error": why})
		r.note("%s failed: %s.", toolName(call.tool), why)
		return r.emit(ctx, orq.EventToolFailed, &orq.ToolFailed{
			Error: orq.ToolError{Message: why}, ActionType: call.tool.ActionType, Execution: r.execution(call),
			ResponseID: r.task.ResponseID, WorkflowRunID: r.task.ResponseID, Stream: r.events != nil,
		})
	}
	encoded := r.keepResult(call, result)
	r.note("%s returned %s", toolName(call.tool), truncate.Runes(string(encoded), 2000))
	return r.emit(ctx, orq.EventToolFinished, &orq.ToolFinished{
		Result: encoded, ActionType: call.tool.ActionType, Execution: r.execution(call),
		ResponseID: r.task.ResponseID, WorkflowRunID: r.task.ResponseID, Stream: r.events != nil,
	})
}

func (r *run) keepResult(call toolCall, result any) json.RawMessage {
	encoded, err := json.Marshal(result)
	if err != nil {
		encoded = json.RawMessage("null")
	}
	r.task.Messages = append(r.task.Messages, r.task.NewMessage(r.sandbox.store.NewID(), orq.RoleTool,
		orq.Part{Kind: orq.KindToolResult, ToolCallID: call.id, Result: encoded}))
	return encoded
}

// review decides about a call that needs approval. There is no studio here: the message decides.
func (r *run) review(ctx context.Context, call toolCall) (approved bool, err error) {
	switch r.agent.Settings.ToolApprovalRequired {
	case "none":
		return true, nil
	case "respect_tool":
		if !call.tool.RequiresApproval {
			return true, nil
		}
	}
	err = r.emit(ctx, orq.EventActionReviewRequested, &orq.ActionReviewRequested{
		AgentID: r.agent.ID, ActionID: call.actionID, RequiresApproval: true, Tool: call.tool, Input: call.args,
		AgentToolCallID: call.id, ResponseID: r.task.ResponseID,
	})
	if err != nil {
		return false, err
	}
	review := "approved"
	if r.task.Work.Reject {
		review = "rejected"
		r.keepResult(call, map[string]string{"error": "the review rejected the call"})
		r.note("The review rejected %s.", toolName(call.tool))
	}
	return review == "approved", r.emit(ctx, orq.EventActionReviewed, &orq.ActionReviewed{
		AgentID: r.agent.ID, ActionID: call.actionID, AgentToolCallID: call.id,
		Review: review, ReviewSource: "sandbox", WorkflowRunID: r.task.ResponseID,
	})
}

func (r *run) note(format string, args ...any) {
	r.task.Work.Notes = append(r.task.Work.Notes, fmt.Sprintf(format, args...))
}

func (r *run) newCall(tool orq.AgentTool, args map[string]any) toolCall {
	if args == nil {
		args = map[string]any{}
	}
	return toolCall{id: "call_" + r.sandbox.store.NewID(), actionID: r.sandbox.store.NewID(), tool: tool, args: args}
}

func (r *run) execution(call toolCall) orq.ToolExecution {
	return orq.ToolExecution{
		ActionID: call.actionID, AgentToolCallID: call.id, WorkspaceID: store.WorkspaceID(),
		AgentManifestID: r.agent.ID, AgentExecutionID: r.task.ID, Product: "agents", Memory: r.memory, ParentID: r.caller,
	}
}

// findTool finds a tool of the agent by key, or by type when it has none.
func (r *run) findTool(name string) (orq.AgentTool, bool) {
	tools := r.agent.Settings.Tools
	at := slices.IndexFunc(tools, func(t orq.AgentTool) bool { return toolName(t) == name || t.ToolID == name && name != "" })
	if at < 0 {
		return orq.AgentTool{}, false
	}
	return tools[at], true
}

func (r *run) toolNames() string {
	var names []string
	for _, tool := range r.agent.Settings.Tools {
		names = append(names, toolName(tool))
	}
	return cmp.Or(strings.Join(names, ", "), "none")
}

func toolName(tool orq.AgentTool) string { return cmp.Or(tool.Key, tool.ActionType) }
