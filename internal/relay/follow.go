package relay

// Follow works in two phases. The first reads the stream on the caller's goroutine, one event at a time: apply updates
// the run and returns the event's progress, and Sink.Send has taken it before the next event is read. So order needs no
// lock, the relay queues nothing, and a slow reader slows the stream down. The second phase, finish, turns what the
// stream left behind into the outcome.
//
//	+--------+  event  +-----------+  progress  +------+
//	| stream |-------->| run.apply |----------->| Sink |<--- heartbeat: "still working, 45 s, tool X"
//	+--------+         +-----------+            +------+
//	    | end or error       | state, text, tools
//	    v                    v
//	+------------------------------+  end unknown  +------------+
//	|            finish            |-------------->| recoverRun |---> polls options.Lookup
//	+------------------------------+               +------------+
//	    | Outcome                                      | Outcome or *CutOffError
//	    v                                              v
//
// The first phase ends early when the stream's context is canceled; the cause is then the stream's error:
//
//	heartbeat   no event for options.Heartbeat, and the sink failed
//	watchStall  no event for options.Stall, and a lookup found that the task has ended
//	endAt       options.Limit has passed
//	patience    options.Patience has passed, and the task is known: the run goes on, and the outcome states so
//	the caller  its own context ended
//
// Heartbeat and watchStall run on timers that each event resets. All they read of the run is the task's id and its activity,
// both atomic, and both have stopped when the first phase ends. recoverRun has a heartbeat of its own.
//
// A stream ended well when an event stated how the run ended or paused, or that a person has to decide, and no error
// followed. When such a stream breaks off, when the service times a stream out, and when the reason for the end is not
// known, the task is looked up once: waiting would reveal no more. What was received is the outcome, with a remark, unless
// the lookup shows that the task has ended. Any other end, also that after an error of the stream itself, is looked up with
// options.Lookup until the task ends or options.MaxWait has passed, except a refusal to start the run, which is returned as
// it is. When the lookup fails, too, the result is a *CutOffError with all that was received.

import (
	"context"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Follow opens the stream of one run, sends each event as progress to sink, in order, and returns the outcome. A nil
// sink is allowed. A stream that breaks off is recovered through options.Lookup. The stream is closed when Follow returns.
//
// The outcome is never nil.
//
// Errors: the refusal to start the run, a *CutOffError, the sink's error, or the context's cause.
func Follow(ctx context.Context, open func(context.Context) orq.Events, sink Sink, options *Options) (*Outcome, error) {
	options = options.withDefaults()
	started := time.Now()
	r := &run{Outcome: Outcome{AgentKey: options.AgentKey, State: StateWorking}, textLimit: options.TextLimit, onTask: options.OnTask, tools: map[string]*openTool{}}
	streamErr, sinkErr := r.relay(ctx, open, sink, options)
	if sinkErr != nil {
		return &Outcome{}, sinkErr
	}
	options.MaxWait = options.recoveryWait()
	err := r.finish(ctx, streamErr, sink, options)
	r.DurationMS = time.Since(started).Milliseconds()
	r.truncate(options.TextLimit)
	return &r.Outcome, err
}

// relay passes events to the sink until the stream ends or the sink fails.
func (r *run) relay(ctx context.Context, open func(context.Context) orq.Events, sink Sink, options *Options) (streamErr, sinkErr error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer endAt(options.Limit, cancel)()
	defer r.watchPatience(cancel, options)()
	var doing activity
	beat := startHeartbeat(sink, options, doing.now, cancel)
	defer beat.Stop()
	stalled := r.watchStall(ctx, cancel, options)
	defer stalled.Stop()
	for event, err := range open(ctx) {
		if err != nil {
			return err, beat.failure()
		}
		stalled.Reset()
		if _, ok := event.Data.(*orq.Unreadable); ok {
			r.unreadable++
			continue // the caller gets no progress, so that the heartbeat goes on
		}
		progress := r.apply(event)
		if progress.Text == "" {
			doing.note(r, event)
		}
		if err := send(sink, progress); err != nil {
			return nil, err
		}
		beat.Reset()
	}
	return nil, beat.failure()
}

// endAt cancels the stream after limit, which then counts as broken off. The returned function lifts the bound.
func endAt(limit time.Duration, cancel context.CancelCauseFunc) (lift func() bool) {
	if limit == 0 {
		return func() bool { return false }
	}
	return time.AfterFunc(limit, func() { cancel(fmt.Errorf("%w: nothing ended it within %.0f s", orq.ErrCutOff, limit.Seconds())) }).Stop
}
