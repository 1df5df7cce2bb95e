package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Task is a conversation with an agent: one or more turns, each a run.
type Task struct {
	ID         string `json:"id"`
	ContextID  string `json:"context_id"`
	ResponseID string `json:"response_id"` // of the last turn
	Responding string `json:"responding"`  // since when
	TraceID    string `json:"trace_id"`
	SpanID     string `json:"span_id"`
	AgentID    string `json:"agent_id"`
	AgentKey   string `json:"agent_key"`
	Model      string `json:"model"`
	Created    string `json:"created"`
	Updated    string `json:"updated"`

	State   string                `json:"state"`
	Reason  string                `json:"reason,omitzero"` // why it failed or was canceled
	Finish  string                `json:"finish,omitzero"`
	Usage   *orq.Usage            `json:"usage,omitzero"`
	Pending []orq.PendingToolCall `json:"pending,omitzero"`

	Engine    string           `json:"engine,omitzero"` // of templates; empty: the agent's
	Variables map[string]any   `json:"variables,omitempty"`
	Remote    a2a.Conversation `json:"remote,omitzero"` // of an A2A agent

	Messages []orq.Message `json:"messages"`
	Turn     int           `json:"turn"` // where the last turn begins in Messages
	Work     Work          `json:"work"`
}

// Work is what a user message asks for; it survives a pause.
type Work struct {
	Text   string    `json:"text"` // the message without its commands
	Steps  []Command `json:"steps,omitzero"`
	Notes  []string  `json:"notes,omitzero"` // what the answer will report
	Reject bool      `json:"reject,omitzero"`
}

// Active reports whether a run works on the task.
func (t *Task) Active() bool { return t.State == orq.TaskSubmitted || t.State == orq.TaskWorking }

// Wire is the task as the run operations answer it.
func (t *Task) Wire(withMessages bool) orq.Task {
	wire := orq.Task{
		ID: t.ID, ContextID: t.ContextID, Kind: "task",
		Status:   orq.TaskStatus{State: t.State, Timestamp: t.Updated},
		Metadata: map[string]any{"workspace_id": WorkspaceID(), "trace_id": t.TraceID},
	}
	if t.Reason != "" {
		message := t.NewMessage(t.ResponseID, orq.RoleAgent, orq.Part{Kind: orq.KindError, Error: t.Reason})
		wire.Status.Message = &message
	}
	if withMessages {
		wire.Messages = t.Messages
	}
	return wire
}

// Response is the task as GET .../responses/{task_id} answers it: the output of the last turn.
func (t *Task) Response() orq.AgentResponse {
	response := orq.AgentResponse{
		ID: t.ResponseID, TaskID: t.ID, CreatedAt: cmp.Or(t.Responding, t.Created), Model: t.Model, Output: []orq.Message{},
		Usage: t.Usage, FinishReason: t.Finish, PendingToolCalls: t.Pending,
		Telemetry: &orq.Telemetry{TraceID: t.TraceID, SpanID: t.SpanID},
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
	for _, message := range t.Messages[t.Turn:] {
		if message.Role == orq.RoleAgent {
			response.Output = append(response.Output, message)
		}
	}
	return response
}

// NewMessage returns a message of the task.
func (t *Task) NewMessage(id, role string, parts ...orq.Part) orq.Message {
	return orq.Message{
		Kind: "message", MessageID: id, Role: role, Parts: parts, TaskID: t.ID, ContextID: t.ContextID,
	}
}

// Task returns the task with this id, or ErrNoTask.
func (s *Store) Task(id string) (*Task, error) { return read[Task](s.kv, bucketTasks, id, ErrNoTask) }

// SaveTask stores the task. An active task is marked as running, so that a crash is noticed.
func (s *Store) SaveTask(t *Task) error {
	changes, err := putTask(t)
	if err != nil {
		return err
	}
	if err := s.kv.write(changes...); err != nil {
		return fmt.Errorf("save task %s: %w", t.ID, err)
	}
	return nil
}

func putTask(t *Task) ([]change, error) {
	value, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode task %s: %w", t.ID, err)
	}
	running := change{bucketRunning, t.ID, nil}
	if t.Active() {
		running.value = []byte{1}
	}
	return []change{{bucketTasks, t.ID, value}, running}, nil
}

// failInterrupted fails the tasks that were running when the process ended.
func (s *Store) failInterrupted() error {
	var ids []string
	err := s.kv.each(bucketRunning, func(id string, _ []byte) error {
		ids = append(ids, id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read running tasks: %w", err)
	}
	var changes []change
	for _, id := range ids {
		t, err := s.Task(id)
		if err != nil {
			return err
		}
		t.State, t.Reason, t.Updated = orq.TaskFailed, "the sandbox stopped while the task was running", s.Timestamp()
		more, err := putTask(t)
		if err != nil {
			return err
		}
		changes = append(changes, more...)
	}
	if len(changes) == 0 {
		return nil
	}
	if err := s.kv.write(changes...); err != nil {
		return fmt.Errorf("save %d interrupted tasks: %w", len(ids), err)
	}
	return nil
}

// Command is one command of a user's message.
type Command struct {
	Name string         `json:"name"`          // without the slash
	Text string         `json:"text,omitzero"` // of fail; the tool of tool
	Args map[string]any `json:"args,omitzero"` // of tool
	N    int            `json:"n,omitzero"`    // of count and error
	Wait time.Duration  `json:"wait,omitzero"` // of slow and review
}
