package relay

import (
	"context"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/idle"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// watchStall looks the task up whenever the stream brings no event for options.Stall: a connection can be dead without a
// sign. It cancels when the task has ended, though no event has reported the end.
func (r *run) watchStall(ctx context.Context, cancel context.CancelCauseFunc, options *Options) *idle.Timer {
	return idle.NewTimer(options.Stall, func() (works bool) {
		defer func() {
			if !works { // a panic ends the stream, too
				cancel(fmt.Errorf("%w: it fell silent, though the task has ended", orq.ErrCutOff))
			}
		}()
		return r.mayBeWorking(ctx, options)
	})
}

// mayBeWorking reports whether the task goes on, as far as can be known.
func (r *run) mayBeWorking(ctx context.Context, options *Options) bool {
	taskID := r.startedTask.Load()
	if taskID == nil || options.Lookup == nil {
		return true
	}
	response, err := lookUp(ctx, *taskID, lookupTimeout, options)
	return err != nil || !response.Ended()
}
