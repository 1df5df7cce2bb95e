package sandbox

import "net/http"

// claim makes r the only run of the task, and one that Close waits for.
func (s *Sandbox) claim(task string, r *run) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs == nil {
		return &fault{Status: http.StatusServiceUnavailable, Message: errClosed.Error()}
	}
	if s.runs[task] != nil {
		return conflict("task_id: the task %s is still active; wait until it is inactive", task)
	}
	r.id = task
	s.runs[task] = r
	s.wg.Add(1)
	return nil
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
