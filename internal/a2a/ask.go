package a2a

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/orq-mcp/orq-mcp/internal/orq"
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

// Answer is what came of a message.
type Answer struct {
	// TaskID and ContextID are the agent's; TaskID is empty when it answered with a message alone.
	TaskID, ContextID string
	// State is the last that the agent told.
	State string
	// AskedWith is the id of the message that came with State, if any.
	AskedWith string
	// Parts are the artifacts and what the agent said last, or else what it said while it worked.
	Parts []orq.Part
	// Failed says in the agent's words why State is no success. It is not among Parts.
	Failed string
}

// Ask sends a message and follows what comes of it, until the agent has finished or waits for the user. tell gets what
// is new, at once and only once; its error ends the call. answered is the AskedWith of an earlier answer that the
// message answers: agents begin with where the task stood before.
//
// With an error, Answer holds what came before it. When ctx ends, the agent is asked to cancel its task, and the error is
// the cause of ctx. A message is sent again only when the agent does not know how to stream: then nothing was begun.
func (c *Client) Ask(ctx context.Context, message orq.Message, answered string, tell func([]orq.Part) error) (Answer, error) {
	q := &question{client: c, message: message, answered: answered, tell: tell, byID: map[string]*artifact{}, heard: map[string]bool{}}
	err := q.ask(ctx)
	if ctx.Err() != nil {
		q.giveUp(ctx)
		err = context.Cause(ctx)
	}
	return q.answer(), err
}

// question is a message and what came of it so far.
type question struct {
	client   *Client
	message  orq.Message
	answered string
	tell     func([]orq.Part) error

	taskID, contextID, state, askedWith string

	artifacts []*artifact
	byID      map[string]*artifact
	heard     map[string]bool // messages that were told, by id
	remarks   []orq.Part      // what the agent said while it worked
	closing   []orq.Part      // what it said last
}

// artifact is a result as far as it has come.
type artifact struct{ parts []orq.Part }

// settled reports that no more comes of the message.
func (q *question) settled() bool { return q.failed() || q.state == orq.TaskCompleted || q.waits() }

func (q *question) waits() bool {
	return q.state == orq.TaskInputRequired || q.state == orq.TaskAuthRequired
}

func (q *question) failed() bool {
	return q.state == orq.TaskFailed || q.state == orq.TaskRejected || q.state == orq.TaskCanceled
}

func (q *question) ask(ctx context.Context) error {
	if q.client.Streaming {
		err := q.stream(ctx)
		if refused, ok := errors.AsType[*Refusal](err); !ok || !refused.UnknownMethod || q.state != "" || q.taskID != "" {
			return err
		}
	}
	news, err := q.client.Send(ctx, q.message)
	if err != nil {
		return err
	}
	if err := q.absorb(news); err != nil {
		return err
	}
	return q.look(ctx)
}

// stream follows the agent's events. A stream that breaks off is made up for by looking at the task.
func (q *question) stream(ctx context.Context) error {
	for news, err := range q.client.Stream(ctx, q.message) {
		if _, refused := errors.AsType[*Refusal](err); refused || err != nil && q.taskID == "" {
			return err
		}
		if err != nil {
			break
		}
		if err := q.absorb(news); err != nil {
			return err
		}
		// Some agents keep the stream open when they want a login; one that asks may begin with an old question.
		if q.settled() && q.state != orq.TaskInputRequired {
			return nil
		}
	}
	if !q.settled() && q.taskID == "" {
		return ErrCutShort
	}
	return q.look(ctx)
}

// look looks at the agent's task until it has settled.
func (q *question) look(ctx context.Context) error {
	pauses := backoff.NewExponentialBackOff(backoff.WithInitialInterval(firstLook), backoff.WithMaxInterval(slowestLook),
		backoff.WithRandomizationFactor(0), backoff.WithMaxElapsedTime(0))
	for missed := 0; !q.settled(); {
		if err := sleep(ctx, pauses.NextBackOff()); err != nil {
			return err
		}
		news, err := q.client.Task(ctx, q.taskID)
		if err == nil {
			missed = 0
			if err := q.absorb(news); err != nil {
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

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// absorb takes in one event and tells what is new in it, in the order in which it was said and made.
func (q *question) absorb(news Event) error {
	q.taskID, q.contextID = cmp.Or(news.TaskID, q.taskID), cmp.Or(news.ContextID, q.contextID)
	if news.Snapshot && q.answered != "" && q.answered == news.Says.MessageID {
		news.State, news.Says = orq.TaskWorking, orq.Message{}
	}
	// Looking at a task now and then may miss a state; the words that came with it are in the history, after the question.
	asked := slices.IndexFunc(news.History, func(m orq.Message) bool { return m.MessageID == q.message.MessageID })
	for _, message := range news.History[asked+1:] {
		if asked < 0 || message.Role != orq.RoleAgent || message.MessageID == news.Says.MessageID {
			continue
		}
		if err := q.hear(message, false); err != nil {
			return err
		}
	}
	for _, made := range news.Artifacts {
		if err := q.receive(made); err != nil {
			return err
		}
	}
	q.state, q.askedWith = cmp.Or(news.State, q.state), news.Says.MessageID
	return q.hear(news.Says, q.settled())
}

// hear takes in what the agent says; last says that it is about the end.
func (q *question) hear(message orq.Message, last bool) error {
	id := cmp.Or(message.MessageID, message.Text())
	if len(message.Parts) == 0 || q.heard[id] {
		return nil
	}
	q.heard[id] = true
	parts := appendParts(nil, message.Parts...)
	if last {
		q.closing = parts
	} else {
		q.remarks = paragraph(q.remarks, parts)
	}
	return q.tell(parts)
}

// receive takes in a result, or a piece of one, and tells what is new of it.
func (q *question) receive(news Artifact) error {
	made, known := q.byID[news.ID]
	if !known {
		made = &artifact{}
		q.byID[news.ID], q.artifacts = made, append(q.artifacts, made)
	}
	before, after := made.parts, news.Parts
	if news.More {
		after = appendParts(slices.Clone(before), after...)
	}
	made.parts = after
	if added := beyond(before, after); len(added) > 0 {
		return q.tell(added)
	}
	return nil
}

// giveUp tells the agent that nobody waits for its task any more.
func (q *question) giveUp(ctx context.Context) {
	if q.taskID == "" || q.settled() {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelTimeout)
	defer stop()
	_ = q.client.Cancel(ctx, q.taskID) // the call ends all the same
}

func (q *question) answer() Answer {
	a := Answer{TaskID: q.taskID, ContextID: q.contextID, State: q.state, AskedWith: q.askedWith}
	for _, made := range q.artifacts {
		a.Parts = paragraph(a.Parts, made.parts)
	}
	if q.failed() {
		a.Failed = orq.Message{Parts: q.closing}.Text()
	} else {
		a.Parts = paragraph(a.Parts, q.closing)
	}
	if len(a.Parts) == 0 {
		a.Parts = q.remarks
	}
	return a
}
