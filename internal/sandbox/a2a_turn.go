package sandbox

import (
	"context"
	"net/http"
	"net/url"
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

// remoteTask is the task in which an A2A agent works on a task of this workspace.
type remoteTask struct {
	ID        string `json:"id,omitzero"` // empty: the next message begins another
	ContextID string `json:"context_id,omitzero"`
	AskedWith string `json:"asked_with,omitzero"`
}

// turn sends the message to the agent and tells what it answers, until it has finished or waits for the user.
func (e callers) turn(ctx context.Context, r *run) error {
	r.spent = &spending{} // an A2A agent does not say what it used
	headers, err := r.sandbox.openHeaders(r.agent.ID, r.secrets)
	if err != nil {
		return &failure{code: http.StatusInternalServerError, message: err.Error()}
	}
	config := r.agent.A2A
	client, err := a2a.Dial(ctx, a2a.Agent{Card: config.CachedCard, Headers: headers, Hosts: hostsOf(config)}, e.transport)
	if err != nil {
		return &failure{code: http.StatusBadGateway, message: err.Error()}
	}
	if r.task.Remote == nil {
		r.task.Remote = &remoteTask{}
	}
	answer, err := client.Ask(ctx, r.forAgent(), r.task.Remote.AskedWith, func(parts []orq.Part) error {
		if r.caller != "" { // what a member says is told as the result of the call
			return nil
		}
		return r.emitThought(ctx, nil, r.task.message(r.sandbox.ids.next(), orq.RoleAgent, parts...), nil)
	})
	r.keep(answer)
	switch {
	case ctx.Err() != nil:
		return err
	case err != nil:
		return &failure{code: http.StatusBadGateway, message: client.Why(err)}
	}
	return unsuccessful(answer.State, client.Masked(answer.Failed))
}

// keep makes the answer a message of the task, and remembers the agent's task when that waits for the user.
func (r *run) keep(answer a2a.Answer) {
	r.task.Remote = &remoteTask{ContextID: answer.ContextID}
	if answer.State == orq.TaskInputRequired || answer.State == orq.TaskAuthRequired {
		r.waits = answer.State
		r.task.Remote.ID, r.task.Remote.AskedWith = answer.TaskID, answer.AskedWith
	}
	parts := answer.Parts
	if len(parts) == 0 {
		parts = []orq.Part{orq.TextPart("")}
	}
	message := r.task.message(r.sandbox.ids.next(), orq.RoleAgent, parts...)
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

// delegate gives the member the input as a message of a user.
func (e callers) delegate(ctx context.Context, member *run, input string) (string, error) {
	member.input = member.task.message(member.sandbox.ids.next(), orq.RoleUser, orq.TextPart(input))
	if err := e.turn(ctx, member); err != nil {
		return "", err
	}
	return member.final.Text(), nil
}

// forAgent is the user's message with the variables filled in, for the task of the agent that waits for it, or else for
// another in the same context as before.
func (r *run) forAgent() orq.Message {
	message := r.input
	message.TaskID, message.ContextID = r.task.Remote.ID, r.task.Remote.ContextID
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

// openHeaders reads the sealed values of an agent's headers.
func (s *Sandbox) openHeaders(agentID string, sealed map[string][]byte) (map[string]string, error) {
	headers := make(map[string]string, len(sealed))
	for name, value := range sealed {
		opened, err := s.seal.open(sealName(agentID, name), value)
		if err != nil {
			return nil, invalid("headers.%s: the stored value cannot be read; write it again", name)
		}
		headers[name] = opened
	}
	return headers, nil
}

// hostsOf are the hosts for which a user gave the headers.
func hostsOf(config *orq.A2AConfig) []string {
	var hosts []string
	for _, given := range []string{config.AgentURL, config.CardURL} {
		if u, err := url.Parse(given); err == nil && u.Host != "" {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}
