package sandbox

import (
	"context"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// spending is what the models of a turn have used.
type spending struct {
	usage orq.Usage
	cost  float64 // USD
}

// turn asks the model, carries out the tools that it calls and asks again, until it answers without a call or a call is
// the caller's to answer.
func (m *model) turn(ctx context.Context, r *run) error {
	r.spent = &spending{}
	if len(r.task.Pending) > 0 {
		return r.askAgain(ctx)
	}
	tools := r.offer()
	for answering := bringsResults(r.input); ; answering = true {
		if err := r.iterate(); err != nil {
			return err
		}
		done, err := m.ask(ctx, r, chat.Request{
			Messages: r.conversation(), Tools: tools.definitions, AfterTools: answering, OnText: r.tellPieces(ctx),
		})
		if err != nil {
			r.said.WriteString(done.Text())
			return err
		}
		calls, err := r.hear(ctx, done, tools)
		if err != nil || len(calls) == 0 {
			return err
		}
		for _, call := range calls {
			if err := r.withinCost(); err != nil {
				return err
			}
			if err := r.carryOut(ctx, call); err != nil {
				return err
			}
		}
		if len(r.task.Pending) > 0 {
			return nil
		}
		if err := r.withinCost(); err != nil {
			return err
		}
	}
}

// tellPieces returns what takes the pieces of a model's answer; nil when nobody wants them.
func (r *run) tellPieces(ctx context.Context) func(string) {
	if r.pieces == nil {
		return nil
	}
	return func(text string) {
		select {
		case r.pieces <- text:
		case <-ctx.Done():
		}
	}
}

// bringsResults reports whether a message goes on with a turn that waited for the caller.
func bringsResults(message orq.Message) bool {
	return slices.ContainsFunc(message.Parts, func(p orq.Part) bool { return p.Kind == orq.KindToolResult })
}

// withinCost fails when more was spent than the agent may: by itself, or by those that it asked.
func (r *run) withinCost() error {
	if limit := r.agent.Settings.MaxCost; limit != nil && *limit > 0 && r.spent.cost > *limit {
		return errMaxCost
	}
	return nil
}

func (m *model) delegate(ctx context.Context, member *run) (string, error) {
	return member.answered(ctx, m)
}

// hear keeps an answer, tells it as a thought, and returns the calls in it.
func (r *run) hear(ctx context.Context, done *chat.Completion, tools offer) ([]modelCall, error) {
	calls := make([]modelCall, len(done.Calls))
	for i, call := range done.Calls {
		if slices.ContainsFunc(calls[:i], func(c modelCall) bool { return c.id == call.ID }) {
			call.ID = ""
		}
		calls[i] = r.readCall(call, tools)
	}
	message := r.task.NewMessage(r.sandbox.store.NewID(), orq.RoleAgent, partsOf(done.Text(), calls)...)
	var usage *orq.Usage
	if done.Usage != nil {
		usage = &done.Usage.Usage
		r.spent.add(spending{done.Usage.Usage, done.Usage.Cost})
	}
	if r.caller == "" { // what a member says is told as the result of the call
		if err := r.emitThought(ctx, choiceOf(done, calls), message, usage); err != nil {
			r.said.WriteString(done.Text())
			return nil, err
		}
	}
	r.task.Messages = append(r.task.Messages, message)
	r.final, r.finished = &message, done.FinishReason()
	return calls, nil
}

// carryOut does what a call asks for, or leaves it to the caller. A call that makes no sense is answered to the model,
// which may try again.
func (r *run) carryOut(ctx context.Context, call modelCall) error {
	if call.why != "" {
		r.keepResult(call.toolCall, map[string]string{"error": call.why})
		return nil
	}
	if call.tool.ActionType != "function" || r.caller != "" {
		return r.execTool(ctx, call.toolCall)
	}
	return r.leave(ctx, call.toolCall)
}

// partsOf is an answer as the parts of a message.
func partsOf(said string, calls []modelCall) []orq.Part {
	var parts []orq.Part
	if said != "" || len(calls) == 0 {
		parts = append(parts, orq.TextPart(said))
	}
	for _, call := range calls {
		parts = append(parts, orq.Part{
			Kind: orq.KindToolCall, ToolCallID: call.id, ToolName: call.name, Arguments: call.args,
		})
	}
	return parts
}

// choiceOf is an answer as the model gave it.
func choiceOf(done *chat.Completion, calls []modelCall) *orq.Choice {
	reason := done.FinishReason()
	choice := &orq.Choice{FinishReason: &reason, Message: orq.ChoiceMessage{
		Role: orq.Value("assistant"), Content: textOrNull(done.Content()),
		Refusal: textOrNull(done.Refusal()), Reasoning: textOrNull(done.Reasoning()),
	}}
	for i, call := range calls {
		choice.Message.ToolCalls = append(choice.Message.ToolCalls, orq.ChoiceToolCall{
			Index: float64(i), ID: call.id, Type: chat.TypeFunction,
			Function: orq.FunctionCall{Name: call.name, Arguments: string(done.Calls[i].Arguments)},
		})
	}
	return choice
}

func textOrNull(text string) orq.Nullable[string] {
	if text == "" {
		return orq.Null[string]()
	}
	return orq.Value(text)
}

func (s *spending) add(more spending) {
	s.usage.PromptTokens += more.usage.PromptTokens
	s.usage.CompletionTokens += more.usage.CompletionTokens
	s.usage.TotalTokens += more.usage.TotalTokens
	s.cost += more.cost
}
