package sandbox

import (
	"context"
	"fmt"
	"maps"
)

// maxDepth bounds how far agents hand work on: a team may be a ring.
const maxDepth = 3

// askMember lets another agent answer. why says in one sentence why there is no answer; err ends the run.
func (r *run) askMember(ctx context.Context, call toolCall, rec *record, input string) (answer, why string, err error) {
	if r.depth == maxDepth {
		return "", fmt.Sprintf("agents hand work on at most %d times", maxDepth), nil
	}
	member, err := r.member(call, rec)
	if err != nil {
		return "", fmt.Sprintf("the agent %s cannot begin: %v", rec.Agent.Key, err), nil
	}
	answer, err = r.sandbox.engineOf(rec.Agent).delegate(ctx, member, input)
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
func (r *run) member(call toolCall, rec *record) (*run, error) {
	m := &run{
		sandbox: r.sandbox, agent: rec.Agent, engine: rec.Agent.Engine, tools: rec.Tools, secrets: rec.Secrets, memory: r.memory,
		vars: map[string]any{}, events: r.events, dropped: r.dropped, started: r.started,
		caller: call.id, depth: r.depth + 1,
		task: &task{
			ID: r.task.ID, ContextID: r.task.ContextID, ResponseID: r.task.ResponseID, TraceID: r.task.TraceID,
			SpanID: r.task.SpanID, Work: work{Reject: r.task.Work.Reject},
		},
	}
	maps.Copy(m.vars, rec.Agent.Variables)
	maps.Copy(m.vars, r.vars)
	if m.agent.Settings == nil {
		m.agent.Settings = defaultSettings("none")
	}
	var err error
	m.prompt, err = newPrompt(m.agent, m.engine, m.vars)
	return m, err
}
