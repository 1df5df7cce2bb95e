package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/retry"
)

// Await polls a task until it has ended or paused and returns its outcome. When options.MaxWait passes first, the
// outcome's State is StateWorking. A status that is not known ends the polling at once: the outcome names it. The sink gets heartbeats while Await waits; nil is allowed.
//
// Errors: the lookup's, the sink's, or the context's cause.
func Await(ctx context.Context, taskID string, sink Sink, options *Options) (*Outcome, error) {
	options = options.withDefaults()
	started := time.Now()
	response, err := await(ctx, taskID, sink, options)
	if err != nil {
		return nil, err
	}
	outcome := &Outcome{TaskID: cmp.Or(response.TaskID, taskID), AgentKey: options.AgentKey}
	outcome.fill(response)
	outcome.DurationMS = time.Since(started).Milliseconds()
	outcome.OutputText, outcome.Offset = TextFrom(outcome.OutputText, options.TextOffset)
	outcome.truncate(options.TextLimit)
	return outcome, nil
}

// await polls a task until it has ended or paused or options.MaxWait has passed, and returns the last response.
func await(ctx context.Context, taskID string, sink Sink, options *Options) (*orq.AgentResponse, error) {
	var state activity
	ctx, stop := keepBeating(ctx, sink, options, state.now)
	defer stop()
	deadline := time.Now().Add(options.MaxWait)
	firstTimeout := lookupTimeout
	if options.MaxWait > 0 {
		firstTimeout = max(options.MaxWait, minLookupTimeout)
	}
	response, err := lookUp(ctx, taskID, firstTimeout, options)
	for err == nil && response.Running() && time.Until(deadline) > 0 {
		state.set(strings.ReplaceAll(response.Status, "_", " "))
		if err := retry.Sleep(ctx, min(options.Poll, time.Until(deadline))); err != nil {
			return nil, err
		}
		last := response
		response, err = lookUp(ctx, taskID, max(time.Until(deadline), minLookupTimeout), options)
		if errors.Is(err, errLookupTimeout) {
			return last, nil
		}
	}
	return response, err
}

const (
	// lookupTimeout bounds a single lookup.
	lookupTimeout = 5 * time.Second
	// minLookupTimeout is how long a lookup may take even when the wait is nearly over.
	minLookupTimeout = 2 * time.Second
)

// errLookupTimeout is a lookup that was not answered in time.
var errLookupTimeout = errors.New("no answer")

// lookUp calls options.Lookup once, for at most timeout.
func lookUp(ctx context.Context, taskID string, timeout time.Duration, options *Options) (*orq.AgentResponse, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("%w within %.0f s", errLookupTimeout, timeout.Seconds()))
	defer cancel()
	return options.Lookup(ctx, taskID)
}
