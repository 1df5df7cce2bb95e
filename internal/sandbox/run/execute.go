package run

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// execute plays the turn to its end and saves the task. It returns the task if that failed: whoever waits for the run must
// not take it for one that can be continued.
func (h *Handle) execute(ctx context.Context) (unsaved *store.Task) {
	r := h.run
	r.Prompt.within(ctx)
	h.finish(h.play(ctx))
	r.Task.Updated = r.deps.Store.Timestamp()
	err := errors.Join(h.record(), r.deps.Store.SaveTask(r.Task))
	if err == nil {
		return nil
	}
	r.deps.Log.LogAttrs(ctx, slog.LevelError, "save task", slog.String("task", r.Task.ID), slog.Any("error", err))
	h.endInFailure(orq.TaskFailed, fmt.Errorf("the end of the run was not saved: %w", err), http.StatusInternalServerError)
	return r.Task
}

// record completes the record of the turn, if one is kept.
func (h *Handle) record() (err error) {
	r := h.run
	if r.recorder == nil {
		return nil
	}
	_ = r.recorder.Event(h.last)
	_ = r.recorder.Done()
	r.Task.Turn.Record, err = r.recorder.Record()
	return err
}

// play lets the engine play the turn. A panic fails this run alone.
func (h *Handle) play(ctx context.Context) (answer Answer, err error) {
	r := h.run
	defer func() {
		if p := recover(); p != nil {
			r.deps.Log.LogAttrs(ctx, slog.LevelError, "panic in a run", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = &Failure{Code: http.StatusInternalServerError, Message: "the sandbox failed; the reason is in its log"}
		}
	}()
	if err := h.emitStart(ctx); err != nil {
		return Answer{}, err
	}
	return r.deps.Engines.For(r.Agent).Turn(ctx, r)
}

// emitStart emits the events that begin a turn.
func (h *Handle) emitStart(ctx context.Context) error {
	r, t := h.run, h.run.Task
	err := r.Emit(ctx, orq.EventExecutionStarted, &orq.ExecutionStarted{
		AgentTaskID: t.ID, WorkspaceID: store.WorkspaceID(), TraceID: t.TraceID,
	})
	if err != nil {
		return err
	}
	err = r.Emit(ctx, orq.EventAgentStarted, &orq.AgentStarted{
		WorkflowRunID: t.Turn.ResponseID, ResponseID: t.Turn.ResponseID, InputMessage: r.Input, ModelID: r.Agent.Model.ID,
		Instructions: r.Prompt.Instructions, SystemPrompt: r.Prompt.System,
		Settings: r.Agent.Settings, AgentManifestID: r.Agent.ID, AgentKey: r.Agent.Key,
		AgentDescription: orq.Value(r.Agent.Description), AgentSource: orq.Value(r.Agent.Source),
		Variables: r.Prompt.texts.variables, IsContinuation: !r.first, Stream: r.stream.events != nil,
	})
	if err != nil {
		return err
	}
	if r.first {
		name := &orq.ExecutionNamed{Name: executionName(TextOf(r.Input)), AgentManifestID: r.Agent.ID}
		if err := r.Emit(ctx, orq.EventExecutionNamed, name); err != nil {
			return err
		}
	}
	return r.Emit(ctx, orq.EventMessageCreated, &orq.MessageCreated{
		WorkflowRunID: t.Turn.ResponseID, SpanID: t.Turn.SpanID, ParentID: t.TraceID, Message: []orq.Message{r.Input},
	})
}

// executionName is a short name for people, from the first line of a message.
func executionName(message string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return cmp.Or(truncate.Runes(strings.TrimSpace(first), 60), "Untitled")
}
