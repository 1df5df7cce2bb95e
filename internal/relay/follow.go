package relay

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Progress is one step of a run, as told to the caller.
type Progress struct {
	// Message is a line for a person, or new text of the agent.
	Message string
	// Event is what it tells of; nil when it tells of the relay's own doing.
	Event *orq.Event
}

// Sink takes the progress of one call. Send blocks while its reader is behind; an error means that nobody reads any
// more. It must be safe for concurrent use.
type Sink interface {
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

// item is an event, the error that ends a stream, or the panic that ended its reading.
type item struct {
	event orq.Event
	err   error
	panic string
}

// readAhead is how many events may be received before a slow sink makes the stream wait.
const readAhead = 32

// relay passes events to the sink until the stream ends or the sink fails.
func (r *run) relay(ctx context.Context, open func(context.Context) orq.Events, sink Sink, options Options) (streamErr, sinkErr error) {
	ctx, cancel := limited(ctx, options.Limit)
	items := make(chan item, readAhead)
	go func() {
		defer close(items)
		read(ctx, open(ctx), items)
	}()
	defer func() {
		cancel()
		for range items { // The stream is closed when the channel is.
		}
	}()
	silence := time.NewTimer(options.Heartbeat)
	defer silence.Stop()
	for {
		select {
		case next, open := <-items:
			if !open {
				return context.Cause(ctx), nil
			}
			if next.panic != "" {
				// The caller recovers its own goroutine only.
				panic(next.panic)
			}
			if next.err != nil {
				return next.err, nil
			}
			line := r.absorb(next.event)
			if err := send(sink, Progress{line, &next.event}); err != nil {
				return nil, err
			}
			silence.Reset(options.Heartbeat)
		case <-silence.C:
			if err := send(sink, stillWorking); err != nil {
				return nil, err
			}
			silence.Reset(options.Heartbeat)
		case <-ctx.Done():
			return context.Cause(ctx), nil
		}
	}
}

// limited bounds the stream's life; a stream that outlives it was cut off.
func limited(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w: nothing ended it within %v", orq.ErrCutOff, limit))
}

// read passes the events on until they end or ctx does. A panic is passed on as well: it must not end the process.
func read(ctx context.Context, events orq.Events, items chan<- item) {
	pass := func(next item) bool {
		select {
		case items <- next:
			return true
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if reason := recover(); reason != nil {
			pass(item{panic: fmt.Sprintf("%v\n%s", reason, debug.Stack())})
		}
	}()
	for event, err := range events {
		if !pass(item{event: event, err: err}) {
			return
		}
	}
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
