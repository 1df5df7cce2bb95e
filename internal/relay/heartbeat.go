package relay

import (
	"context"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/idle"
)

// defaultHeartbeat is the interval of a heartbeat that is not configured.
const defaultHeartbeat = 15 * time.Second

// Heartbeat sends progress such as "still working, 45 s" to sink, every 15 s since now, until stop is called. A nil sink is
// allowed. The returned context is canceled with the sink's error when the sink fails, and by stop.
func Heartbeat(ctx context.Context, sink Sink) (beating context.Context, stop func()) {
	return keepBeating(ctx, sink, (&Options{}).withDefaults(), func() string { return "" })
}

// keepBeating is Heartbeat with the interval of options, for a call that does what doing returns.
func keepBeating(ctx context.Context, sink Sink, options *Options, doing func() string) (beating context.Context, stop func()) {
	if sink == nil {
		return ctx, func() {}
	}
	beating, cancel := context.WithCancelCause(ctx)
	beat := startHeartbeat(sink, options, doing, cancel)
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

// startHeartbeat starts a heartbeat, which calls cancel with the sink's error when the sink fails. doing returns what the call
// does at the moment, or ""; it is called on the timer's goroutine, once for each line.
func startHeartbeat(sink Sink, options *Options, doing func() string, cancel context.CancelCauseFunc) *heartbeat {
	h := &heartbeat{}
	h.Timer = idle.NewTimer(options.Heartbeat, func() bool {
		if h.err = send(sink, Progress{Message: stillWorking(time.Since(options.began), doing())}); h.err != nil {
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
