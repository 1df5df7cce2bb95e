package model

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// turn is one turn of a task that a model plays.
type turn struct {
	*run.Run
	client *chat.Client
	tools  offer
	memory memory
	answer run.Answer // of the last completion
}

func (t *turn) play(ctx context.Context) error {
	for afterTools := run.HasResults(t.Input); ; afterTools = true {
		if err := t.Iterate(); err != nil {
			return err
		}
		done, err := t.ask(ctx, afterTools)
		if err != nil {
			t.AddOutput(done.Text())
			return err
		}
		calls, err := t.addCompletion(ctx, done)
		if err != nil || len(calls) == 0 {
			return err
		}
		for _, call := range calls {
			if err := t.CheckCost(); err != nil {
				return err
			}
			if err := t.execute(ctx, call); err != nil {
				return err
			}
		}
		if len(t.Task.Pending) > 0 {
			return nil
		}
		if err := t.CheckCost(); err != nil {
			return err
		}
	}
}

// addCompletion adds an answer of the model to the task, emits it as a thought, and returns the calls in it.
func (t *turn) addCompletion(ctx context.Context, done *chat.Completion) ([]call, error) {
	calls := make([]call, len(done.Calls))
	for i, requested := range done.Calls {
		if slices.ContainsFunc(calls[:i], func(c call) bool { return c.ID == requested.ID }) {
			requested.ID = ""
		}
		calls[i] = t.newCall(requested)
	}
	message := t.NewMessage(orq.RoleAgent, partsOf(done, calls)...)
	if err := t.remember(message, done, calls); err != nil {
		return nil, err
	}
	var usage *orq.Usage
	if done.Usage != nil {
		usage = &done.Usage.Usage
		t.Spend(run.Spending{Usage: done.Usage.Usage, Cost: done.Usage.Cost})
	}
	if !t.IsMember() {
		if err := t.Emit(ctx, orq.EventThought, t.Thought(choiceOf(done, calls), message, usage)); err != nil {
			t.AddOutput(done.Text())
			return nil, err
		}
	}
	t.Task.Messages = append(t.Task.Messages, message)
	t.answer = run.Answer{Message: &message, FinishReason: done.FinishReason()}
	return calls, nil
}

// execute carries out a call, or leaves it to the caller. A malformed call is answered to the model, which may try again.
func (t *turn) execute(ctx context.Context, c call) error {
	tools := t.Tools()
	if c.problem != "" {
		tools.AddError(c.Call, c.problem)
		return nil
	}
	var err error
	if c.Tool.ActionType != "function" || t.IsMember() {
		_, err = tools.Execute(ctx, c.Call)
	} else {
		_, err = tools.Ask(ctx, c.Call)
	}
	return err
}

// partsOf is an answer of the model as the parts of a message.
func partsOf(done *chat.Completion, calls []call) []orq.Part {
	var parts []orq.Part
	if text := done.Text(); text != "" || len(calls)+len(done.Cut) == 0 {
		parts = append(parts, orq.TextPart(text))
	}
	for _, c := range calls {
		parts = append(parts, orq.Part{
			Kind: orq.KindToolCall, ToolCallID: c.ID, ToolName: c.name, Arguments: c.Args,
		})
	}
	if len(done.Cut) > 0 {
		parts = append(parts, orq.TextPart(cutRemark(done)))
	}
	return parts
}

// cutRemark names, for the caller, the calls that were not carried out because the answer was cut.
func cutRemark(done *chat.Completion) string {
	var names []string
	for _, cut := range done.Cut {
		names = append(names, cmp.Or(functionName(cut.Name), "unnamed"))
	}
	remark := run.Speaker + "Not carried out, because the answer was cut off (" + done.FinishReason() + "): " + strings.Join(names, ", ") + "."
	if done.Text() != "" {
		return "\n" + remark
	}
	return remark
}

// choiceOf is an answer as the model gave it.
func choiceOf(done *chat.Completion, calls []call) *orq.Choice {
	reason := done.FinishReason()
	choice := &orq.Choice{FinishReason: &reason, Message: orq.ChoiceMessage{
		Role: orq.Value(chat.RoleAssistant), Content: orq.ValueOrNull(done.Content()),
		Refusal: orq.ValueOrNull(done.Refusal()), Reasoning: orq.ValueOrNull(done.Reasoning()),
	}}
	for i, c := range calls {
		choice.Message.ToolCalls = append(choice.Message.ToolCalls, orq.ChoiceToolCall{
			Index: float64(i), ID: c.ID, Type: chat.TypeFunction,
			Function: orq.FunctionCall{Name: c.name, Arguments: string(done.Calls[i].Arguments)},
		})
	}
	return choice
}
