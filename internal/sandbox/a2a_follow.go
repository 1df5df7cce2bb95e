package sandbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	// firstPoll and slowestPoll bound the pauses between two looks at an agent's task.
	firstPoll   = 200 * time.Millisecond
	slowestPoll = 5 * time.Second
	// maxMissedPolls is how many looks in a row may fail.
	maxMissedPolls = 5
)

// remoteCall is one message to an A2A agent and what came of it so far.
type remoteCall struct {
	run  *run
	line *line

	taskID, contextID string
	state             string // of the agent's task
	asks              string // id of the message with which the task waits

	order     []*artifact
	artifacts map[string]*artifact // by id
	heard     map[string]bool      // messages that were told, by id
	remarks   []orq.Part           // what the agent said while it worked
	closing   []orq.Part           // what it said last
}

// artifact is a result as far as it has come.
type artifact struct{ parts []orq.Part }

// settled reports that no more comes of the message.
func (c *remoteCall) settled() bool {
	switch c.state {
	case orq.TaskCompleted, orq.TaskFailed, orq.TaskRejected, orq.TaskCanceled, orq.TaskInputRequired, orq.TaskAuthRequired:
		return true
	}
	return false
}

// ask sends the message as the agent's card offers it. A message is sent again only when the agent does not know how to
// stream: then nothing was begun.
func (c *remoteCall) ask(ctx context.Context, message orq.Message) error {
	if c.line.streaming {
		err := c.stream(ctx, message)
		if refused, ok := errors.AsType[*refusal](err); !ok || !refused.unknown || c.state != "" || c.taskID != "" {
			return err
		}
	}
	news, err := c.line.send(ctx, message)
	if err != nil {
		return err
	}
	if err := c.absorb(ctx, news); err != nil {
		return err
	}
	return c.poll(ctx)
}

// stream follows the agent's events. A stream that breaks off is made up for by looking at the task.
func (c *remoteCall) stream(ctx context.Context, message orq.Message) error {
	for news, err := range c.line.stream(ctx, message) {
		if _, refused := errors.AsType[*refusal](err); refused || err != nil && c.taskID == "" {
			return err
		}
		if err != nil {
			break
		}
		if err := c.absorb(ctx, news); err != nil {
			return err
		}
		if c.settled() && c.state != orq.TaskInputRequired { // some agents keep the stream open when they want a login
			return nil
		}
	}
	if !c.settled() && c.taskID == "" {
		return errCutShort
	}
	return c.poll(ctx)
}

// poll looks at the agent's task until it has settled.
func (c *remoteCall) poll(ctx context.Context) error {
	pauses := backoff.NewExponentialBackOff(backoff.WithInitialInterval(firstPoll), backoff.WithMaxInterval(slowestPoll),
		backoff.WithRandomizationFactor(0), backoff.WithMaxElapsedTime(0))
	for missed := 0; !c.settled(); {
		if err := sleep(ctx, pauses.NextBackOff()); err != nil {
			return err
		}
		news, err := c.line.look(ctx, c.taskID)
		if err == nil {
			missed = 0
			if err := c.absorb(ctx, news); err != nil {
				return err
			}
			continue
		}
		_, refused := errors.AsType[*refusal](err)
		if missed++; refused || missed == maxMissedPolls {
			return err
		}
	}
	return nil
}

// absorb takes in one event and tells what is new in it, in the order in which it was said and made.
func (c *remoteCall) absorb(ctx context.Context, news remoteEvent) error {
	c.taskID, c.contextID = firstOf(news.taskID, c.taskID), firstOf(news.contextID, c.contextID)
	if before := c.run.task.Remote; before != nil && before.Asked != "" && before.Asked == news.says.MessageID {
		news.state, news.says = orq.TaskWorking, orq.Message{} // as it was before it was answered
	}
	// Looking at a task now and then may miss a state; the words that came with it are in the history, after the question.
	asked := slices.IndexFunc(news.history, func(m orq.Message) bool { return m.MessageID == c.run.input.MessageID })
	for _, message := range news.history[asked+1:] {
		if asked < 0 || message.Role != orq.RoleAgent || message.MessageID == news.says.MessageID {
			continue
		}
		if err := c.hear(ctx, message, false); err != nil {
			return err
		}
	}
	for _, made := range news.artifacts {
		if err := c.artifact(ctx, made); err != nil {
			return err
		}
	}
	c.state, c.asks = firstOf(news.state, c.state), news.says.MessageID
	return c.hear(ctx, news.says, c.settled())
}

// hear takes in what the agent says; last says that it is about the end.
func (c *remoteCall) hear(ctx context.Context, message orq.Message, last bool) error {
	id := firstOf(message.MessageID, message.Text())
	if len(message.Parts) == 0 || c.heard[id] {
		return nil
	}
	c.heard[id] = true
	parts := appendParts(nil, message.Parts...)
	if last {
		c.closing = parts
	} else {
		c.remarks = paragraph(c.remarks, parts)
	}
	return c.tell(ctx, parts)
}

// artifact takes in a result, or a piece of one, and tells what is new of it.
func (c *remoteCall) artifact(ctx context.Context, news remoteArtifact) error {
	made, known := c.artifacts[news.id]
	if !known {
		made = &artifact{}
		c.artifacts[news.id] = made
		c.order = append(c.order, made)
	}
	before, after := made.parts, news.parts
	if news.more {
		after = appendParts(slices.Clone(before), after...)
	}
	made.parts = after
	return c.tell(ctx, beyond(before, after))
}

// tell emits a thought, unless another agent asks: what a member says is told as the result of the call.
func (c *remoteCall) tell(ctx context.Context, parts []orq.Part) error {
	r := c.run
	if len(parts) == 0 || r.caller != "" {
		return nil
	}
	return r.emitThought(ctx, nil, r.task.message(r.sandbox.ids.next(), orq.RoleAgent, parts...), nil)
}

// parts are the agent's answer: its results and what it said last, or else what it said while it worked.
func (c *remoteCall) parts() []orq.Part {
	var all []orq.Part
	for _, made := range c.order {
		all = paragraph(all, made.parts)
	}
	if all = paragraph(all, c.closing); len(all) == 0 {
		all = c.remarks
	}
	return all
}
