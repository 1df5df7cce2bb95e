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
	// cancelTimeout bounds how long an agent may take to answer a cancel.
	cancelTimeout = 2 * time.Second
)

// Conversation is the state that one message passes on to the next. Its zero value begins a new conversation.
type Conversation struct {
	ContextID string `json:"context_id,omitzero"`
	// TaskID is the task that waits for the user. Empty: the next message begins a task.
	TaskID string `json:"task_id,omitzero"`
	// Question identifies the question with which the task waits, and Artifacts holds what was received of its artifacts, by
	// id: agents begin their answer with the state of the task before the message.
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
	// State is the last that the agent reported, empty when it reported none.
	State string
	// Parts are the artifacts and the agent's last message, or else the messages it sent while it worked.
	Parts []orq.Part
	// FailureReason is the agent's message about why State is no success. It is not among Parts.
	FailureReason string
	// Next is the Conversation of the next message.
	Next Conversation
}

// IsWaiting reports whether the agent's task waits for the user.
func (a Answer) IsWaiting() bool { return isWaiting(a.State) }

// Ask sends a message and follows its task until the agent has finished or waits for the user. emit receives new parts as
// they arrive, each once; its error ends the call.
//
// With an error, Answer holds what was received before it, and the agent is asked to cancel its task. When ctx has ended,
// the error is the cause of ctx. A message is sent a second time only when the agent does not implement streaming: then
// the first has started nothing.
func (c *Client) Ask(ctx context.Context, message Message, emit func([]orq.Part) error) (Answer, error) {
	message.TaskID, message.ContextID = message.Conversation.TaskID, message.Conversation.ContextID
	x := newExchange(message, emit)
	err := c.follow(ctx, message.Message, x)
	if err != nil && !x.done() || message.Unattended && isWaiting(x.state) {
		c.cancelTask(ctx, x.taskID)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return x.answer(), err
}

// follow sends the message and adds all of its events to x, streamed if the agent can.
func (c *Client) follow(ctx context.Context, message orq.Message, x *exchange) error {
	if c.streams {
		err := c.stream(ctx, message, x)
		if refused, ok := errors.AsType[*Refusal](err); !ok || !refused.UnknownMethod || x.state != "" || x.taskID != "" {
			return err
		}
	}
	event, err := c.protocol.Send(ctx, message)
	if err != nil {
		return err
	}
	if err := x.add(event); err != nil {
		return err
	}
	return c.poll(ctx, x)
}

// stream reads the agent's events, and polls the task if the stream breaks off.
func (c *Client) stream(ctx context.Context, message orq.Message, x *exchange) error {
	for event, err := range c.protocol.Stream(ctx, message) {
		if _, refused := errors.AsType[*Refusal](err); refused || err != nil && x.taskID == "" {
			return err
		}
		if err != nil {
			break
		}
		if err := x.add(event); err != nil {
			return err
		}
		// Agents may keep the stream open. A snapshot that waits may be older than the message.
		if event.Final || x.done() && (!event.Snapshot || !isWaiting(x.state)) {
			break
		}
	}
	if !x.done() && x.taskID == "" {
		return errCutShort
	}
	return c.poll(ctx, x)
}

// poll requests the agent's task until the exchange is done.
func (c *Client) poll(ctx context.Context, x *exchange) error {
	pauses := retry.New(retry.Options{Initial: minPollInterval, MaxInterval: maxPollInterval, Retries: retry.Unlimited})
	for failures := 0; !x.done(); {
		pause, _ := pauses.Next(0)
		if err := retry.Sleep(ctx, pause); err != nil {
			return err
		}
		event, err := c.protocol.Task(ctx, x.taskID)
		if err == nil {
			failures = 0
			if err := x.add(event); err != nil {
				return err
			}
			continue
		}
		_, refused := errors.AsType[*Refusal](err)
		if failures++; refused || failures == maxFailedPolls {
			return err
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
	_ = c.protocol.Cancel(ctx, taskID) // the call ends either way
}

// isWaiting reports whether a task in this state waits for the user.
func isWaiting(state string) bool {
	return state == orq.TaskInputRequired || state == orq.TaskAuthRequired
}

// isFailed reports whether a task in this state has ended without success.
func isFailed(state string) bool {
	return state == orq.TaskFailed || state == orq.TaskRejected || state == orq.TaskCanceled
}

// questionID identifies the question with which a task waits.
func (e Event) questionID() string {
	return cmp.Or(e.Message.MessageID, e.Message.Text()) + " " + e.StateTime
}
