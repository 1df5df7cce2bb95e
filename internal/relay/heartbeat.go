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
	if every == 0 {
		every = defaultHeartbeat
	}
	beating, cancel := context.WithCancelCause(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				if err := sink.Send(stillWorking); err != nil {
					cancel(err)
					return
				}
			case <-beating.Done():
				return
			}
		}
	}()
	return beating, func() {
		cancel(nil)
		<-stopped
	}
}
