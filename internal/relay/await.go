package relay

import (
	"context"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
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
	outcome.cut(options.TextLimit)
	return outcome, nil
}

func await(ctx context.Context, taskID string, sink Sink, options Options) (*orq.AgentResponse, error) {
	ctx, stop := Heartbeat(ctx, sink, options.Heartbeat)
	defer stop()
	patience := time.Now().Add(options.Patience)
	for {
		response, err := look(ctx, taskID, time.Until(patience), options)
		if err != nil {
			return nil, err
		}
		left := time.Until(patience)
		if response.Status != orq.ResponseInProgress || left <= 0 {
			return response, nil
		}
		timer := time.NewTimer(min(options.Poll, left))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, context.Cause(ctx)
		}
	}
}

// lookGrace is how long one lookup may take at the end of the patience.
const lookGrace = 5 * time.Second

// look asks once; a lookup that is not answered must not hold the call much beyond its patience.
func look(ctx context.Context, taskID string, left time.Duration, options Options) (*orq.AgentResponse, error) {
	limit := max(left, lookGrace)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %.0f s", limit.Seconds()))
	defer cancel()
	return options.Lookup(ctx, taskID)
}
