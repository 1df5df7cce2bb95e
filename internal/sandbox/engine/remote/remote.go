package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/transport"
)

// owner is the name of this engine in the state of tasks.
const owner = "remote"

// Engine calls A2A agents.
type Engine struct {
	transport *transport.Transport
	cards     *http.Client
}

var (
	_ run.Engine = (*Engine)(nil)
	_ io.Closer  = (*Engine)(nil)
)

// New returns an engine with connections of its own.
func New() *Engine {
	// There is no time limit for an answer: an agent may work for minutes. The run's limits hold.
	agents := transport.New(30 * time.Second)
	return &Engine{agents, cardClient(agents)}
}

// Close implements io.Closer.
func (e *Engine) Close() error {
	e.transport.CloseIdleConnections()
	return nil
}

// Turn implements run.Engine: it sends the message to the agent and emits what it answers, until the agent has finished or
// waits for the user.
func (e *Engine) Turn(ctx context.Context, r *run.Run) (run.Answer, error) {
	if r.Hops() >= run.MaxHops {
		return run.Answer{}, tooManyHops()
	}
	r.Spend(run.Spending{}) // an A2A agent does not report what it used
	headers, err := r.Headers()
	if err != nil {
		return run.Answer{}, &run.Failure{Code: http.StatusInternalServerError, Message: err.Error()}
	}
	var conversation a2a.Conversation
	if _, err := r.Task.Engine.Load(owner, &conversation); err != nil {
		return run.Answer{}, err
	}
	config := r.Agent.A2A
	foundAt, err := cardURL(config)
	card := config.CachedCard
	if err == nil && card == nil { // it could not be fetched when the agent was seeded
		card, err = e.FetchCard(ctx, config, headers)
	}
	if err != nil {
		return run.Answer{}, &run.Failure{Code: http.StatusBadGateway, Message: err.Error()}
	}
	agent := a2a.Agent{
		Card: card, CardURL: foundAt, Headers: headers, Origins: []string{config.AgentURL, config.CardURL},
		CallerHeaders: map[string]string{run.HopsHeader: strconv.Itoa(r.Hops() + 1)},
		Demand:        demand(r.Connection()),
	}
	client, err := a2a.Dial(agent, e.transport)
	if err != nil {
		return run.Answer{}, &run.Failure{Code: http.StatusBadGateway, Message: err.Error()}
	}
	message := a2a.Message{Message: messageFor(r), Conversation: conversation, Unattended: r.IsMember()}
	answer, err := client.Ask(ctx, message, func(parts []orq.Part) error {
		if r.IsMember() {
			return nil
		}
		return r.EmitNow(ctx, orq.EventThought, r.Thought(nil, r.NewMessage(orq.RoleAgent, parts...), nil))
	})
	switch {
	case ctx.Err() != nil:
	case err != nil:
		err = &run.Failure{Code: http.StatusBadGateway, Message: client.Explain(err)}
	default:
		err = failureOf(answer.State, client.Mask(answer.FailureReason))
	}
	return addAnswer(r, answer, err == nil), errors.Join(err, r.Task.Engine.Save(owner, answer.Next))
}

// tooManyHops ends a chain of A2A agents that is probably a ring.
func tooManyHops() error {
	return &run.Failure{Code: http.StatusLoopDetected, Message: fmt.Sprintf(
		"%d A2A agents have passed the message on, which is the limit; check whether an agent is registered as itself, by way of others", run.MaxHops)}
}

// incomplete follows an answer of which something was lost.
const incomplete = "Events of the A2A agent could not be read: a part of its answer may be missing."

// addAnswer makes the answer a message of the task. A success without an answer is an empty message.
func addAnswer(r *run.Run, from a2a.Answer, success bool) (answer run.Answer) {
	if from.IsWaiting() {
		answer.State = from.State
	}
	parts := from.Parts
	if from.Incomplete {
		parts = append(parts, orq.TextPart("\n"+run.Speaker+incomplete))
	}
	switch {
	case len(parts) > 0:
	case success:
		parts = []orq.Part{orq.TextPart("")}
	default:
		return answer
	}
	message := r.NewMessage(orq.RoleAgent, parts...)
	r.Task.Messages, answer.Message = append(r.Task.Messages, message), &message
	return answer
}

// failureOf is why a task of the agent has no result, with the agent's reason; nil when it has one.
func failureOf(state, reason string) error {
	f := &run.Failure{State: state}
	switch state {
	case orq.TaskFailed:
		f.Code, f.Message = http.StatusBadGateway, "the A2A agent failed"
	case orq.TaskRejected:
		f.Code, f.Message = http.StatusUnprocessableEntity, "the A2A agent rejected the task"
	case orq.TaskCanceled:
		f.Code, f.Message = run.StatusClientLeft, "the A2A agent canceled the task"
	default:
		return nil
	}
	if reason != "" {
		f.Message += ": " + reason
	}
	return f
}

// messageFor is the user's message with the variables filled in.
func messageFor(r *run.Run) orq.Message {
	message := r.Input
	message.Parts = slices.Clone(message.Parts)
	for i, part := range message.Parts {
		switch {
		case part.Text != nil:
			message.Parts[i] = orq.TextPart(r.Prompt.Render(*part.Text))
		case part.Kind == orq.KindError: // A2A has no such part
			message.Parts[i] = orq.TextPart(part.Error)
		}
	}
	return message
}
