package a2a

import (
	"context"
	"iter"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Client is a connection to one agent. Its errors are described by Why.
type Client struct {
	speaks   protocol
	streams  bool   // as its card says
	address  string // without credentials
	headers  map[string]string
	withheld bool // the headers belong to another place and are not sent
}

// protocol is what a client does, in the version of A2A that an agent speaks. A refusal by the agent is a *Refusal.
type protocol interface {
	// Send sends a message and returns what it came to at once (message/send, not blocking).
	Send(ctx context.Context, message orq.Message) (Event, error)
	// Stream sends a message and yields what comes of it, until the agent ends the stream (message/stream).
	Stream(ctx context.Context, message orq.Message) iter.Seq2[Event, error]
	// Task returns where a task stands, with all that came of it (tasks/get).
	Task(ctx context.Context, id string) (Event, error)
	// Cancel asks for the end of a task (tasks/cancel).
	Cancel(ctx context.Context, id string) error
}

// Event is news of an agent's task.
type Event struct {
	TaskID, ContextID string
	// Snapshot says that this is the whole task as it stands, and not a change of it.
	Snapshot bool
	// History is that of the task, as far as the agent tells it.
	History   []orq.Message
	Artifacts []Artifact
	// State is one of the states of orq.TaskStatus. An agent that answers with a message and no task has completed. Empty:
	// as before.
	State string
	// At is when State began, as the agent wrote it.
	At string
	// Says is what came with the state; without parts, nothing did.
	Says orq.Message
	// Final says that the agent ends the stream with this event.
	Final bool
}

// Artifact is a result of a task, or a piece of one.
type Artifact struct {
	ID string
	// Parts hold no two texts in a row.
	Parts []orq.Part
	// More says that Parts continue what came before; otherwise they are the whole.
	More bool
}

// Refusal is an error with which an agent answers.
type Refusal struct {
	Message string
	// UnknownMethod says that the agent does not know what it was asked for, so that nothing was begun.
	UnknownMethod bool
}

func (e *Refusal) Error() string { return e.Message }
