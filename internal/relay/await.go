package relay

import (
	"context"
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
	patience := time.Now().Add(options.Patience)
	heard := time.Now()
	for {
		response, err := options.Lookup(ctx, taskID)
		if err != nil {
			return nil, err
		}
		left := time.Until(patience)
		if response.Status != orq.ResponseInProgress || left <= 0 {
			return response, nil
		}
		if time.Since(heard) >= options.Heartbeat {
			if err := send(sink, Progress{Message: "still working"}); err != nil {
				return nil, err
			}
			heard = time.Now()
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
