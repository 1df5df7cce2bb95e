package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// Values of the mode argument. The default, auto, streams if the caller asked for progress, and otherwise waits for the end of the
// run for a limited time.
const (
	modeStream     = "stream"
	modeBackground = "background"
)

// runner runs an agent for invoke_agent and run_agent, which differ only in how a run is started.
type runner struct {
	key string
	// creates reports that the run creates its agent.
	creates bool
	// blocks are the building blocks that the run names.
	blocks []blockName
	// stream starts the run and returns its events.
	stream func(context.Context) orq.Events
	// start starts the run without waiting for it.
	start func(context.Context) (*orq.Task, error)
}

// run starts the agent in the requested mode and returns the state that the run has reached.
func (r *runner) run(ctx context.Context, c *Call, in *invocation) (runOutcome, error) {
	started := c.Runs.start(c.Caller, r.key)
	if in.TaskID != "" {
		started.named(in.TaskID)
	}
	outcome, err := r.follow(ctx, c, in, started)
	if err != nil {
		if outcome.TaskID == "" && isRefusal(err) {
			started.refused()
		}
		return runOutcome{}, &subjectError{key: r.key, taskID: cmp.Or(in.TaskID, outcome.TaskID), creates: r.creates, blocks: r.blocks, err: err}
	}
	return newRunOutcome(c, outcome), nil
}

// isRefusal reports whether err means that the run was not started.
func isRefusal(err error) bool {
	api, ok := errors.AsType[*orq.APIError](err)
	return ok && api.Status < http.StatusInternalServerError || errors.Is(err, orq.ErrNotSent) || errors.Is(err, orq.ErrNoKey)
}

// follow starts the run, streamed or in the background, and returns its outcome so far, which is never nil. The id of its task is
// passed to started as soon as it is known.
func (r *runner) follow(ctx context.Context, c *Call, in *invocation, started *recentRun) (*relay.Outcome, error) {
	options := c.relayOptions(r.key)
	if c.Progress != nil {
		if err := c.Progress.Send(relay.Progress{Message: in.describe(r.key)}); err != nil {
			return &relay.Outcome{}, err
		}
	}
	if in.Mode == modeStream || in.Mode != modeBackground && c.Progress != nil {
		options.MaxWait = recoveryTimeout
		options.Limit = in.streamTimeout() + streamGrace
		options.OnTask = started.named
		options.Patience = c.StreamPatience
		return relay.Follow(ctx, r.stream, c.Progress, options)
	}
	return r.background(ctx, c, in, options, started)
}

// background starts the run without a stream. In mode auto it waits for the end of the run. The outcome is never nil.
func (r *runner) background(ctx context.Context, c *Call, in *invocation, options *relay.Options, run *recentRun) (*relay.Outcome, error) {
	started := time.Now()
	wait := in.wait()
	task, err := r.startWithHeartbeat(ctx, c, max(wait, minStartTimeout))
	if err != nil {
		return &relay.Outcome{}, err
	}
	run.named(task.ID)
	outcome := relay.FromTask(r.key, task)
	if in.Mode == modeBackground && (outcome.State == relay.StateWorking || outcome.MayGoOn) {
		return outcome, nil
	}
	if options.MaxWait = wait - time.Since(started); options.MaxWait <= 0 {
		return outcome, nil
	}
	awaited, err := relay.Await(ctx, task.ID, c.Progress, options)
	switch {
	case err != nil && ctx.Err() != nil:
		return outcome, err
	case err != nil: // the run continues, so the caller gets its task although the lookup failed
		outcome.Error = "its outcome could not be looked up: " + c.redactArgs(err.Error())
		outcome.DurationMS = time.Since(started).Milliseconds()
		return outcome, nil
	}
	return awaited, nil
}

// startWithHeartbeat starts the run within timeout, and keeps sending progress until the service answers.
func (r *runner) startWithHeartbeat(ctx context.Context, c *Call, timeout time.Duration) (*orq.Task, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no answer within %.0f s", timeout.Seconds()))
	defer cancel()
	ctx, stop := relay.Heartbeat(ctx, c.Progress)
	defer stop()
	return r.start(ctx)
}

const (
	// minStartTimeout is how long a run may take to start, even if the caller waits for less.
	minStartTimeout = 20 * time.Second
	// recoveryTimeout is how long the outcome of a run is polled for after its stream broke off.
	recoveryTimeout = 30 * time.Second
	// streamGrace is added to the stream timeout, within which the service has to report that the stream timed out.
	streamGrace = time.Minute
)

// relayOptions returns the options to follow a run of the agent with that key.
func (c *Call) relayOptions(key string) *relay.Options {
	return &relay.Options{
		AgentKey:  key,
		TextLimit: c.TextLimit,
		Stall:     c.StallTimeout,
		Lookup: func(ctx context.Context, taskID string) (*orq.AgentResponse, error) {
			return c.Orq.GetAgentResponse(ctx, key, taskID)
		},
	}
}
