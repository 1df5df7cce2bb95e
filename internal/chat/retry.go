package chat

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// maxRetryPause is the longest Retry-After that is waited for; a longer one makes the answer an error.
const maxRetryPause = 5 * time.Minute

var errCallTimeout = errors.New("call_timeout has passed")

// askWithRetries asks one model, and again as its retry settings say when the server refused the request. A stream that
// broke off is not started again.
func (c *Client) askWithRetries(ctx context.Context, to orq.FallbackModel, request Request) (*Completion, *Error) {
	schedule := newSchedule(to.Retry)
	for {
		done, err := c.askOnce(ctx, to, request)
		if err == nil || ctx.Err() != nil {
			return done, err
		}
		pause := schedule.next(ctx, err)
		if pause == backoff.Stop || orq.Sleep(ctx, pause) != nil {
			return done, err
		}
	}
}

func (c *Client) askOnce(ctx context.Context, to orq.FallbackModel, request Request) (*Completion, *Error) {
	if p := to.Parameters; p != nil && p.Timeout != nil {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, time.Duration(p.Timeout.CallTimeout*float64(time.Millisecond)), errCallTimeout)
		defer stop()
	}
	text := c.newMaskedText(request.OnText)
	done := &Completion{onText: text.write}
	response, err := c.send(ctx, to, request)
	if err == nil {
		err = done.read(response)
		_ = response.Body.Close()
		done.edit(c.mask)
		text.flush()
	}
	if err == nil {
		return done, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return done, c.asError(err, to)
}

// schedule decides how long to wait before each further try.
type schedule struct {
	backoff backoff.BackOff
	codes   []int
}

// newSchedule follows an agent's retry settings; by default status 429 is retried 3 times.
func newSchedule(retry *orq.ModelRetry) schedule {
	count, codes := 3, []int{429}
	if retry != nil && retry.Count != nil {
		count = *retry.Count
	}
	if retry != nil && retry.OnCodes != nil {
		codes = retry.OnCodes
	}
	exponential := backoff.NewExponentialBackOff(backoff.WithInitialInterval(time.Second/2), backoff.WithMaxElapsedTime(0))
	return schedule{backoff.WithMaxRetries(exponential, uint64(max(count, 0))), codes}
}

// next returns the pause after err, or backoff.Stop. The server's Retry-After wins; a pause that would outlast ctx is not
// started.
func (s schedule) next(ctx context.Context, err *Error) time.Duration {
	if !slices.Contains(s.codes, err.status) {
		return backoff.Stop
	}
	pause := s.backoff.NextBackOff()
	if pause != backoff.Stop && err.retryAfter > 0 {
		pause = err.retryAfter
	}
	if deadline, ok := ctx.Deadline(); pause > maxRetryPause || ok && time.Until(deadline) <= pause {
		return backoff.Stop
	}
	return pause
}
