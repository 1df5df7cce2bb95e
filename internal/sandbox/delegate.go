package sandbox

import (
	"context"
	"fmt"
	"time"
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
	limited, stop := member.limited(ctx)
	answer, err = r.sandbox.engineOf(rec.Agent).delegate(limited, member, input)
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
func (r *run) member(call toolCall, rec *record) (*run, error) {
	m := &run{
		sandbox: r.sandbox, agent: rec.Agent, engine: rec.Agent.Engine, tools: rec.Tools, secrets: rec.Secrets, memory: r.memory,
		vars: joined(rec.Agent.Variables, r.task.Variables), events: r.events, dropped: r.dropped, started: r.started,
		caller: call.id, depth: r.depth + 1,
		task: &task{
			ID: r.task.ID, ContextID: r.task.ContextID, ResponseID: r.task.ResponseID, TraceID: r.task.TraceID,
			SpanID: r.task.SpanID, Variables: r.task.Variables, Work: work{Reject: r.task.Work.Reject},
		},
	}
	if m.agent.Settings == nil {
		m.agent.Settings = defaultSettings("none")
	}
	var err error
	m.prompt, err = newPrompt(m.agent, m.engine, m.vars)
	return m, err
}

// limited bounds ctx by the agent's max_execution_time.
func (r *run) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	seconds := r.agent.Settings.MaxExecutionTime
	if seconds == nil {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, time.Duration(*seconds)*time.Second, errMaxTime)
}
