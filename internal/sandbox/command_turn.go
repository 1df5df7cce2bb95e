package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// commands is the rule engine: an agent does what the commands of the message say, in order, and then answers what it
// was told.
type commands struct{}

func (e commands) turn(ctx context.Context, r *run) error {
	if len(r.task.Pending) > 0 {
		return r.askAgain(ctx)
	}
	for len(r.task.Work.Steps) > 0 {
		next := r.task.Work.Steps[0]
		r.task.Work.Steps = r.task.Work.Steps[1:]
		if err := e.step(ctx, r, next); err != nil || len(r.task.Pending) > 0 {
			return err
		}
	}
	return r.answer(ctx)
}

// delegate lets the other agent answer at once; commands in its input are not executed.
func (commands) delegate(_ context.Context, member *run) (string, error) {
	return finalAnswer(member.agent, member.prompt, renderMessage(member.engine, told(member.input), member.vars), nil), nil
}

// refuse is what /error asks for: the request itself fails.
func (commands) refuse(message string) error {
	for _, c := range parseWork(message).Steps {
		if c.Name == "error" {
			return &apierror.Error{Status: c.N, Message: fmt.Sprintf("the message asked for status %d", c.N)}
		}
	}
	return nil
}

func (commands) close() {}

// step executes one command.
func (commands) step(ctx context.Context, r *run, c store.Command) error {
	switch c.Name {
	case "slow":
		return orq.Sleep(ctx, c.Wait)
	case "fail":
		return &failure{code: http.StatusInternalServerError, message: cmp.Or(c.Text, "the message asked for a failure")}
	case "drop":
		if r.events != nil && !r.dropped {
			r.dropped = true
			close(r.cut)
		}
		return nil
	case "count":
		return r.count(ctx, c.N)
	case "review":
		return r.awaitReview(ctx, c.Wait)
	}
	return r.useTool(ctx, c)
}

// count says the numbers from 1 to n, each in a thought of its own.
func (r *run) count(ctx context.Context, n int) error {
	for i := range n {
		if _, err := r.think(ctx, nil, orq.TextPart(strconv.Itoa(i+1)+" ")); err != nil {
			return err
		}
	}
	return nil
}

// awaitReview pauses the whole run until somebody has looked at it. There is no studio here: the time decides.
func (r *run) awaitReview(ctx context.Context, wait time.Duration) error {
	if err := r.emit(ctx, orq.EventExecutionReviewRequired, &orq.ExecutionReview{}); err != nil {
		return err
	}
	if err := orq.Sleep(ctx, wait); err != nil {
		return err
	}
	return r.emit(ctx, orq.EventExecutionReviewed, &orq.ExecutionReview{})
}

// answer is the last iteration.
func (r *run) answer(ctx context.Context) error {
	if err := r.iterate(); err != nil {
		return err
	}
	told, stop := renderMessage(r.engine, r.task.Work.Text, r.vars), orq.FinishStop
	text := finalAnswer(r.agent, r.prompt, told, r.task.Work.Notes)
	_, err := r.think(ctx, &orq.Choice{FinishReason: &stop, Message: orq.ChoiceMessage{
		Role: orq.Value("assistant"), Content: orq.Value(text),
	}}, orq.TextPart(text))
	return err
}
