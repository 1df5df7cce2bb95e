package a2a

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/retry"
)

const (
	// minPollInterval and maxPollInterval bound the pauses between two polls of an agent's task.
	minPollInterval = 200 * time.Millisecond
	maxPollInterval = 5 * time.Second
	// maxFailedPolls is how many polls in a row may fail.
	maxFailedPolls = 5
	// lookupTimeout bounds one poll.
	lookupTimeout = 30 * time.Second
	// maxOddPolls is how many polls in a row may return no state that A2A has.
	maxOddPolls = 3
	// lateWait is how long more is waited for after an event that ends the exchange.
	lateWait = time.Second
	// cancelTimeout bounds how long an agent may take to answer a cancel.
	cancelTimeout = 2 * time.Second
)

// Conversation is the state that one message passes on to the next. Its zero value begins a new conversation.
type Conversation struct {
	ContextID string `json:"context_id,omitzero"`
	// TaskID is the task that waits for the user. Empty: the next message begins a task.
	TaskID string `json:"task_id,omitzero"`
	// Question identifies the question with which the task waits, and Artifacts holds what was received of its artifacts, by
	// id or place: agents begin their answer with the state of the task before the message.
	Question  string            `json:"asked,omitzero"`
	Artifacts map[string]Extent `json:"made,omitempty"`
}

// Message is a message to an agent.
type Message struct {
	// Message is sent with the ids of task and context of Conversation.
	orq.Message
	// Conversation is Next of the answer before; the zero value begins a conversation.
	Conversation Conversation
	// Unattended reports that nobody will answer a question of the agent: a task that waits is canceled.
	Unattended bool
}

// Answer is an agent's answer to a message.
type Answer struct {
	// State is the last that the agent reported, empty when it reported none. With an error it may be one that A2A lacks.
	State string
	// Parts are the artifacts and the agent's messages that came with the last state or after it, or else those it sent while
	// it worked.
	Parts []orq.Part
	// FailureReason is the agent's message about why State is no success. It is not among Parts.
	FailureReason string
	// Incomplete reports that events could not be read, and that no lookup of the task has replaced them.
	Incomplete bool
	// Next is the Conversation of the next message.
	Next Conversation
}

// IsWaiting reports whether the agent's task waits for the user.
func (a Answer) IsWaiting() bool { return isWaiting(a.State) }

// Ask sends a message and follows its task until the agent has finished or waits for the user. emit receives new parts as
// they arrive, each once; its error ends the call.
//
// With an error, Answer holds what was received before it, and the agent is asked to cancel its task. When ctx has ended,
// the error is the cause of ctx. A message is sent again, in a plainer way, only after a refusal that shows that the first
// has started nothing.
func (c *Client) Ask(ctx context.Context, message Message, emit func([]orq.Part) error) (Answer, error) {
	x, err := c.ask(ctx, message, emit)
	if refused, ok := errors.AsType[*refusal](err); ok && refused.isOfInterface() && !x.begun() && c.next != nil && ctx.Err() == nil {
		answer, err := c.next.Ask(ctx, message, emit)
		if err != nil {
			err = &elsewhereError{c.next, err}
		}
		return answer, err
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	answer := x.answer()
	answer.Parts = c.maskParts(answer.Parts) // a value may have come in pieces
	return answer, err
}

// ask is Ask by one interface.
func (c *Client) ask(ctx context.Context, message Message, emit func([]orq.Part) error) (*exchange, error) {
	message.TaskID, message.ContextID = message.Conversation.TaskID, message.Conversation.ContextID
	x := newExchange(message, emit)
	err := c.follow(ctx, message.Message, x)
	if err != nil && !x.done() || message.Unattended && isWaiting(x.state) {
		c.cancelTask(ctx, x.taskID)
	}
	return x, err
}

// follow sends the message and adds all of its events to x: streamed if the agent can, or else polled, or else in one call
// that takes as long as the agent.
func (c *Client) follow(ctx context.Context, message orq.Message, x *exchange) (err error) {
	ways := []sending{unawaited, plain}
	if c.streams {
		ways = append([]sending{streamed}, ways...)
	}
	for _, how := range ways {
		err = c.receive(ctx, message, how, x)
		if refused, ok := errors.AsType[*refusal](err); !ok || x.begun() || !refused.allows(how) {
			return err
		}
	}
	return err
}

// allows reports whether a message that was sent in one way may be sent in a plainer one after the refusal.
func (e *refusal) allows(how sending) bool {
	switch e.kind {
	case refusedMethod:
		return how == streamed
	case refusedOperation:
		return true
	case refusedParams:
		return how == unawaited
	}
	return false
}

// receive sends the message in one way and adds the agent's events to x. It polls the task if they end before it does.
func (c *Client) receive(ctx context.Context, message orq.Message, how sending, x *exchange) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	late := time.AfterFunc(lateWait, stop)
	defer late.Stop()
	late.Stop()
	for event, err := range c.connection.send(reading, message, how) {
		late.Stop() // the time in which emit waits for its reader does not count
		if err != nil && !x.done() && (isRefusal(err) || x.taskID == "") {
			return err
		}
		if err != nil {
			break
		}
		if err := x.add(c.masked(event)); err != nil {
			return err
		}
		// Agents may keep the stream open, or send more after the state. A snapshot that waits may be older than the message.
		if event.Final || x.done() && (!event.Snapshot || !isWaiting(x.state)) {
			late.Reset(lateWait)
		}
	}
	if x.lost && x.done() && x.taskID != "" {
		if snapshot, err := c.connection.task(ctx, x.taskID); err == nil && hasEnded(snapshot.State) == hasEnded(x.state) {
			return x.add(c.masked(snapshot))
		}
	}
	return c.poll(ctx, x)
}

// poll requests the agent's task until the exchange is done.
func (c *Client) poll(ctx context.Context, x *exchange) error {
	pauses := retry.New(retry.Options{Initial: minPollInterval, MaxInterval: maxPollInterval, Retries: retry.Unlimited})
	for failures, odd := 0, 0; !x.done(); {
		if err := x.cannotBePolled(odd); err != nil {
			return err
		}
		pause, _ := pauses.Next(0)
		if err := retry.Sleep(ctx, pause); err != nil {
			return err
		}
		event, err := c.connection.task(ctx, x.taskID)
		if err == nil {
			failures = 0
			if odd++; isKnown(event.State) {
				odd = 0
			}
			if err := x.add(c.masked(event)); err != nil {
				return err
			}
			continue
		}
		if failures++; isRefusal(err) || failures == maxFailedPolls {
			return cmp.Or(x.oddState(), err)
		}
	}
	return nil
}

// cancelTask asks the agent to cancel a task, if there is one. It works after ctx has ended, too.
func (c *Client) cancelTask(ctx context.Context, taskID string) {
	if taskID == "" {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer stop()
	_ = c.connection.cancel(ctx, taskID) // the call ends either way
}

// questionID identifies the question with which a task waits.
func (e Event) questionID() string {
	return cmp.Or(e.Message.MessageID, e.Message.Text()) + " " + e.StateTime
}
