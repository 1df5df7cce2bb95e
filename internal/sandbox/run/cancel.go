package run

import (
	"context"
	"errors"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// ErrEnded is returned for a task that has ended already.
var ErrEnded = errors.New("the task has ended")

// Cancel cancels a task that a run works on, or that waits for its caller, and returns it as it ended, which the run may
// have done by itself before. Errors: ErrEnded, store.ErrNoTask, a conflict with a run that starts at the same time, and
// the cause of ctx.
func (runner *Runner) Cancel(ctx context.Context, taskID string) (*store.Task, error) {
	runner.mu.Lock()
	h := runner.active[taskID]
	runner.mu.Unlock()
	if h == nil {
		return runner.cancelWaiting(taskID)
	}
	h.cancel(errClientLeft)
	if t := h.Wait(ctx); t != nil {
		return t, nil
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return nil, store.ErrNoTask // another Cancel found none
}

// cancelWaiting cancels a task that waits for its caller. Meanwhile no run of it can start.
func (runner *Runner) cancelWaiting(taskID string) (*store.Task, error) {
	h := &Handle{TaskID: taskID, run: &Run{}, cancel: func(error) {}, ended: make(chan struct{})}
	if err := runner.register(h); err != nil {
		return nil, err
	}
	defer runner.wg.Done()
	defer close(h.ended)
	defer runner.unregister(h)
	t, err := runner.deps.Store.Task(taskID)
	if err != nil {
		return nil, err
	}
	h.run.Task = t
	if t.Ended() {
		return nil, ErrEnded
	}
	t.State, t.Reason, t.Pending, t.Updated = orq.TaskCanceled, errClientLeft.Error(), nil, runner.deps.Store.Timestamp()
	return t, runner.deps.Store.SaveTask(t)
}
