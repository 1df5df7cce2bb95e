package chat

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/retry"
)

// maxRetryPause is the longest Retry-After that is waited for; a longer one makes the answer an error.
const maxRetryPause = 5 * time.Minute

var errCallTimeout = errors.New("call_timeout has passed")

// askWithRetries asks one model, and again as its retry settings say when the server refused the request, by its status or by
// an error in place of an answer. A stream that broke off is not started again.
func (c *Client) askWithRetries(ctx context.Context, to orq.FallbackModel, request Request) (*Completion, *Error) {
	schedule, codes := newSchedule(ctx, to.Retry)
	for {
		done, err := c.askOnce(ctx, to, request)
		if err == nil || ctx.Err() != nil || !slices.Contains(codes, err.status) {
			return done, err
		}
		pause, ok := schedule.Next(err.retryAfter)
		if !ok || retry.Sleep(ctx, pause) != nil {
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
	if request.OnText != nil {
		request.OnText("")
	}
	text := redact.NewWriter(c.secret, request.OnText)
	done := &Completion{Model: to.ID, onText: text.Write}
	response, err := c.send(ctx, to, request)
	if err == nil {
		err = done.read(response)
		_ = response.Body.Close()
		done.edit(c.secret.Mask)
		text.Flush()
	}
	if err == nil {
		return done, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	failure := c.asError(err, to)
	if done.refusedWith != 0 {
		failure.Code, failure.status = done.refusedWith, done.refusedWith
	}
	return done, failure
}

// newSchedule follows an agent's retry settings, and returns the statuses that are retried: by default 429, 3 times.
func newSchedule(ctx context.Context, settings *orq.ModelRetry) (*retry.Schedule, []int) {
	count, codes := 3, []int{http.StatusTooManyRequests}
	if settings != nil && settings.Count != nil {
		count = *settings.Count
	}
	if settings != nil && settings.OnCodes != nil {
		codes = settings.OnCodes
	}
	deadline, _ := ctx.Deadline()
	return retry.New(retry.Options{Jitter: 0.5, Retries: max(count, 0), MaxPause: maxRetryPause, Deadline: deadline}), codes
}
