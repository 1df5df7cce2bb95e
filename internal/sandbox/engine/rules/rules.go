package rules

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/retry"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Engine executes the commands of a message in order, and then answers its text.
type Engine struct{}

var (
	_ run.Engine    = Engine{}
	_ run.Refuser   = Engine{}
	_ run.Receiver  = Engine{}
	_ run.Responder = Engine{}
)

// Turn implements run.Engine.
func (Engine) Turn(ctx context.Context, r *run.Run) (_ run.Answer, err error) {
	if len(r.Task.Pending) > 0 {
		return r.AskAgain(ctx)
	}
	s, err := load(r.Task)
	if err != nil {
		return run.Answer{}, err
	}
	t := turn{r, s}
	err = t.play(ctx)
	if err != nil || len(r.Task.Pending) == 0 {
		t.state = state{}
	}
	if saveErr := r.Task.Engine.Save(owner, t.state); err == nil {
		err = saveErr
	}
	return run.Answer{}, err
}

// Respond implements run.Responder: another agent is answered at once, and commands in its input are not executed.
func (Engine) Respond(member *run.Run) string { return answer(member, run.TextOf(member.Input), nil) }

// Refuse implements run.Refuser for /error: the request itself fails.
func (Engine) Refuse(message string) error {
	for _, c := range parse(message).Steps {
		if c.Name == "error" {
			return &apierror.Error{Status: c.N, Message: fmt.Sprintf("the message asked for status %d", c.N)}
		}
	}
	return nil
}

// turn is one turn of a task and what is left to do in it.
type turn struct {
	*run.Run
	state state
}

// play executes the commands, up to one that waits for the caller, and answers.
func (t *turn) play(ctx context.Context) error {
	for len(t.state.Steps) > 0 {
		next := t.state.Steps[0]
		t.state.Steps = t.state.Steps[1:]
		if err := t.execute(ctx, next); err != nil || len(t.Task.Pending) > 0 {
			return err
		}
	}
	if err := t.Iterate(); err != nil {
		return err
	}
	text, stop := answer(t.Run, t.state.Text, t.state.Notes), orq.FinishStop
	_, err := t.Think(ctx, &orq.Choice{FinishReason: &stop, Message: orq.ChoiceMessage{
		Role: orq.Value("assistant"), Content: orq.Value(text),
	}}, orq.TextPart(text))
	return err
}

// execute executes one command. The cases are the names that parseCommand accepts, without reject.
func (t *turn) execute(ctx context.Context, c command) error {
	switch c.Name {
	case "slow":
		return retry.Sleep(ctx, c.Wait)
	case "fail":
		return &run.Failure{Code: http.StatusInternalServerError, Message: cmp.Or(c.Text, "the message asked for a failure")}
	case "drop":
		t.Drop()
		return nil
	case "count":
		return t.count(ctx, c.N)
	case "review":
		return t.awaitReview(ctx, c.Wait)
	case "tool":
		return t.useTool(ctx, c)
	case "error":
		return nil // Refuse comes before the run; here it is in a message that another engine accepted
	}
	return fmt.Errorf("there is no command /%s", c.Name)
}

// count produces the numbers from 1 to n, each in a thought of its own.
func (t *turn) count(ctx context.Context, n int) error {
	for i := range n {
		if _, err := t.Think(ctx, nil, orq.TextPart(strconv.Itoa(i+1)+" ")); err != nil {
			return err
		}
	}
	return nil
}

// awaitReview pauses the whole run for a review. There is no studio here: it ends after the given time.
func (t *turn) awaitReview(ctx context.Context, wait time.Duration) error {
	if err := t.Emit(ctx, orq.EventExecutionReviewRequired, &orq.ExecutionReview{}); err != nil {
		return err
	}
	if err := retry.Sleep(ctx, wait); err != nil {
		return err
	}
	return t.Emit(ctx, orq.EventExecutionReviewed, &orq.ExecutionReview{})
}

// note adds a line to the answer.
func (t *turn) note(format string, args ...any) {
	t.state.Notes = append(t.state.Notes, fmt.Sprintf(format, args...))
}

// noteOutcome adds what came of a call to the answer.
func (t *turn) noteOutcome(call run.Call, outcome run.Outcome) {
	switch name := run.ToolName(call.Tool); {
	case outcome.Rejected:
		t.note("The review rejected %s.", name)
	case outcome.Failure != "":
		t.note("%s failed: %s.", name, outcome.Failure)
	default:
		t.note("%s returned %s", name, truncate.Runes(string(outcome.Result), maxNote))
	}
}
