package model

import (
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// owner names the engine in the state of a task.
const owner = "model"

// memory is what the messages of a task have for the models that wrote them, by message id: their reasoning and signatures,
// which belong to no message of the Agents API. It is the state of the engine in the task, and is stored with it.
type memory struct {
	Messages map[string]chat.Returned `json:"messages,omitempty"`
}

func (m memory) of(message orq.Message) *chat.Returned {
	if returned, ok := m.Messages[message.MessageID]; ok {
		return &returned
	}
	return nil
}

// remember keeps what an answer has for its model. Reasoning in plain text is kept only of a turn with tool calls: there
// models go on with it, and some refuse a request without; in other turns servers leave it out, and one has refused it.
func (t *turn) remember(message orq.Message, done *chat.Completion, calls []call) error {
	returned := chat.Returned{Model: done.Model, Fields: done.Fields, Calls: map[string]chat.CallFields{}}
	for i, c := range calls {
		if fields := done.Calls[i].Fields; !fields.IsZero() {
			returned.Calls[c.ID] = fields
		}
	}
	if len(calls) == 0 && !hasCalls(t.Task.Messages) {
		returned.Fields = returned.Fields.WithoutReasoning()
	}
	if returned.Fields.IsZero() && len(returned.Calls) == 0 {
		return nil
	}
	if t.memory.Messages == nil {
		t.memory.Messages = map[string]chat.Returned{}
	}
	t.memory.Messages[message.MessageID] = returned
	return t.Task.Engine.Save(owner, t.memory)
}

// hasCalls reports whether the agent has called tools since the last question of the user.
func hasCalls(messages []orq.Message) bool {
	for _, message := range slices.Backward(messages) {
		if message.Role == orq.RoleUser && !run.HasResults(message) {
			return false
		}
		if slices.ContainsFunc(message.Parts, func(p orq.Part) bool { return p.Kind == orq.KindToolCall }) {
			return true
		}
	}
	return false
}
