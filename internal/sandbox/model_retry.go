package sandbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v4"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// maxRetryPause is the longest time that a server may ask to be left alone; after that its answer is an error.
const maxRetryPause = 5 * time.Minute

var errCallTimeout = errors.New("call_timeout has passed")

// askWithRetries asks one model, and again as its retry settings say: when the server refused the request. A stream that
// broke is not begun anew.
func (m *model) askWithRetries(ctx context.Context, to orq.FallbackModel, q query) (*completion, *modelError) {
	schedule := newModelSchedule(to.Retry)
	for {
		done, err := m.askOnce(ctx, to, q)
		if err == nil || ctx.Err() != nil {
			return done, err
		}
		pause := schedule.next(ctx, err)
		if pause == backoff.Stop || orq.Sleep(ctx, pause) != nil {
			return done, err
		}
	}
}

func (m *model) askOnce(ctx context.Context, to orq.FallbackModel, q query) (*completion, *modelError) {
	if p := to.Parameters; p != nil && p.Timeout != nil {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, time.Duration(p.Timeout.CallTimeout*float64(time.Millisecond)), errCallTimeout)
		defer stop()
	}
	done, pieces := &completion{}, m.maskedPieces(q.tell)
	done.tell = pieces.next
	response, err := m.send(ctx, to, q)
	if err == nil {
		err = done.read(response)
		_ = response.Body.Close()
		done.change(m.mask)
		pieces.end()
	}
	if err == nil {
		return done, nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return done, m.asModelError(err, to)
}

// modelSchedule says how long to wait before each further try.
type modelSchedule struct {
	backoff backoff.BackOff
	codes   []int
}

// newModelSchedule follows the agent's retry settings; without any, 429 is tried 3 times more.
func newModelSchedule(retry *orq.ModelRetry) modelSchedule {
	count, codes := 3, []int{429}
	if retry != nil {
		setValue(&count, retry.Count)
		setList(&codes, retry.OnCodes)
	}
	exponential := backoff.NewExponentialBackOff(backoff.WithInitialInterval(time.Second/2), backoff.WithMaxElapsedTime(0))
	return modelSchedule{backoff.WithMaxRetries(exponential, uint64(max(count, 0))), codes}
}

// next returns the pause after err, or backoff.Stop. The server's Retry-After wins; a pause that would outlast the run is
// not begun.
func (s modelSchedule) next(ctx context.Context, err *modelError) time.Duration {
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
