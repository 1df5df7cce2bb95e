package store

import (
	"encoding/json"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Task returns the task with this id, or ErrNoTask.
func (s *Store) Task(id string) (*Task, error) { return read[Task](s.kv, bucketTasks, id, ErrNoTask) }

// LastOf returns the task of an agent that ended last in a context, or ErrNoTask.
func (s *Store) LastOf(agentID, contextID string) (*Task, error) {
	id, err := s.kv.get(bucketContexts, contextKey(agentID, contextID))
	if err != nil {
		return nil, fmt.Errorf("read context %s: %w", contextID, err)
	}
	if id == nil {
		return nil, ErrNoTask
	}
	return s.Task(string(id))
}

func contextKey(agentID, contextID string) string { return agentID + "/" + contextID }

// SaveTask stores the task. An active task is marked as running, so that a crash is noticed; one that has ended becomes the
// last of its context.
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
	if t.Unstored {
		if !t.Active() {
			value = nil
		}
		return []change{{bucketTasks, t.ID, value}, running}, nil
	}
	changes := []change{{bucketTasks, t.ID, value}, running}
	if t.Ended() {
		changes = append(changes, change{bucketContexts, contextKey(t.AgentID, t.ContextID), []byte(t.ID)})
	}
	if t.Turn.Record == nil {
		return changes, nil
	}
	if value, err = json.Marshal(t.LastTurn()); err != nil {
		return nil, fmt.Errorf("encode response %s: %w", t.Turn.ResponseID, err)
	}
	return append(changes, change{bucketResponses, t.Turn.ResponseID, value}), nil
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
