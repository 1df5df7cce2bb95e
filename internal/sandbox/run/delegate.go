package run

import (
	"context"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// maxDepth bounds how often agents delegate to each other: a team may be a ring.
const maxDepth = 3

// delegate lets another agent answer the input. The refusal is in one sentence why there is no answer; an error ends the
// run.
func (r *Run) delegate(ctx context.Context, call Call, rec *store.Record, input string) (answer, refusal string, err error) {
	if r.caller.depth == maxDepth {
		return "", fmt.Sprintf("agents hand work on at most %d times", maxDepth), nil
	}
	member, err := r.newMember(ctx, call, rec, input)
	if err != nil {
		return "", fmt.Sprintf("the agent %s cannot begin: %v", rec.Agent.Key, err), nil
	}
	limited, stop := member.withMaxTime(ctx)
	answer, err = member.respond(limited)
	stop()
	if r.spent != nil && member.spent != nil {
		r.Spend(*member.spent)
	}
	if ctx.Err() != nil {
		return "", "", context.Cause(ctx)
	}
	if err != nil {
		return "", fmt.Sprintf("the agent %s gave up: %v", rec.Agent.Key, err), nil
	}
	return answer, "", nil
}

// newMember returns a run of an agent that the agent of r asks. It has a conversation of its own, which is not kept, and
// its events are emitted as part of r.
func (r *Run) newMember(ctx context.Context, call Call, rec *store.Record, input string) (*Run, error) {
	m := newRun(r.deps, rec)
	m.memory, m.stream, m.started, m.rejectsTools = r.memory, r.stream, r.started, r.rejectsTools
	m.caller = caller{callID: call.ID, depth: r.caller.depth + 1, hops: r.caller.hops}
	m.Task = &store.Task{
		ID: r.Task.ID, ContextID: r.Task.ContextID, TraceID: r.Task.TraceID,
		Turn: store.Turn{ResponseID: r.Task.Turn.ResponseID, SpanID: r.Task.Turn.SpanID},
	}
	m.Input = m.NewMessage(orq.RoleUser, orq.TextPart(input))
	m.Task.Messages = []orq.Message{m.Input}
	return m, m.fillPrompt(ctx, orq.Invocation{Variables: r.Task.Templates.Variables})
}

// respond returns the last text of a member.
func (r *Run) respond(ctx context.Context) (string, error) {
	engine := r.deps.Engines.For(r.Agent)
	if responder, ok := engine.(Responder); ok {
		return responder.Respond(r), nil
	}
	answer, err := engine.Turn(ctx, r)
	if err != nil {
		return "", err
	}
	if answer.Message == nil {
		return r.output.String(), nil
	}
	return answer.Message.Text(), nil
}
