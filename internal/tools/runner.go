package tools

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// Modes of a run.
const (
	modeAuto       = "auto"
	modeStream     = "stream"
	modeBackground = "background"
)

// runner starts one run, streamed or not; the two run tools differ only in that.
type runner struct {
	key string
	// makes reports that the run makes its agent.
	makes  bool
	stream func(context.Context) orq.Events
	start  func(context.Context) (*orq.Task, error)
}

// run starts the agent in the way the mode asks for and returns how far it came.
func (r runner) run(ctx context.Context, c *Call, in invocation) (runOutcome, error) {
	outcome, err := r.follow(ctx, c, in)
	if err != nil {
		return runOutcome{}, &subjectError{key: r.key, taskID: cmp.Or(in.TaskID, outcome.TaskID), made: r.makes, err: err}
	}
	return newRunOutcome(outcome), nil
}

func (r runner) follow(ctx context.Context, c *Call, in invocation) (relay.Outcome, error) {
	options := c.relayOptions(r.key)
	if c.Progress != nil {
		if err := c.Progress.Send(relay.Progress{Message: in.describe(r.key)}); err != nil {
			return relay.Outcome{}, err
		}
	}
	if in.Mode == modeStream || in.Mode != modeBackground && c.Progress != nil {
		options.MaxWait = recoveryPatience
		options.Limit = in.streamTimeout() + streamGrace
		return relay.Follow(ctx, r.stream, c.Progress, options)
	}
	return r.background(ctx, c, in, options)
}

// background starts the run without a stream, and in mode auto waits for its end.
func (r runner) background(ctx context.Context, c *Call, in invocation, options relay.Options) (relay.Outcome, error) {
	started := time.Now()
	wait := in.wait()
	task, err := r.begin(ctx, c, max(wait, leastPatience))
	if err != nil {
		return relay.Outcome{}, err
	}
	outcome := relay.FromTask(r.key, task)
	if in.Mode == modeBackground && outcome.State == relay.StateWorking {
		return outcome, nil
	}
	if options.MaxWait = wait - time.Since(started); options.MaxWait <= 0 {
		return outcome, nil
	}
	awaited, err := relay.Await(ctx, task.ID, c.Progress, options)
	if err != nil && ctx.Err() == nil {
		// The run goes on all the same: its task must not be lost with one failed look.
		outcome.Error = "its outcome could not be looked up: " + c.hide(err.Error())
		outcome.DurationMS = time.Since(started).Milliseconds()
		return outcome, nil
	}
	return awaited, err
}

// begin starts the run; the progress does not fall silent meanwhile.
func (r runner) begin(ctx context.Context, c *Call, patience time.Duration) (*orq.Task, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("no answer within %.0f s", patience.Seconds()))
	defer cancel()
	ctx, stop := relay.Heartbeat(ctx, c.Progress, 0)
	defer stop()
	return r.start(ctx)
}

const (
	// leastPatience is how long a run may take to start, however short the caller's own patience.
	leastPatience = 20 * time.Second
	// recoveryPatience is how long a run is looked up after its stream broke off.
	recoveryPatience = 30 * time.Second
	// streamGrace is how much longer than its timeout a stream may take to say that it timed out.
	streamGrace = time.Minute
)

func (c *Call) relayOptions(key string) relay.Options {
	return relay.Options{
		AgentKey:  key,
		TextLimit: c.TextLimit,
		Stall:     c.StallTimeout,
		Lookup: func(ctx context.Context, taskID string) (*orq.AgentResponse, error) {
			return c.Orq.GetAgentResponse(ctx, key, taskID)
		},
	}
}
