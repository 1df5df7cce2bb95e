package relay

import (
	"context"
	"time"
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
	ctx, beat := startHeartbeat(ctx, sink, every)
	return ctx, beat.stop
}

// heartbeat tells a sink that the call is alive while it hears of nothing else.
type heartbeat struct {
	*silence
	cancel context.CancelCauseFunc
	err    error
}

// startHeartbeat returns a context that ends with the sink's error when the sink fails, and with stop.
func startHeartbeat(ctx context.Context, sink Sink, every time.Duration) (context.Context, *heartbeat) {
	if every == 0 {
		every = defaultHeartbeat
	}
	ctx, cancel := context.WithCancelCause(ctx)
	h := &heartbeat{cancel: cancel}
	h.silence = onSilence(every, func() bool {
		if h.err = send(sink, stillWorking); h.err != nil {
			cancel(h.err)
		}
		return h.err == nil
	})
	return ctx, h
}

// stop returns when no heartbeat comes any more.
func (h *heartbeat) stop() {
	h.silence.stop()
	h.cancel(nil)
}

// failure is the sink's error, if a heartbeat met one. It ends the heartbeat.
func (h *heartbeat) failure() error {
	h.stop()
	return h.err
}
