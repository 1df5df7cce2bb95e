package sandbox

import (
	"context"
	"iter"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// agentClient speaks to an A2A agent in the version of the protocol that it knows. A refusal by the agent is a *refusal.
type agentClient interface {
	// send sends a message and returns what it came to at once.
	send(ctx context.Context, message orq.Message) (remoteEvent, error)
	// stream sends a message and yields what comes of it, until the agent ends the stream.
	stream(ctx context.Context, message orq.Message) iter.Seq2[remoteEvent, error]
	// look returns where a task stands, with all that came of it.
	look(ctx context.Context, taskID string) (remoteEvent, error)
	// cancel asks for the end of a task.
	cancel(ctx context.Context, taskID string) error
}

// remoteEvent is news of an agent's task, whatever the version of the protocol. Parts and the states of tasks are those
// of A2A 0.3, which the Agents API has, too.
type remoteEvent struct {
	taskID, contextID string
	history           []orq.Message // of the task, as far as the agent tells it
	artifacts         []remoteArtifact
	state             string      // empty: as before
	says              orq.Message // what came with the state; without parts: nothing
}

// remoteArtifact is a result of an agent's task.
type remoteArtifact struct {
	id    string
	parts []orq.Part
	more  bool // parts continue what came before; otherwise they are the whole
}

// refusal is an error with which an agent answers.
type refusal struct {
	message string
	unknown bool // it does not know the method that was called
}

func (e *refusal) Error() string { return e.message }
