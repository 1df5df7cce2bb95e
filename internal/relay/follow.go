package relay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/idle"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Progress is one step of a run, as told to the caller.
type Progress struct {
	// Message is a line for a person, or new text of the agent.
	Message string
	// Text reports that Message is text of the agent, which may be told together with the text that follows it.
	Text bool
	// Event is what it tells of; nil when it tells of the relay's own doing.
	Event *orq.Event
}

// Sink takes the progress of one call. It must be safe for concurrent use.
type Sink interface {
	// Send tells of one step, in order. What has an Event may be kept back until the stream has to wait for more; the rest
	// is told at once. It blocks while the reader is far behind; an error means that nobody reads any more.
	Send(Progress) error
}

// Lookup asks the service where a task stands.
type Lookup func(ctx context.Context, taskID string) (*orq.AgentResponse, error)

// Options configure Follow and Await.
type Options struct {
	// AgentKey is the agent as the caller named it.
	AgentKey string
	// Lookup finds the outcome of a run whose stream broke off.
	Lookup Lookup
	// Heartbeat is how long the sink may stay silent; 15 s when 0.
	Heartbeat time.Duration
	// TextLimit bounds Outcome.OutputText, in bytes; 60,000 when 0.
	TextLimit int
	// TextOffset is where Outcome.OutputText begins that Await returns, in bytes of the whole text.
	TextOffset int
	// Stall is how long the stream may bring no event before the task is looked up; 60 s when 0.
	Stall time.Duration
	// Poll is the pause between two lookups; 1 s when 0.
	Poll time.Duration
	// Limit ends a stream that nothing else has ended; 0 is none.
	Limit time.Duration
	// Patience is how long Follow waits for a run whose stream broke off, and Await for any run; 0 is a single lookup.
	Patience time.Duration
}

func (o Options) withDefaults() Options {
	if o.Heartbeat == 0 {
		o.Heartbeat = defaultHeartbeat
	}
	if o.Stall == 0 {
		o.Stall = time.Minute
	}
	if o.TextLimit == 0 {
		o.TextLimit = 60_000
	}
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	return o
}

// CutOffError is a stream that broke off, with no way to learn how the run went on.
type CutOffError struct {
	// Outcome holds all that was received.
	Outcome Outcome
	// Cause is what happened to the stream, and to the attempt to look the run up.
	Cause error
}

// Error says what happened.
func (e *CutOffError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *CutOffError) Unwrap() error { return e.Cause }

// Follow opens the stream of one run, sends each event as progress to sink, in order, and returns the outcome. A nil
// sink is told nothing. A stream that breaks off is recovered through options.Lookup. Errors: the refusal to start the
// run, a *CutOffError, the sink's error, or the context's cause. The stream is closed when Follow returns.
func Follow(ctx context.Context, open func(context.Context) orq.Events, sink Sink, options Options) (Outcome, error) {
	options = options.withDefaults()
	started := time.Now()
	r := &run{Outcome: Outcome{AgentKey: options.AgentKey, State: StateWorking}, textLimit: options.TextLimit, tools: map[string]*openTool{}}
	streamErr, sinkErr := r.relay(ctx, open, sink, options)
	if sinkErr != nil {
		return Outcome{}, sinkErr
	}
	outcome, err := r.conclude(ctx, streamErr, sink, options)
	outcome.DurationMS = time.Since(started).Milliseconds()
	outcome.cut(options.TextLimit)
	return outcome, err
}

// relay passes events to the sink until the stream ends or the sink fails.
func (r *run) relay(ctx context.Context, open func(context.Context) orq.Events, sink Sink, options Options) (streamErr, sinkErr error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer endAt(options.Limit, cancel)()
	beat := startHeartbeat(sink, options.Heartbeat, cancel)
	defer beat.Stop()
	stalled := r.watchStall(ctx, cancel, options)
	defer stalled.Stop()
	for event, err := range open(ctx) {
		if err != nil {
			return err, beat.failure()
		}
		if err := send(sink, r.absorb(&event)); err != nil {
			return nil, err
		}
		beat.Reset()
		stalled.Reset()
	}
	return nil, beat.failure()
}

// watchStall looks the task up whenever the stream brings nothing for a while: a connection can be dead without a sign.
// It cancels when the task has ended and the stream has not said so.
func (r *run) watchStall(ctx context.Context, cancel context.CancelCauseFunc, options Options) *idle.Timer {
	return idle.NewTimer(options.Stall, func() (works bool) {
		defer func() {
			if !works { // a panic ends the stream, too
				cancel(fmt.Errorf("%w: it fell silent, though the task has ended", orq.ErrCutOff))
			}
		}()
		return r.mayWork(ctx, options)
	})
}

// mayWork reports whether the task goes on, as far as can be known.
func (r *run) mayWork(ctx context.Context, options Options) bool {
	taskID := r.started.Load()
	if taskID == nil || options.Lookup == nil {
		return true
	}
	response, err := look(ctx, *taskID, lookGrace, options)
	return err != nil || response.Status == orq.ResponseInProgress
}

// endAt bounds the stream's life; a stream that outlives it was cut off. The returned function lifts the bound.
func endAt(limit time.Duration, cancel context.CancelCauseFunc) (lift func() bool) {
	if limit == 0 {
		return func() bool { return false }
	}
	return time.AfterFunc(limit, func() { cancel(fmt.Errorf("%w: nothing ended it within %v", orq.ErrCutOff, limit)) }).Stop
}

func send(sink Sink, progress Progress) error {
	if sink == nil {
		return nil
	}
	return sink.Send(progress)
}

// conclude turns what the stream left behind into an outcome.
func (r *run) conclude(ctx context.Context, streamErr error, sink Sink, options Options) (Outcome, error) {
	if r.OutputText == "" {
		r.OutputText = r.text.String()
	}
	switch {
	case ctx.Err() != nil:
		return r.Outcome, context.Cause(ctx)
	case r.ended && !r.timedOut && streamErr == nil:
		return r.Outcome, nil
	case streamErr == nil && !r.timedOut:
		streamErr = fmt.Errorf("%w: it closed without saying how the run ended", orq.ErrCutOff)
	case r.Events == 0 && !errors.Is(streamErr, orq.ErrCutOff):
		return r.Outcome, streamErr
	}
	return r.recover(ctx, streamErr, sink, options)
}

// recover looks up a run whose stream did not tell its end.
func (r *run) recover(ctx context.Context, streamErr error, sink Sink, options Options) (Outcome, error) {
	if r.TaskID == "" || options.Lookup == nil {
		return r.lost(streamErr, options.TextLimit)
	}
	if err := send(sink, Progress{Message: "the stream broke off: looking up the outcome of task " + r.TaskID}); err != nil {
		return Outcome{}, err
	}
	response, err := await(ctx, r.TaskID, sink, options)
	if ctx.Err() != nil {
		return r.Outcome, context.Cause(ctx)
	}
	if err != nil {
		return r.lost(errors.Join(streamErr, err), options.TextLimit)
	}
	r.fill(response)
	return r.Outcome, nil
}

// lost ends a run that could not be looked up.
func (r *run) lost(cause error, textLimit int) (Outcome, error) {
	if r.timedOut {
		// The service itself said why there is no more.
		return r.Outcome, nil
	}
	r.cut(textLimit)
	return r.Outcome, &CutOffError{r.Outcome, cause}
}
