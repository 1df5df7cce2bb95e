package run

import (
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// TaskOf returns the task as the run operations answer it.
func TaskOf(t *store.Task, withMessages bool) orq.Task {
	wire := orq.Task{
		ID: t.ID, ContextID: t.ContextID, Kind: "task",
		Status:   orq.TaskStatus{State: t.State, Timestamp: t.Updated},
		Metadata: map[string]any{"workspace_id": store.WorkspaceID(), "trace_id": t.TraceID},
	}
	if t.Reason != "" {
		message := t.NewMessage(t.Turn.ResponseID, orq.RoleAgent, orq.Part{Kind: orq.KindError, Error: t.Reason})
		wire.Status.Message = &message
	}
	if withMessages {
		wire.Messages = t.Messages
	}
	return wire
}

// ResponseOf returns the task as GET /v2/agents/{agent_key}/responses/{task_id} answers it: the output of the last turn.
func ResponseOf(t *store.Task) orq.AgentResponse {
	response := orq.AgentResponse{
		ID: t.Turn.ResponseID, TaskID: t.ID, CreatedAt: t.Turn.Began, Model: t.Turn.Model, Output: []orq.Message{},
		Usage: t.Turn.Usage, FinishReason: t.Turn.Finish, PendingToolCalls: t.Pending,
		Telemetry: &orq.Telemetry{TraceID: t.TraceID, SpanID: t.Turn.SpanID},
		Error:     t.Reason,
	}
	switch {
	case t.Active():
		response.Status = orq.ResponseInProgress
	case t.State == orq.TaskCompleted || t.State == orq.TaskInputRequired || t.State == orq.TaskAuthRequired:
		response.Status = orq.ResponseCompleted
	default:
		response.Status = orq.ResponseFailed
	}
	for _, message := range t.Messages[t.Turn.Start:] {
		if message.Role == orq.RoleAgent {
			response.Output = append(response.Output, message)
		}
	}
	return response
}
