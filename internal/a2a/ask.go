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
	// firstLook and slowestLook bound the pauses between two looks at an agent's task.
	firstLook   = 200 * time.Millisecond
	slowestLook = 5 * time.Second
	// maxMissedLooks is how many looks in a row may fail.
	maxMissedLooks = 5
	// cancelTimeout bounds how long an agent may take to note that its task is given up.
	cancelTimeout = 2 * time.Second
)

// Conversation is what the next message has to know of those before it. Its zero value is a new one.
type Conversation struct {
	ContextID string `json:"context_id,omitzero"`
	// TaskID is the task that waits for the user. Empty: the next message begins another.
	TaskID string `json:"task_id,omitzero"`
	// Asked identifies the question with which the task waits, and Made says what was made of its artifacts: agents begin
	// with where the task stood before the answer.
	Asked string            `json:"asked,omitzero"`
	Made  map[string]Extent `json:"made,omitempty"`
}

// Message is what an agent is asked.
type Message struct {
	orq.Message // its ids of task and context are those of In
	In          Conversation
	// Alone says that nobody will answer a question of the agent: a task that waits is canceled.
	Alone bool
}

// Answer is what came of a message.
type Answer struct {
	// State is the last that the agent told, empty when it told none.
	State string
	// Parts are the artifacts and what the agent said last, or else what it said while it worked.
	Parts []orq.Part
	// Failed says in the agent's words why State is no success. It is not among Parts.
	Failed string
	// Next is for the next message.
	Next Conversation
}

// Waits reports that the agent's task waits for the user.
func (a Answer) Waits() bool { return waits(a.State) }

// Ask sends a message and follows what comes of it, until the agent has finished or waits for the user. tell gets what
// is new, at once and only once; its error ends the call.
//
// With an error, Answer holds what came before it, and the agent is asked to cancel its task. When ctx has ended, the
// error is the cause of ctx. A message is sent again only when the agent does not know how to stream: then nothing was
// begun.
func (c *Client) Ask(ctx context.Context, message Message, tell func([]orq.Part) error) (Answer, error) {
	message.TaskID, message.ContextID = message.In.TaskID, message.In.ContextID
	t := newTalk(message, tell)
	err := c.follow(ctx, message.Message, t)
	if err != nil && !t.settled() || message.Alone && waits(t.state) {
		c.giveUp(ctx, t.taskID)
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return t.answer(), err
}

func (c *Client) follow(ctx context.Context, message orq.Message, t *talk) error {
	if c.streams {
		err := c.stream(ctx, message, t)
		if refused, ok := errors.AsType[*Refusal](err); !ok || !refused.UnknownMethod || t.state != "" || t.taskID != "" {
			return err
		}
	}
	news, err := c.speaks.Send(ctx, message)
	if err != nil {
		return err
	}
	if err := t.absorb(news); err != nil {
		return err
	}
	return c.look(ctx, t)
}

// stream follows the agent's events. A stream that breaks off is made up for by looking at the task.
func (c *Client) stream(ctx context.Context, message orq.Message, t *talk) error {
	for news, err := range c.speaks.Stream(ctx, message) {
		if _, refused := errors.AsType[*Refusal](err); refused || err != nil && t.taskID == "" {
			return err
		}
		if err != nil {
			break
		}
		if err := t.absorb(news); err != nil {
			return err
		}
		// Agents may keep the stream open. A snapshot that waits may be older than the message.
		if news.Final || t.settled() && (!news.Snapshot || !waits(t.state)) {
			break
		}
	}
	if !t.settled() && t.taskID == "" {
		return errCutShort
	}
	return c.look(ctx, t)
}

// look looks at the agent's task until it has settled.
func (c *Client) look(ctx context.Context, t *talk) error {
	pauses := retry.New(retry.Options{Initial: firstLook, MaxInterval: slowestLook, Retries: retry.Unlimited})
	for missed := 0; !t.settled(); {
		pause, _ := pauses.Next(0)
		if err := retry.Sleep(ctx, pause); err != nil {
			return err
		}
		news, err := c.speaks.Task(ctx, t.taskID)
		if err == nil {
			missed = 0
			if err := t.absorb(news); err != nil {
				return err
			}
			continue
		}
		_, refused := errors.AsType[*Refusal](err)
		if missed++; refused || missed == maxMissedLooks {
			return err
		}
	}
	return nil
}

// giveUp tells the agent that nobody waits for its task any more.
func (c *Client) giveUp(ctx context.Context, taskID string) {
	if taskID == "" {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer stop()
	_ = c.speaks.Cancel(ctx, taskID) // the call ends all the same
}

func waits(state string) bool { return state == orq.TaskInputRequired || state == orq.TaskAuthRequired }

func failed(state string) bool {
	return state == orq.TaskFailed || state == orq.TaskRejected || state == orq.TaskCanceled
}

// question identifies what a task waits for.
func (e Event) question() string { return cmp.Or(e.Says.MessageID, e.Says.Text()) + " " + e.At }
