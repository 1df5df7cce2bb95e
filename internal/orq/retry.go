package orq

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/retry"
	"github.com/orq-mcp/orq-mcp/internal/transport"
)

const (
	maxAttempts = 4
	// maxCallTime bounds all attempts of a call together, with their responses except those of startsRun operations.
	maxCallTime = 60 * time.Second
)

// Wait is a pause before another attempt.
type Wait struct {
	// Cause is the error of the last attempt.
	Cause error
	// For is the duration of the pause.
	For time.Duration
}

// sendError is a failure of the connection before the complete response was received.
type sendError struct {
	operation operation
	host      string
	// proxy is Options.Proxy.
	proxy string
	err   error
	// sent reports that the service may have acted on the request.
	sent bool
}

// Error describes the failure in words.
func (e *sendError) Error() string {
	cause := neterror.Describe(e.err)
	switch {
	case errors.Is(e.err, transport.ErrUnprocessed):
		return fmt.Sprintf("%s: %s has too many requests or is shutting down: %v", e.operation, e.host, cause)
	case e.sent:
		return fmt.Sprintf("%s: %s gave no complete answer: %v", e.operation, e.host, cause)
	}
	if e.proxy != "" && neterror.OfProxy(e.err) {
		return fmt.Sprintf("%s: cannot reach %s: %v (%s names the proxy)", e.operation, e.host, cause, e.proxy)
	}
	return fmt.Sprintf("%s: cannot reach %s: %v", e.operation, e.host, cause)
}

// Unwrap returns the error of the connection.
func (e *sendError) Unwrap() error { return e.err }

// Is matches ErrNotSent when the service cannot have acted on the request.
func (e *sendError) Is(target error) bool { return target == ErrNotSent && !e.sent }

// traceSent returns a context for one request, and a function that reports whether the request may have reached the
// service. It cannot have done so before it was given a connection: during name lookup, dial and TLS handshake. A
// transport that does not call the trace may have sent anything.
func traceSent(ctx context.Context) (context.Context, func() bool) {
	var asked, connected atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	}
	return httptrace.WithClientTrace(ctx, trace), func() bool { return connected.Load() || !asked.Load() }
}

// mayRetry reports whether an attempt that failed with err may be followed by another.
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

// retry calls attempt until it succeeds, must not be repeated, or the attempts or the time are used up. It returns the
// last error.
func (r *requester) retry(ctx context.Context, repeatable bool, attempt func() (*http.Response, error)) (*http.Response, error) {
	began := time.Now()
	var schedule *retry.Schedule // few calls need one
	for {
		response, err := attempt()
		if err == nil || !mayRetry(err, repeatable) {
			return response, err
		}
		if schedule == nil {
			schedule = newSchedule(ctx, began)
		}
		pause, ok := schedule.Next(retryAfter(err))
		if !ok {
			return nil, err
		}
		if r.onWait != nil {
			r.onWait(Wait{Cause: err, For: pause})
		}
		if err := retry.Sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// newSchedule returns the pauses between the attempts of a call that began at that time. A Retry-After of the service takes
// precedence.
func newSchedule(ctx context.Context, began time.Time) *retry.Schedule {
	end := began.Add(maxCallTime)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	return retry.New(retry.Options{
		// Full jitter draws the pauses from all of 0-500 ms, 0-750 ms, ...
		Initial: 250 * time.Millisecond, Jitter: 1, Retries: maxAttempts - 1, Deadline: end,
	})
}

// retryAfter returns the Retry-After of the response behind err, or 0.
func retryAfter(err error) time.Duration {
	if apiError, ok := errors.AsType[*APIError](err); ok {
		return apiError.RetryAfter
	}
	return 0
}
