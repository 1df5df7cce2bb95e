package sandbox

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// cancelTimeout bounds how long a run waits for an agent to take note that its task is given up.
const cancelTimeout = 2 * time.Second

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
	Asked     string `json:"asked,omitzero"` // id of the message with which it waits
}

// turn sends the message to the agent and tells what it answers, until it has finished or waits for the user.
func (e callers) turn(ctx context.Context, r *run) error {
	r.spent = &spending{} // an A2A agent does not say what it used
	line, err := e.dial(ctx, r)
	if err != nil {
		return err
	}
	call := &remoteCall{run: r, line: line, artifacts: map[string]*artifact{}, heard: map[string]bool{}}
	err = call.ask(ctx, r.forAgent())
	switch {
	case ctx.Err() != nil:
		call.giveUp(ctx)
		err = context.Cause(ctx)
	case err != nil:
		err = line.failure(err)
	}
	return call.conclude(err)
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
	message.TaskID, message.ContextID = "", ""
	if remote := r.task.Remote; remote != nil {
		message.TaskID, message.ContextID = remote.ID, remote.ContextID
	}
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

// conclude keeps what the agent answered, or says why it did not.
func (c *remoteCall) conclude(err error) error {
	r := c.run
	r.task.Remote = &remoteTask{ContextID: c.contextID}
	switch {
	case err != nil:
	case c.state == orq.TaskFailed || c.state == orq.TaskRejected || c.state == orq.TaskCanceled:
		words := orq.Message{Parts: c.closing}
		c.closing = nil
		err = c.line.unsuccessful(c.state, words.Text())
	case c.state != orq.TaskCompleted:
		r.waits = c.state
		r.task.Remote.ID, r.task.Remote.Asked = c.taskID, c.asks
	}
	parts := c.parts()
	if len(parts) == 0 {
		parts = []orq.Part{orq.TextPart("")}
	}
	message := r.task.message(r.sandbox.ids.next(), orq.RoleAgent, parts...)
	r.task.Messages, r.final = append(r.task.Messages, message), &message
	return err
}

// giveUp tells the agent that nobody waits for its task any more.
func (c *remoteCall) giveUp(ctx context.Context) {
	if c.taskID == "" || c.settled() {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer stop()
	_ = c.line.cancel(ctx, c.taskID) // the run ends all the same
}
