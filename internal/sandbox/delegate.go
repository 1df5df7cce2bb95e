package sandbox

import (
	"context"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// maxDepth bounds how far agents hand work on: a team may be a ring.
const maxDepth = 3

// askMember lets another agent answer. why says in one sentence why there is no answer; err ends the run.
func (r *run) askMember(ctx context.Context, call toolCall, rec *store.Record, input string) (answer, why string, err error) {
	if r.depth == maxDepth {
		return "", fmt.Sprintf("agents hand work on at most %d times", maxDepth), nil
	}
	member, err := r.member(call, rec, input)
	if err != nil {
		return "", fmt.Sprintf("the agent %s cannot begin: %v", rec.Agent.Key, err), nil
	}
	limited, stop := member.limited(ctx)
	answer, err = r.sandbox.engineOf(rec.Agent).delegate(limited, member)
	stop()
	if r.spent != nil && member.spent != nil {
		r.spent.add(*member.spent)
	}
	if ctx.Err() != nil {
		return "", "", context.Cause(ctx)
	}
	if err != nil {
		return "", fmt.Sprintf("the agent %s gave up: %v", rec.Agent.Key, err), nil
	}
	return answer, "", nil
}

// member is a run of an agent that the agent of r asks. It has a conversation of its own, which is not kept, and its
// events are told as part of the run of r.
func (r *run) member(call toolCall, rec *store.Record, input string) (*run, error) {
	m := r.sandbox.newRun(rec)
	m.memory, m.events, m.dropped, m.started, m.caller, m.depth = r.memory, r.events, r.dropped, r.started, call.id, r.depth+1
	m.task = &store.Task{
		ID: r.task.ID, ContextID: r.task.ContextID, ResponseID: r.task.ResponseID, TraceID: r.task.TraceID,
		SpanID: r.task.SpanID, Work: store.Work{Reject: r.task.Work.Reject},
	}
	m.input = m.task.NewMessage(r.sandbox.store.NewID(), orq.RoleUser, orq.TextPart(input))
	m.task.Messages = []orq.Message{m.input}
	return m, m.fill(orq.Invocation{Variables: r.task.Variables})
}

// answered plays a member's turn through, and returns what it says last.
func (r *run) answered(ctx context.Context, by engine) (string, error) {
	if err := by.turn(ctx, r); err != nil {
		return "", err
	}
	return r.final.Text(), nil
}
