package sandbox

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// callers plays A2A agents: it asks the agents themselves, wherever they run.
type callers struct{ transport *http.Transport }

var _ engine = callers{}

func newCallers() callers {
	// No time limit of its own: an agent may work for minutes. The run's limits hold.
	return callers{&http.Transport{Proxy: http.ProxyFromEnvironment, IdleConnTimeout: 90 * time.Second}}
}

// refuse lets every message pass: an agent gets what the user wrote.
func (callers) refuse(string) error { return nil }

func (e callers) close() { e.transport.CloseIdleConnections() }

// turn sends the message to the agent and tells what it answers, until it has finished or waits for the user.
func (e callers) turn(ctx context.Context, r *run) error {
	r.spent = &spending{} // an A2A agent does not say what it used
	headers, err := r.sandbox.store.DecryptHeaders(r.agent.ID, r.secrets)
	if err != nil {
		return &failure{code: http.StatusInternalServerError, message: err.Error()}
	}
	config := r.agent.A2A
	agent := a2a.Agent{Card: config.CachedCard, Headers: headers, Homes: []string{config.AgentURL, config.CardURL}}
	client, err := a2a.Dial(ctx, agent, e.transport)
	if err != nil {
		return &failure{code: http.StatusBadGateway, message: err.Error()}
	}
	member := r.caller != ""
	answer, err := client.Ask(ctx, a2a.Message{Message: r.forAgent(), In: r.task.Remote, Alone: member}, func(parts []orq.Part) error {
		if member { // what a member says is told as the result of the call
			return nil
		}
		thought := r.thought(nil, r.task.NewMessage(r.sandbox.store.NewID(), orq.RoleAgent, parts...), nil)
		return r.tell(ctx, orq.EventThought, thought)
	})
	r.task.Remote = answer.Next
	switch {
	case ctx.Err() != nil:
	case err != nil:
		err = &failure{code: http.StatusBadGateway, message: client.Why(err)}
	default:
		err = unsuccessful(answer.State, client.Masked(answer.Failed))
	}
	r.keep(answer, err == nil)
	return err
}

// keep makes the answer a message of the task. A success without one is an empty message.
func (r *run) keep(answer a2a.Answer, success bool) {
	if answer.Waits() {
		r.waits = answer.State
	}
	parts := answer.Parts
	switch {
	case len(parts) > 0:
	case success:
		parts = []orq.Part{orq.TextPart("")}
	default:
		return
	}
	message := r.task.NewMessage(r.sandbox.store.NewID(), orq.RoleAgent, parts...)
	r.task.Messages, r.final = append(r.task.Messages, message), &message
}

// unsuccessful says why a task has no result, with the words of the agent; nil when it has one.
func unsuccessful(state, words string) error {
	f := &failure{state: state}
	switch state {
	case orq.TaskFailed:
		f.code, f.message = http.StatusBadGateway, "the A2A agent failed"
	case orq.TaskRejected:
		f.code, f.message = http.StatusUnprocessableEntity, "the A2A agent rejected the task"
	case orq.TaskCanceled:
		f.code, f.message = statusClientLeft, "the A2A agent canceled the task"
	default:
		return nil
	}
	if words != "" {
		f.message += ": " + words
	}
	return f
}

func (e callers) delegate(ctx context.Context, member *run) (string, error) {
	return member.answered(ctx, e)
}

// forAgent is the user's message with the variables filled in.
func (r *run) forAgent() orq.Message {
	message := r.input
	message.Parts = slices.Clone(message.Parts)
	for i, part := range message.Parts {
		switch {
		case part.Text != nil:
			message.Parts[i] = orq.TextPart(renderMessage(r.engine, *part.Text, r.vars))
		case part.Kind == orq.KindError: // A2A has no such part
			message.Parts[i] = orq.TextPart(part.Error)
		}
	}
	return message
}
