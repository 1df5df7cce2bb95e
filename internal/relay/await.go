package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/retry"
)

// Await looks a task up until it has ended or paused, or options.Patience is over, and returns its outcome, which is
// then still working. The sink hears of the waiting; nil is allowed. Errors are the lookup's, the sink's, or the context's cause.
func Await(ctx context.Context, taskID string, sink Sink, options Options) (Outcome, error) {
	options = options.withDefaults()
	started := time.Now()
	response, err := await(ctx, taskID, sink, options)
	if err != nil {
		return Outcome{}, err
	}
	outcome := FromResponse(options.AgentKey, response)
	if outcome.TaskID == "" {
		outcome.TaskID = taskID
	}
	outcome.DurationMS = time.Since(started).Milliseconds()
	outcome.OutputText, outcome.Offset = TextFrom(outcome.OutputText, options.TextOffset)
	outcome.cut(options.TextLimit)
	return outcome, nil
}

func await(ctx context.Context, taskID string, sink Sink, options Options) (*orq.AgentResponse, error) {
	ctx, stop := Heartbeat(ctx, sink, options.Heartbeat)
	defer stop()
	patience := time.Now().Add(options.Patience)
	first := lookGrace
	if options.Patience > 0 {
		first = max(options.Patience, lastLook)
	}
	response, err := look(ctx, taskID, first, options)
	for err == nil && response.Status == orq.ResponseInProgress && time.Until(patience) > 0 {
		if err := retry.Sleep(ctx, min(options.Poll, time.Until(patience))); err != nil {
			return nil, err
		}
		last := response
		response, err = look(ctx, taskID, max(time.Until(patience), lastLook), options)
		if errors.Is(err, errNoAnswer) {
			return last, nil // what was known in time
		}
	}
	return response, err
}

// lastLook is how long a lookup at the end of the patience may take.
const lastLook = 2 * time.Second

// lookGrace is how long a single lookup may take.
const lookGrace = 5 * time.Second

// errNoAnswer is a lookup that was not answered in time.
var errNoAnswer = errors.New("no answer")

// look asks once; a lookup that is not answered must not hold the call beyond its limit.
func look(ctx context.Context, taskID string, limit time.Duration, options Options) (*orq.AgentResponse, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w within %.0f s", errNoAnswer, limit.Seconds()))
	defer cancel()
	return options.Lookup(ctx, taskID)
}
