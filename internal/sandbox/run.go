package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Why a run ends before its time; each is the cause of the run's context.
var (
	errClosed        = errors.New("the sandbox was closed")
	errClientLeft    = errors.New("canceled by the client")
	errAgentDeleted  = errors.New("the agent was deleted")
	errStreamTimeout = errors.New("the stream timeout has passed")
	errMaxTime       = errors.New("max_execution_time has passed")
	errMaxIterations = errors.New("max_iterations is reached")
)

// failure is an error of the agent itself, as /fail asks for.
type failure struct {
	code    int
	message string
}

func (f *failure) Error() string { return f.message }

// run is one turn of a task: an agent answers one message. It belongs to its own goroutine; others use cancel, and
// after ended is closed also task and last.
type run struct {
	sandbox  *Sandbox
	id       string   // of the task
	accepted orq.Task // the task as it was when the run began
	agent    orq.Agent
	task     *task
	input    orq.Message
	vars     map[string]any
	memory   *orq.Memory
	first    bool // the first turn of its task

	events  chan orq.Event // nil when nobody listens
	cut     chan struct{}  // closed by /drop: the listener must break the connection
	dropped bool
	ended   chan struct{} // closed when the task is saved
	last    orq.Event     // closes the stream
	cancel  context.CancelCauseFunc

	started   time.Time
	iteration int
	said      strings.Builder // the text of this turn
}

// execute works until the turn has ended, then saves the task and tells the listener.
func (r *run) execute(ctx context.Context) {
	defer close(r.ended)
	r.conclude(r.turn(ctx))
	r.task.Updated = r.sandbox.timestamp()
	if err := r.sandbox.store.saveTask(r.task); err != nil {
		r.sandbox.log.LogAttrs(ctx, slog.LevelError, "save task", slog.String("task", r.task.ID), slog.Any("error", err))
	}
	r.sandbox.release(r)
}

// turn plays one message through. It ends without an error when the agent has answered or waits for the caller.
func (r *run) turn(ctx context.Context) error {
	if err := r.open(ctx); err != nil {
		return err
	}
	if r.agent.Type == orq.TypeA2A {
		return &failure{http.StatusNotImplemented, "the sandbox registers A2A agents and reads their cards; it does not call them"}
	}
	if len(r.task.Pending) > 0 {
		_, err := r.think(ctx, nil, orq.TextPart(needs("still need", r.task.Pending)))
		return err
	}
	for len(r.task.Work.Steps) > 0 {
		next := r.task.Work.Steps[0]
		r.task.Work.Steps = r.task.Work.Steps[1:]
		if err := r.step(ctx, next); err != nil || len(r.task.Pending) > 0 {
			return err
		}
	}
	return r.answer(ctx)
}

// open tells who works on what.
func (r *run) open(ctx context.Context) error {
	t := r.task
	err := r.emit(ctx, orq.EventExecutionStarted, &orq.ExecutionStarted{
		AgentTaskID: t.ID, WorkspaceID: workspaceID(), TraceID: t.TraceID,
	})
	if err != nil {
		return err
	}
	err = r.emit(ctx, orq.EventAgentStarted, &orq.AgentStarted{
		WorkflowRunID: t.ResponseID, ResponseID: t.ResponseID, InputMessage: r.input, ModelID: r.agent.Model.ID,
		Instructions: render(r.agent.Instructions, r.vars), SystemPrompt: render(r.agent.SystemPrompt, r.vars),
		Settings: r.agent.Settings, AgentManifestID: r.agent.ID, AgentKey: r.agent.Key,
		AgentDescription: orq.Value(r.agent.Description), AgentSource: orq.Value(r.agent.Source),
		Variables: r.vars, IsContinuation: !r.first, Stream: r.events != nil,
	})
	if err != nil {
		return err
	}
	if r.first {
		name := &orq.ExecutionNamed{Name: executionName(told(r.input)), AgentManifestID: r.agent.ID}
		if err := r.emit(ctx, orq.EventExecutionNamed, name); err != nil {
			return err
		}
	}
	return r.emit(ctx, orq.EventMessageCreated, &orq.MessageCreated{
		WorkflowRunID: t.ResponseID, SpanID: t.SpanID, ParentID: t.TraceID, Message: []orq.Message{r.input},
	})
}

// step executes one command.
func (r *run) step(ctx context.Context, c command) error {
	switch c.Name {
	case "slow":
		return sleep(ctx, c.Wait)
	case "fail":
		return &failure{http.StatusInternalServerError, firstOf(c.Text, "the message asked for a failure")}
	case "drop":
		if r.events != nil && !r.dropped {
			r.dropped = true
			close(r.cut)
		}
		return nil
	case "count":
		return r.count(ctx, c.N)
	}
	return r.useTool(ctx, c)
}

// count says the numbers from 1 to n, each in a thought of its own.
func (r *run) count(ctx context.Context, n int) error {
	for i := range n {
		if _, err := r.think(ctx, nil, orq.TextPart(strconv.Itoa(i+1)+" ")); err != nil {
			return err
		}
	}
	return nil
}

// answer is the last iteration.
func (r *run) answer(ctx context.Context) error {
	if err := r.iterate(); err != nil {
		return err
	}
	text, stop := finalAnswer(r.agent, r.vars, r.task.Work.Text, r.task.Work.Notes), orq.FinishStop
	_, err := r.think(ctx, &orq.Choice{FinishReason: &stop, Message: orq.ChoiceMessage{
		Role: orq.Value("assistant"), Content: orq.Value(text),
	}}, orq.TextPart(text))
	return err
}

// think emits a thought with a new message of the agent; its text is part of what the agent says.
func (r *run) think(ctx context.Context, choice *orq.Choice, parts ...orq.Part) (orq.Message, error) {
	message := r.task.message(r.sandbox.ids.next(), orq.RoleAgent, parts...)
	err := r.emit(ctx, orq.EventThought, &orq.Thought{
		AgentID: r.agent.ID,
		MessageDifference: map[string]orq.ThoughtMessage{message.MessageID: {
			Message: message, AgentID: r.agent.ID, AgentExecutionID: r.task.ID, WorkspaceID: workspaceID(),
		}},
		Choice: choice, Iteration: float64(r.iteration), ResponseID: r.task.ResponseID,
		AccumulatedExecutionTime: r.sandbox.now().Sub(r.started).Seconds(),
	})
	if err == nil {
		r.said.WriteString(message.Text())
	}
	return message, err
}

// iterate counts one more call of the model that is not there.
func (r *run) iterate() error {
	if limit := r.agent.Settings.MaxIterations; limit != nil && r.iteration >= *limit {
		return errMaxIterations
	}
	r.iteration++
	return nil
}

// emit paces the run and hands the event to the listener, if there is one. It fails with the cause of ctx.
func (r *run) emit(ctx context.Context, typ orq.EventType, data orq.EventData) error {
	if err := sleep(ctx, r.sandbox.pace); err != nil {
		return err
	}
	if r.events == nil || r.dropped {
		return nil
	}
	select {
	case r.events <- orq.NewEvent(r.sandbox.now(), typ, data):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// sleep waits, or fails with the cause of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 || ctx.Err() != nil {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
