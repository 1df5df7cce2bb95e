package orq

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/retry"
)

const (
	maxTries = 4
	// maxRetrying bounds all tries of a call together, and their answers but for those that wait for a run.
	maxRetrying = 60 * time.Second
)

// Wait is a pause before another try.
type Wait struct {
	// Cause is why the last try failed.
	Cause error
	// For is how long the pause is.
	For time.Duration
}

// sendError is a request that got no answer, or not all of one.
type sendError struct {
	operation operation
	host      string
	err       error
	// sent reports that the service may have received the request.
	sent bool
}

// Error leaves out the URL, which net/http repeats.
func (e *sendError) Error() string {
	cause := e.err
	if urlError, ok := errors.AsType[*url.Error](cause); ok {
		cause = urlError.Err
	}
	if e.sent {
		return fmt.Sprintf("%s: %s hung up before it had answered: %v", e.operation, e.host, cause)
	}
	return fmt.Sprintf("%s: cannot reach %s: %v", e.operation, e.host, cause)
}

func (e *sendError) Unwrap() error { return e.err }

// Is tells a request that was not sent from one whose fate is unknown.
func (e *sendError) Is(target error) bool { return target == ErrNotSent && !e.sent }

// traceSent returns a context for one request, and a function that reports whether the request may have got a connection.
// Before that - name lookup, dial, TLS handshake - the service cannot have acted on it. A transport that does not tell
// of its connections may have sent anything.
func traceSent(ctx context.Context) (context.Context, func() bool) {
	var asked, connected atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}
	return httptrace.WithClientTrace(ctx, trace), func() bool { return connected.Load() || !asked.Load() }
}

// mayRetry decides whether a failed try may be followed by another.
func mayRetry(err error, repeatable bool) bool {
	if apiError, ok := errors.AsType[*APIError](err); ok {
		switch apiError.Status {
		case http.StatusTooManyRequests:
			return true
		case http.StatusServiceUnavailable:
			return repeatable || apiError.RetryAfter > 0
		case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
			return repeatable
		}
		return false
	}
	var sendError *sendError
	return errors.As(err, &sendError) && (repeatable || !sendError.sent)
}

// retry runs try until it succeeds, may not be repeated, or its tries or time are used up. It returns the last error.
func (c *Client) retry(ctx context.Context, repeatable bool, try func() (*http.Response, error)) (*http.Response, error) {
	schedule := newSchedule(ctx)
	for {
		response, err := try()
		if err == nil || !mayRetry(err, repeatable) {
			return response, err
		}
		pause, ok := schedule.Next(retryAfter(err))
		if !ok {
			return nil, err
		}
		if c.onWait != nil {
			c.onWait(Wait{Cause: err, For: pause})
		}
		if err := retry.Sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// newSchedule returns the pauses between the tries of one call. The service's Retry-After wins over them.
func newSchedule(ctx context.Context) *retry.Schedule {
	end := time.Now().Add(maxRetrying)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	return retry.New(retry.Options{
		// Full jitter draws the pauses from all of 0-500 ms, 0-750 ms, ...
		Initial: 250 * time.Millisecond, Jitter: 1, Retries: maxTries - 1, Deadline: end,
	})
}

// retryAfter returns the pause that the service asked for with err, or 0.
func retryAfter(err error) time.Duration {
	if apiError, ok := errors.AsType[*APIError](err); ok {
		return apiError.RetryAfter
	}
	return 0
}
