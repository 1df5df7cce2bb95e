package a2a

import (
	"context"
	"iter"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Client is a connection to one agent. Explain describes its errors.
type Client struct {
	protocol        protocol
	streams         bool   // the card offers streaming
	address         string // without credentials
	headers         map[string]string
	headersWithheld bool // the headers belong to another origin and are not sent
}

// protocol is one version of A2A. An error that the agent returns is a *Refusal.
type protocol interface {
	// Send sends a message and returns the state of its task at that time (message/send, not blocking).
	Send(ctx context.Context, message orq.Message) (Event, error)
	// Stream sends a message and yields the events of its task until the agent ends the stream (message/stream).
	Stream(ctx context.Context, message orq.Message) iter.Seq2[Event, error]
	// Task returns a snapshot of a task (tasks/get).
	Task(ctx context.Context, id string) (Event, error)
	// Cancel asks the agent to cancel a task (tasks/cancel).
	Cancel(ctx context.Context, id string) error
}

// Event is an update of an agent's task, in the terms of every version of A2A.
type Event struct {
	TaskID, ContextID string
	// Snapshot reports that this is the whole task in its current state, and not a change of it.
	Snapshot bool
	// History is that of the task, as far as the agent returns it.
	History   []orq.Message
	Artifacts []Artifact
	// State is one of the states of orq.TaskStatus. An agent that answers with a message and no task has completed. Empty:
	// unchanged.
	State string
	// StateTime is when State began, as the agent wrote it.
	StateTime string
	// Message came with the state; it has no parts when there was none.
	Message orq.Message
	// Final reports that the agent ends the stream with this event.
	Final bool
}

// Artifact is a result of a task, or a piece of one.
type Artifact struct {
	ID string
	// Parts are merged: no text follows another.
	Parts []orq.Part
	// Append reports that Parts continue those received before; otherwise they replace them.
	Append bool
}

// Refusal is an error that an agent returns.
type Refusal struct {
	Message string
	// UnknownMethod reports that the agent does not implement the method, so that it has started nothing.
	UnknownMethod bool
}

func (e *Refusal) Error() string { return e.Message }
