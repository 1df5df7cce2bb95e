package sandbox

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// claim makes r the only run of the task, and one that Close waits for.
func (s *Sandbox) claim(task string, r *run) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs == nil {
		return &apierror.Error{Status: http.StatusServiceUnavailable, Message: errClosed.Error()}
	}
	if s.runs[task] != nil {
		return stillActive(task)
	}
	r.id = task
	s.runs[task] = r
	s.wg.Add(1)
	return nil
}

// mayContinue refuses a task that a run of the agent cannot continue, before the run changes the agent. No task is a new one.
func (s *Sandbox) mayContinue(key, task string) error {
	if task == "" {
		return nil
	}
	t, err := s.store.Task(task)
	switch {
	case err != nil && !errors.Is(err, store.ErrNoTask):
		return err
	case err != nil || !s.belongs(t, key):
		return noTask(task)
	case t.Active():
		return stillActive(task)
	}
	return nil
}

func stillActive(task string) error {
	return apierror.Conflict("task_id: the task %s is still active; wait until it is inactive", task)
}

func noTask(task string) error {
	return &apierror.Error{Status: http.StatusNotFound, Message: fmt.Sprintf("task_id: the agent has no task %q", truncate.Runes(task, 60))}
}

func (s *Sandbox) release(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.runs, r.id)
}

// cancelRuns ends the runs of an agent that was deleted.
func (s *Sandbox) cancelRuns(agentID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.runs {
		if r.agent.ID == agentID {
			r.cancel(errAgentDeleted)
		}
	}
}
