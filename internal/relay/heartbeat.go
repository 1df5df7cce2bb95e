package relay

import (
	"cmp"
	"context"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/idle"
)

// defaultHeartbeat is the interval of a heartbeat that is not configured.
const defaultHeartbeat = 15 * time.Second

// stillWorking is the progress that a heartbeat sends.
var stillWorking = Progress{Message: "still working"}

// Heartbeat sends "still working" to sink once per interval, 15 s when it is 0, until stop is called. A nil sink is
// allowed. The returned context is canceled with the sink's error when the sink fails, and by stop.
func Heartbeat(ctx context.Context, sink Sink, interval time.Duration) (beating context.Context, stop func()) {
	if sink == nil {
		return ctx, func() {}
	}
	beating, cancel := context.WithCancelCause(ctx)
	beat := startHeartbeat(sink, interval, cancel)
	return beating, func() {
		beat.Stop()
		cancel(nil)
	}
}

// heartbeat reports to a sink that the call is alive while it gets no other progress.
type heartbeat struct {
	*idle.Timer
	err error
}

// startHeartbeat starts a heartbeat, which calls cancel with the sink's error when the sink fails.
func startHeartbeat(sink Sink, interval time.Duration, cancel context.CancelCauseFunc) *heartbeat {
	h := &heartbeat{}
	h.Timer = idle.NewTimer(cmp.Or(interval, defaultHeartbeat), func() bool {
		if h.err = send(sink, stillWorking); h.err != nil {
			cancel(h.err)
		}
		return h.err == nil
	})
	return h
}

// failure stops the heartbeat and returns the sink's error, if it failed.
func (h *heartbeat) failure() error {
	h.Stop()
	return h.err
}
