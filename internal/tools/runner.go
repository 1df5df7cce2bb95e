package tools

import (
	"context"
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
	key    string
	stream func(context.Context) orq.Events
	start  func(context.Context) (*orq.Task, error)
}

// run starts the agent in the way the mode asks for and returns how far it came.
func (r runner) run(ctx context.Context, c *Call, in invocation) (runOutcome, error) {
	outcome, err := r.follow(ctx, c, in)
	if err != nil {
		return runOutcome{}, about(r.key, in.TaskID, err)
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
		options.Patience = recoveryPatience
		return relay.Follow(ctx, r.stream, c.Progress, options)
	}
	started := time.Now()
	task, err := r.start(ctx)
	if err != nil {
		return relay.Outcome{}, err
	}
	outcome := relay.FromTask(r.key, task)
	if in.Mode == modeBackground && outcome.State == relay.StateWorking {
		return outcome, nil
	}
	options.Patience = time.Duration(in.wait())*time.Second - time.Since(started)
	awaited, err := relay.Await(ctx, task.ID, c.Progress, options)
	if err != nil && ctx.Err() == nil {
		// The run goes on all the same: its task must not be lost with one failed look.
		outcome.Error = "its outcome could not be looked up: " + err.Error()
		return outcome, nil
	}
	return awaited, err
}

// recoveryPatience is how long a run is looked up after its stream broke off.
const recoveryPatience = 30 * time.Second

func (c *Call) relayOptions(key string) relay.Options {
	return relay.Options{
		AgentKey:  key,
		TextLimit: c.TextLimit,
		Lookup: func(ctx context.Context, taskID string) (*orq.AgentResponse, error) {
			return c.Orq.GetAgentResponse(ctx, key, taskID)
		},
	}
}
