package rules

import (
	"context"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// useTool is one iteration: the agent asks for a tool, which then runs. Calls of function tools are the caller's to answer:
// all that follow each other are asked for at once, and the turn pauses.
func (t *turn) useTool(ctx context.Context, c command) error {
	tools := t.Tools()
	tool, ok := tools.Find(c.Text)
	if !ok {
		t.note("%s is not one of my tools; I have %s.", c.Text, tools.Names())
		return nil
	}
	if err := t.Iterate(); err != nil {
		return err
	}
	call := tools.NewCall(tool, c.Args)
	if tool.ActionType == "function" {
		return t.askCaller(ctx, append([]run.Call{call}, t.takeFunctionCalls()...))
	}
	message, err := t.thinkCalls(ctx, []run.Call{call})
	if err != nil {
		return err
	}
	t.Task.Messages = append(t.Task.Messages, message)
	outcome, err := tools.Execute(ctx, call)
	if err == nil {
		t.noteOutcome(call, outcome)
	}
	return err
}

// takeFunctionCalls removes the calls of function tools with which the remaining steps begin.
func (t *turn) takeFunctionCalls() []run.Call {
	var calls []run.Call
	for len(t.state.Steps) > 0 && t.state.Steps[0].Name == "tool" {
		next := t.state.Steps[0]
		tool, ok := t.Tools().Find(next.Text)
		if !ok || tool.ActionType != "function" {
			break
		}
		calls = append(calls, t.Tools().NewCall(tool, next.Args))
		t.state.Steps = t.state.Steps[1:]
	}
	return calls
}

// askCaller leaves the calls pending, but for those that the review rejects.
func (t *turn) askCaller(ctx context.Context, calls []run.Call) error {
	names := make([]string, len(calls))
	for i, call := range calls {
		names[i] = run.ToolName(call.Tool) + " (" + call.ID + ")"
	}
	question := orq.TextPart(run.Speaker + "I need the result of " + strings.Join(names, ", ") + ".")
	if _, err := t.thinkCalls(ctx, calls, question); err != nil {
		return err
	}
	for _, call := range calls {
		approved, err := t.Tools().Ask(ctx, call)
		if err != nil {
			return err
		}
		if !approved {
			t.noteOutcome(call, run.Outcome{Rejected: true})
		}
	}
	return nil
}

// thinkCalls emits the thought in which the agent asks for tools, with the given parts before the calls.
func (t *turn) thinkCalls(ctx context.Context, calls []run.Call, before ...orq.Part) (orq.Message, error) {
	reason := orq.FinishToolCalls
	choice := &orq.Choice{FinishReason: &reason, Message: orq.ChoiceMessage{
		Role: orq.Value("assistant"), Content: orq.Null[string](),
	}}
	pending := make([]orq.PendingToolCall, len(calls))
	for i, call := range calls {
		pending[i] = call.Pending()
		choice.Message.ToolCalls = append(choice.Message.ToolCalls, orq.ChoiceToolCall{
			Index: float64(i), ID: call.ID, Type: pending[i].Type, Function: pending[i].Function,
		})
	}
	return t.Think(ctx, choice, append(before, run.CallParts(pending)...)...)
}
