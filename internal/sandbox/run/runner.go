package run

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Deps are what runs need of their workspace.
type Deps struct {
	Store   *store.Store
	Engines Engines
	Log     *slog.Logger
	Now     func() time.Time
	// Pace is the pause before each event.
	Pace time.Duration
}

// Runner starts runs and knows those that are active. It is safe for concurrent use.
type Runner struct {
	deps Deps

	ctx  context.Context // ended by Close; parent of every run's
	stop context.CancelCauseFunc
	wg   sync.WaitGroup // one for each run
	mu   sync.Mutex
	// active runs by task id; nil when closed.
	active map[string]*Handle
	// unsaved are the tasks whose last end could not be saved, by id. The stored ones would seem to be running.
	unsaved map[string]store.Task
}

// NewRunner returns a runner, which must be closed.
func NewRunner(deps Deps) *Runner {
	runner := &Runner{deps: deps, active: map[string]*Handle{}, unsaved: map[string]store.Task{}}
	runner.ctx, runner.stop = context.WithCancelCause(context.Background())
	return runner
}

// Close fails the active runs and waits for their goroutines. Runs that are started later are refused.
func (runner *Runner) Close() {
	runner.mu.Lock()
	runner.active = nil
	runner.mu.Unlock()
	runner.stop(errClosed)
	runner.wg.Wait()
}

// maxActive bounds the runs that are active at once: they go on when their clients leave, so that nothing else bounds them.
const maxActive = 20_000

// register records h as the task's active run, for which Close waits. It fails with a conflict if there is one already, and
// while maxActive runs are active.
func (runner *Runner) register(h *Handle) error {
	runner.mu.Lock()
	defer runner.mu.Unlock()
	if runner.active == nil {
		return &apierror.Error{Status: http.StatusServiceUnavailable, Message: errClosed.Error()}
	}
	if runner.active[h.TaskID] != nil {
		return stillActive(h.TaskID)
	}
	if len(runner.active) >= maxActive {
		return &apierror.Error{Status: http.StatusTooManyRequests, Message: fmt.Sprintf("%d runs are active; wait until some have ended", len(runner.active))}
	}
	runner.active[h.TaskID] = h
	runner.wg.Add(1)
	return nil
}

func (runner *Runner) unregister(h *Handle) {
	runner.mu.Lock()
	defer runner.mu.Unlock()
	delete(runner.active, h.TaskID)
}

// keepUnsaved keeps the task of an ended run that could not be saved; nil if it was saved.
func (runner *Runner) keepUnsaved(id string, unsaved *store.Task) {
	runner.mu.Lock()
	defer runner.mu.Unlock()
	if unsaved == nil {
		delete(runner.unsaved, id)
	} else {
		runner.unsaved[id] = *unsaved
	}
}

// task returns a task as it ended, or store.ErrNoTask.
func (runner *Runner) task(id string) (*store.Task, error) {
	runner.mu.Lock()
	unsaved, kept := runner.unsaved[id]
	runner.mu.Unlock()
	if kept {
		return &unsaved, nil
	}
	return runner.deps.Store.Task(id)
}

// CancelAgent ends the runs of an agent that was deleted.
func (runner *Runner) CancelAgent(agentID string) {
	runner.mu.Lock()
	defer runner.mu.Unlock()
	for _, h := range runner.active {
		if h.run.Agent.ID == agentID {
			h.cancel(errAgentDeleted)
		}
	}
}

// CheckContinue refuses a task that the agent with this key cannot continue. An empty id is a new task.
func (runner *Runner) CheckContinue(key, taskID string) error {
	if taskID == "" {
		return nil
	}
	t, err := runner.Task(key, taskID)
	switch {
	case errors.Is(err, store.ErrNoTask):
		return noTask(taskID)
	case err != nil:
		return err
	case t.Active():
		return stillActive(taskID)
	}
	return nil
}

// Task returns a task of the agent with this key or id, which may be deleted by now; store.ErrNoTask for any other.
func (runner *Runner) Task(ref, taskID string) (*store.Task, error) {
	t, err := runner.task(taskID)
	if err != nil {
		return nil, err
	}
	name, _, _ := strings.Cut(ref, "@")
	if name == t.AgentID || name == t.AgentKey || runner.deps.Store.ID(name) == t.AgentID {
		return t, nil
	}
	return nil, store.ErrNoTask
}

// resume returns the task that a run of the agent continues.
func (runner *Runner) resume(agent orq.Agent, taskID string) (*store.Task, error) {
	t, err := runner.task(taskID)
	if errors.Is(err, store.ErrNoTask) || err == nil && t.AgentID != agent.ID {
		return nil, noTask(taskID)
	}
	return t, err
}

func stillActive(taskID string) error {
	return apierror.Conflict("task_id: the task %s is still active; wait until it is inactive", taskID)
}

func noTask(taskID string) error {
	return &apierror.Error{Status: http.StatusNotFound, Message: fmt.Sprintf("task_id: the agent has no task %q", truncate.Runes(taskID, 60))}
}
