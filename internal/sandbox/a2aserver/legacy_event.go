package a2aserver

import (
	"strings"
	"time"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// legacyTask is a task of A2A 0.3.
type legacyTask struct {
	Kind      string           `json:"kind"`
	ID        string           `json:"id"`
	ContextID string           `json:"contextId"`
	Status    legacyStatus     `json:"status"`
	Artifacts []legacyArtifact `json:"artifacts,omitzero"`
	History   []orq.Message    `json:"history"`
	Metadata  map[string]any   `json:"metadata,omitzero"`
}

type legacyStatus struct {
	State     string       `json:"state"`
	Timestamp *time.Time   `json:"timestamp,omitzero"`
	Message   *orq.Message `json:"message,omitzero"`
}

type legacyArtifact struct {
	ID    string     `json:"artifactId"`
	Name  string     `json:"name,omitzero"`
	Parts []orq.Part `json:"parts"`
}

// legacyUpdate is a status-update or an artifact-update of A2A 0.3.
type legacyUpdate struct {
	Kind      string          `json:"kind"`
	TaskID    string          `json:"taskId"`
	ContextID string          `json:"contextId"`
	Status    *legacyStatus   `json:"status,omitzero"`
	Final     *bool           `json:"final,omitzero"`
	Artifact  *legacyArtifact `json:"artifact,omitzero"`
	Append    bool            `json:"append,omitzero"`
	LastChunk bool            `json:"lastChunk,omitzero"`
}

// toLegacyEvent converts an event to A2A 0.3; nil stays nil.
func toLegacyEvent(event spec.Event) any {
	switch e := event.(type) {
	case *spec.Task:
		return toLegacyTask(e)
	case *spec.TaskStatusUpdateEvent:
		status := toLegacyStatus(e.Status)
		final := e.Status.State.Terminal() || e.Status.State == spec.TaskStateInputRequired || e.Status.State == spec.TaskStateAuthRequired
		return legacyUpdate{Kind: "status-update", TaskID: string(e.TaskID), ContextID: e.ContextID, Status: &status, Final: &final}
	case *spec.TaskArtifactUpdateEvent:
		artifact := toLegacyArtifact(e.Artifact)
		return legacyUpdate{
			Kind: "artifact-update", TaskID: string(e.TaskID), ContextID: e.ContextID,
			Artifact: &artifact, Append: e.Append, LastChunk: e.LastChunk,
		}
	}
	return nil
}

func toLegacyTask(from *spec.Task) legacyTask {
	task := legacyTask{
		Kind: "task", ID: string(from.ID), ContextID: from.ContextID, Status: toLegacyStatus(from.Status), Metadata: from.Metadata,
		History: make([]orq.Message, len(from.History)),
	}
	for i, message := range from.History {
		task.History[i] = fromMessage(message)
	}
	for _, artifact := range from.Artifacts {
		task.Artifacts = append(task.Artifacts, toLegacyArtifact(artifact))
	}
	return task
}

func toLegacyStatus(from spec.TaskStatus) legacyStatus {
	status := legacyStatus{Timestamp: from.Timestamp}
	status.State = strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(string(from.State), "TASK_STATE_"), "_", "-"))
	if from.Message != nil {
		message := fromMessage(from.Message)
		status.Message = &message
	}
	return status
}

func toLegacyArtifact(from *spec.Artifact) legacyArtifact {
	return legacyArtifact{string(from.ID), from.Name, fromParts(from.Parts)}
}
