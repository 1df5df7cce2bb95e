package relay

import (
	"cmp"
	"context"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/idle"
)

// defaultHeartbeat is how long a sink may stay silent unless told otherwise.
const defaultHeartbeat = 15 * time.Second

// stillWorking is what a heartbeat says.
var stillWorking = Progress{Message: "still working"}

// Heartbeat tells sink every so often that the call is alive, until stop is called; 15 s when every is 0. A nil sink is
// told nothing. The returned context ends with the sink's error when the sink fails, and with stop.
func Heartbeat(ctx context.Context, sink Sink, every time.Duration) (beating context.Context, stop func()) {
	if sink == nil {
		return ctx, func() {}
	}
	beating, cancel := context.WithCancelCause(ctx)
	beat := startHeartbeat(sink, every, cancel)
	return beating, func() {
		beat.Stop()
		cancel(nil)
	}
}

// heartbeat tells a sink that the call is alive while it hears of nothing else.
type heartbeat struct {
	*idle.Timer
	err error
}

// startHeartbeat cancels with the sink's error when the sink fails.
func startHeartbeat(sink Sink, every time.Duration, cancel context.CancelCauseFunc) *heartbeat {
	h := &heartbeat{}
	h.Timer = idle.NewTimer(cmp.Or(every, defaultHeartbeat), func() bool {
		if h.err = send(sink, stillWorking); h.err != nil {
			cancel(h.err)
		}
		return h.err == nil
	})
	return h
}

// failure is the sink's error, if a heartbeat met one. It ends the heartbeat.
func (h *heartbeat) failure() error {
	h.Stop()
	return h.err
}
