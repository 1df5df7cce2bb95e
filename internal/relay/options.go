package relay

import (
	"context"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// DefaultTextLimit is the default limit of a result's text, in bytes.
const DefaultTextLimit = 60_000

// Lookup returns the current state of a task, as the service knows it.
type Lookup func(ctx context.Context, taskID string) (*orq.AgentResponse, error)

// Options configure Follow and Await.
type Options struct {
	// AgentKey is the agent's key as the caller gave it.
	AgentKey string
	// Lookup finds the outcome of a run whose stream broke off. Follow works without it; Await requires it.
	Lookup Lookup
	// OnTask, if not nil, is called by Follow with the id of the run's task as soon as an event has it, and again when it changes.
	OnTask func(taskID string)
	// Heartbeat is how long the sink may go without progress before it gets a heartbeat; 15 s when 0.
	Heartbeat time.Duration
	// TextLimit bounds Outcome.OutputText, in bytes; DefaultTextLimit when 0, no bound when negative.
	TextLimit int
	// TextOffset is where the Outcome.OutputText that Await returns begins, in bytes of the whole text.
	TextOffset int
	// Stall is how long the stream may go without an event before the task is looked up; 60 s when 0.
	Stall time.Duration
	// Poll is the pause between two lookups; 1 s when 0.
	Poll time.Duration
	// Limit bounds the life of the stream, which is then treated as broken off; no bound when 0.
	Limit time.Duration
	// Patience bounds how long Follow follows a stream that has named its task: the outcome is then StateWorking,
	// and the run goes on. It bounds MaxWait, too. No bound when 0.
	Patience time.Duration
	// MaxWait is how long Follow waits for a run whose stream broke off, and Await for any run; 0 is a single lookup.
	MaxWait time.Duration

	// began is when the call began, from which its heartbeats and its patience count.
	began time.Time
}

// withDefaults returns a copy without zero fields that have a default, for a call that begins now.
func (o *Options) withDefaults() *Options {
	with := *o
	with.began = time.Now()
	if with.Heartbeat == 0 {
		with.Heartbeat = defaultHeartbeat
	}
	if with.Stall == 0 {
		with.Stall = time.Minute
	}
	if with.TextLimit == 0 {
		with.TextLimit = DefaultTextLimit
	}
	if with.Poll == 0 {
		with.Poll = time.Second
	}
	return &with
}
