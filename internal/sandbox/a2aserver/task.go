package a2aserver

import (
	"slices"
	"strings"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// artifactName is the name of the artifact that holds an agent's answer. Its id is that of the turn's response.
const artifactName = "answer"

// taskOf returns a task as A2A has it. The agent's answer is an artifact, its question the message of the status, and all
// other messages of the conversation are the history, of which no more than the last are kept if history is set.
func taskOf(t *store.Task, history *int) *spec.Task {
	task := &spec.Task{
		ID: spec.TaskID(t.ID), ContextID: t.ContextID, Status: statusOf(t), Metadata: map[string]any{"trace_id": t.TraceID},
	}
	messages, last := t.Messages, lastAnswer(t)
	switch {
	case last < 0 || t.Active():
	case t.State == orq.TaskCompleted:
		if parts := toParts(messages[last].Parts); len(parts) > 0 {
			task.Artifacts = []*spec.Artifact{newArtifact(t.Turn.ResponseID, parts)}
		}
		messages = slices.Delete(slices.Clone(messages), last, last+1)
	case !t.Ended():
		messages = slices.Delete(slices.Clone(messages), last, last+1)
	}
	task.History = historyOf(messages)
	if history != nil && *history >= 0 && *history < len(task.History) {
		task.History = task.History[len(task.History)-*history:]
	}
	return task
}

// acceptedTask returns a task as it is when its turn begins.
func acceptedTask(accepted orq.Task, before []orq.Message, input orq.Message) *spec.Task {
	input.TaskID, input.ContextID = accepted.ID, accepted.ContextID
	return &spec.Task{
		ID: spec.TaskID(accepted.ID), ContextID: accepted.ContextID, Metadata: map[string]any{"trace_id": accepted.Metadata["trace_id"]},
		Status:  spec.TaskStatus{State: spec.TaskStateSubmitted, Timestamp: timeOf(accepted.Status.Timestamp)},
		History: historyOf(append(slices.Clone(before), input)),
	}
}

func newArtifact(id string, parts spec.ContentParts) *spec.Artifact {
	return &spec.Artifact{ID: spec.ArtifactID(id), Name: artifactName, Parts: parts}
}

// lastAnswer returns the index of the agent's last message in the last turn, or -1.
func lastAnswer(t *store.Task) int {
	for i := len(t.Messages) - 1; i >= t.Turn.Start; i-- {
		if t.Messages[i].Role == orq.RoleAgent {
			return i
		}
	}
	return -1
}

// historyOf returns the messages of the user and the agent.
func historyOf(messages []orq.Message) []*spec.Message {
	history := []*spec.Message{}
	for _, message := range messages {
		if message.Role == orq.RoleTool {
			continue
		}
		if converted := toMessage(message); len(converted.Parts) > 0 {
			history = append(history, converted)
		}
	}
	return history
}

// statusOf returns the state of a task, with the agent's question or the reason of a failure.
func statusOf(t *store.Task) spec.TaskStatus {
	status := spec.TaskStatus{State: stateOf(t), Timestamp: timeOf(t.Updated)}
	switch last := lastAnswer(t); {
	case t.Active() || t.State == orq.TaskCompleted:
	case t.Ended() && t.Reason != "":
		status.Message = toMessage(t.NewMessage(t.Turn.ResponseID, orq.RoleAgent, orq.TextPart(t.Reason)))
	case !t.Ended() && last >= 0:
		status.Message = question(t, t.Messages[last])
	}
	return status
}

// stateOf names the state of a task. The sandbox has no state for a turn that has begun.
func stateOf(t *store.Task) spec.TaskState {
	if t.Active() {
		return spec.TaskStateWorking
	}
	return spec.TaskState("TASK_STATE_" + strings.ToUpper(strings.ReplaceAll(t.State, "-", "_")))
}

// question is the message with which an agent waits: its own, and the tool calls whose results it needs.
func question(t *store.Task, message orq.Message) *spec.Message {
	asked := toMessage(message)
	if len(t.Pending) == 0 {
		return asked
	}
	if len(asked.Parts) == 0 {
		asked.Parts = append(asked.Parts, spec.NewTextPart(waitText(t.Pending)))
	}
	calls := []any{}
	for _, part := range message.Parts {
		if part.Kind == orq.KindToolCall && isPending(t, part.ToolCallID) {
			calls = append(calls, map[string]any{"tool_call_id": part.ToolCallID, "name": part.ToolName, "arguments": part.Arguments})
		}
	}
	asked.Parts = append(asked.Parts, spec.NewDataPart(map[string]any{"tool_calls": calls}))
	return asked
}

func isPending(t *store.Task, callID string) bool {
	return slices.ContainsFunc(t.Pending, func(p orq.PendingToolCall) bool { return p.ID == callID })
}
