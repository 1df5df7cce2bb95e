package run

import (
	"context"
	"encoding/json"
	"io"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Engine plays agents: it decides what they answer and which tools they call. Its state of a task is in Task.Engine, which
// no one else reads. An engine may also be a Refuser, a Receiver, a Responder or an io.Closer.
type Engine interface {
	// Turn answers the input of r. It returns without an error when the agent has answered, or waits for its caller.
	Turn(ctx context.Context, r *Run) (Answer, error)
}

// Answer is the end of a turn. Its zero value completes the task with the output of the run as the last message.
type Answer struct {
	// Message closes the turn, and is in the task already. Nil: the output of the run becomes a message.
	Message *orq.Message
	// FinishReason is why the agent stopped; orq.FinishStop when empty.
	FinishReason string
	// State is that of the task; orq.TaskCompleted when empty.
	State string
}

// Refuser is an Engine that answers some requests with an error before anything is started.
type Refuser interface {
	Refuse(message string) error
}

// Receiver is an Engine that changes its state of a task when a message is accepted, before the turn.
type Receiver interface {
	// Receive is called with a message that is the last of t, and with the results in it.
	Receive(t *store.Task, message orq.Message, results []ToolResult) error
}

// Responder is an Engine that answers another agent at once, without a turn.
type Responder interface {
	Respond(member *Run) string
}

// ToolResult is a caller's result of a pending tool call.
type ToolResult struct {
	Call   orq.PendingToolCall
	Result json.RawMessage
}

// Engines are those of one sandbox.
type Engines struct {
	// Local plays the agents of the workspace.
	Local Engine
	// Remote calls the A2A agents that were registered.
	Remote Engine
}

// For returns the engine that plays an agent.
func (e Engines) For(agent orq.Agent) Engine {
	if agent.Type == orq.TypeA2A {
		return e.Remote
	}
	return e.Local
}

// Refusal is the error with which an engine refuses a message; nil when it takes it.
func Refusal(e Engine, message orq.Message) error {
	if refuser, ok := e.(Refuser); ok {
		return refuser.Refuse(TextOf(message))
	}
	return nil
}

// Close closes the connections of the engines.
func (e Engines) Close() {
	for _, engine := range []Engine{e.Local, e.Remote} {
		if closer, ok := engine.(io.Closer); ok {
			_ = closer.Close()
		}
	}
}
