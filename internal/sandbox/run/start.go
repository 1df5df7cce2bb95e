package run

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const defaultStreamTimeout = 30 * time.Minute

// Start starts a run of the agent in a goroutine of its own, which outlives ctx: that only bounds the preparation of the run.
// Its errors are *apierror.Error, or those of the store.
func (runner *Runner) Start(ctx context.Context, rec *store.Record, in orq.Invocation, listen Listen) (*Handle, error) {
	return runner.StartTurn(ctx, rec, in, listen, Terms{})
}

// StartTurn is Start with terms.
func (runner *Runner) StartTurn(ctx context.Context, rec *store.Record, in orq.Invocation, listen Listen, terms Terms) (*Handle, error) { //nolint:contextcheck // a run outlives the request that starts it
	if err := CheckMemory(rec.Agent, in.Memory); err != nil {
		return nil, err
	}
	r := newRun(&runner.deps, rec)
	r.memory, r.first, r.started, r.stream = in.Memory, in.TaskID == "", runner.deps.Now(), newStream(listen)
	r.recorder, r.caller.hops = terms.Recorder, terms.Hops
	h := &Handle{TaskID: terms.taskID(in, runner.deps.Store), run: r, ended: make(chan struct{})}
	runCtx := runner.limit(h, in, listen)
	if err := runner.register(h); err != nil {
		h.cancel(err)
		return nil, terms.conflict(err)
	}
	if err := runner.prepare(ctx, h, in, terms); err != nil {
		runner.unregister(h)
		h.cancel(err)
		runner.wg.Done()
		return nil, err
	}
	go func() {
		defer runner.wg.Done()
		defer h.cancel(nil)
		defer close(h.ended)
		runner.keepUnsaved(h.TaskID, h.execute(runCtx))
		runner.unregister(h)
	}()
	return h, nil
}

// limit returns a context that is bounded by the runner's life, the agent's time and the stream's.
func (runner *Runner) limit(h *Handle, in orq.Invocation, listen Listen) context.Context {
	ctx, cancel := context.WithCancelCause(runner.ctx)
	ctx, stopRun := h.run.withMaxTime(ctx)
	h.liftStreamLimit = func() bool { return false }
	if listen != ListenNone {
		timeout := defaultStreamTimeout
		if in.StreamTimeoutSeconds != nil {
			timeout = time.Duration(*in.StreamTimeoutSeconds) * time.Second
		}
		h.liftStreamLimit = time.AfterFunc(timeout, func() { cancel(errStreamTimeout) }).Stop
	}
	h.cancel = func(cause error) {
		cancel(cause)
		stopRun()
		h.liftStreamLimit()
	}
	return ctx
}

// prepare creates or continues the task, adds the message to it and stores it.
func (runner *Runner) prepare(ctx context.Context, h *Handle, in orq.Invocation, terms Terms) (err error) {
	r, s := h.run, runner.deps.Store
	if s.ID(r.Agent.ID) == "" {
		return apierror.NoAgent(r.Agent.Key)
	}
	if !r.first {
		r.Task, err = runner.resume(r.Agent, in.TaskID)
	} else {
		r.Task, err = runner.newTask(r.Agent, terms)
	}
	if err != nil {
		return err
	}
	if last := r.Task.Turn.ResponseID; terms.After != "" && (last != terms.After || r.Task.Active()) {
		return hasGoneOn(terms.After)
	}
	r.Task.ID, r.Task.Unstored = h.TaskID, terms.Unstored
	if err := r.fillPrompt(ctx, in); err != nil {
		return err
	}
	if err := r.receive(in.Message); err != nil {
		return err
	}
	t := r.Task
	t.Updated = s.Timestamp()
	t.Turn = store.Turn{
		Start: t.Turn.Start, ResponseID: cmp.Or(terms.ResponseID, s.NewID()), SpanID: store.RandomHex(8),
		Model: r.Agent.Model.ID, Began: t.Updated,
	}
	t.State, t.Reason = orq.TaskSubmitted, ""
	if r.recorder != nil {
		if t.Turn.Record, err = r.recorder.Record(); err != nil {
			return err
		}
	}
	h.Accepted, h.Response, h.Begun = TaskOf(t, false), ResponseOf(t), t.LastTurn()
	return s.SaveTask(t)
}

// fillPrompt fills in the agent's templates. A task keeps the variables and the template engine that it was given: a caller
// that answers a tool call need not send them again.
func (r *Run) fillPrompt(ctx context.Context, in orq.Invocation) (err error) {
	t := &r.Task.Templates
	t.Engine, t.Variables = cmp.Or(in.Engine, t.Engine), merged(t.Variables, in.Variables)
	r.Prompt, err = newPrompt(ctx, r.Agent, cmp.Or(t.Engine, r.Agent.Engine), merged(r.Agent.Variables, t.Variables))
	return err
}

// merged holds the entries of both maps; those of over win.
func merged(under, over map[string]any) map[string]any {
	all := make(map[string]any, len(under)+len(over))
	maps.Copy(all, under)
	maps.Copy(all, over)
	return all
}

// receive makes a message the input of the run: a new question, or the results that the task waits for.
func (r *Run) receive(message orq.Message) error {
	t := r.Task
	message.Kind, message.MessageID = "message", cmp.Or(message.MessageID, r.deps.Store.NewID())
	message.TaskID, message.ContextID = t.ID, t.ContextID
	t.Turn.Start = len(t.Messages)
	t.Messages = append(t.Messages, message)
	results, err := takeResults(t, message)
	switch {
	case err != nil:
		return err
	case len(results) > 0:
	case len(t.Pending) > 0:
		return apierror.Invalid("message: the task waits for tool results%s", pendingList(t))
	case message.Role == orq.RoleTool:
		return apierror.Invalid("message.role: the task waits for no tool results")
	}
	if err := r.Prompt.checkText(TextOf(message)); err != nil {
		return err
	}
	r.Input, r.rejectsTools = message, rejectsTools(t.Messages)
	if receiver, ok := r.deps.Engines.For(r.Agent).(Receiver); ok {
		return receiver.Receive(t, message, results)
	}
	return nil
}

// takeResults removes the calls that a message answers from those that are pending.
func takeResults(t *store.Task, message orq.Message) ([]ToolResult, error) {
	var results []ToolResult
	for i, part := range message.Parts {
		if part.Kind != orq.KindToolResult {
			continue
		}
		at := slices.IndexFunc(t.Pending, func(p orq.PendingToolCall) bool { return p.ID == part.ToolCallID })
		if at < 0 {
			return nil, apierror.Invalid("message.parts[%d].tool_call_id: no call %q waits for a result%s", i, truncate.Runes(part.ToolCallID, 60), pendingList(t))
		}
		results = append(results, ToolResult{t.Pending[at], part.Result})
		t.Pending = slices.Delete(t.Pending, at, at+1)
	}
	return results, nil
}

// pendingList lists the pending calls at the end of an error message.
func pendingList(t *store.Task) string {
	if len(t.Pending) == 0 {
		return ""
	}
	return ": " + namesOf(t.Pending)
}
