package store

import (
	"encoding/json"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Task is a conversation with an agent: one or more turns, each a run.
type Task struct {
	ID        string `json:"id"`
	ContextID string `json:"context_id"`
	TraceID   string `json:"trace_id"`
	AgentID   string `json:"agent_id"`
	AgentKey  string `json:"agent_key"`
	Created   string `json:"created"`
	Updated   string `json:"updated"`

	State string `json:"state"`
	// Reason is why the task failed or was canceled.
	Reason string `json:"reason,omitzero"`
	// Pending are the tool calls that the caller is asked to answer.
	Pending   []orq.PendingToolCall `json:"pending,omitzero"`
	Templates Templates             `json:"templates,omitzero"`
	Messages  []orq.Message         `json:"messages"`
	Turn      Turn                  `json:"turn"`
	Engine    EngineState           `json:"engine,omitzero"`
	// Unstored tasks are gone when their turn ends.
	Unstored bool `json:"unstored,omitzero"`
}

// Turn is the last turn of a task.
type Turn struct {
	// Start is where the turn begins in the messages.
	Start      int    `json:"start"`
	ResponseID string `json:"response_id"`
	SpanID     string `json:"span_id"`
	Model      string `json:"model"`
	// Began is when the turn was accepted.
	Began  string     `json:"began"`
	Finish string     `json:"finish,omitzero"`
	Usage  *orq.Usage `json:"usage,omitzero"`
	// Record is what the API that started the turn keeps of it. With one, the turn is also a Response.
	Record json.RawMessage `json:"record,omitzero"`
}

// Templates is what the caller gave for the agent's templates.
type Templates struct {
	// Engine that fills them in; empty: the agent's.
	Engine    string         `json:"engine,omitzero"`
	Variables map[string]any `json:"variables,omitempty"`
}

// EngineState is what the engine of a task keeps between turns. Only that engine reads it.
type EngineState struct {
	// Owner is the name of the engine; empty: there is no state.
	Owner string          `json:"owner"`
	Data  json.RawMessage `json:"data"`
}

// Load decodes the state that the named engine has kept into state. It reports false, and changes nothing, when there is
// none.
func (e EngineState) Load(owner string, state any) (bool, error) {
	if e.Owner != owner {
		return false, nil
	}
	if err := json.Unmarshal(e.Data, state); err != nil {
		return false, fmt.Errorf("decode the state of engine %s: %w", owner, err)
	}
	return true, nil
}

// Save replaces the state by that of the named engine.
func (e *EngineState) Save(owner string, state any) error {
	encoded, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("encode the state of engine %s: %w", owner, err)
	}
	*e = EngineState{owner, encoded}
	return nil
}

// Active reports whether a run works on the task.
func (t *Task) Active() bool { return t.State == orq.TaskSubmitted || t.State == orq.TaskWorking }

// Ended reports whether the task has come to an end: it does not wait for its caller.
func (t *Task) Ended() bool {
	switch t.State {
	case orq.TaskCompleted, orq.TaskFailed, orq.TaskCanceled, orq.TaskRejected:
		return true
	}
	return false
}

// NewMessage returns a message of the task.
func (t *Task) NewMessage(id, role string, parts ...orq.Part) orq.Message {
	return orq.Message{
		Kind: "message", MessageID: id, Role: role, Parts: parts, TaskID: t.ID, ContextID: t.ContextID,
	}
}
