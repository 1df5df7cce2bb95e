package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Why a run ends before its time; each is the cause of the run's context.
var (
	errClosed        = errors.New("the sandbox was closed")
	errClientLeft    = errors.New("canceled by the client")
	errAgentDeleted  = errors.New("the agent was deleted")
	errStreamTimeout = errors.New("the stream timeout has passed")
	errMaxTime       = errors.New("max_execution_time has passed")
	errMaxIterations = errors.New("max_iterations is reached")
	errMaxCost       = errors.New("max_cost is exceeded")
)

// failure is an error of the agent itself, as /fail asks for.
type failure struct {
	code    int
	message string
	state   string // of the task; empty: failed
}

func (f *failure) Error() string { return f.message }

// run is one turn of a task: an agent answers one message. It belongs to its own goroutine; others use cancel, and
// after ended is closed also task and last.
type run struct {
	sandbox  *Sandbox
	id       string   // of the task
	accepted orq.Task // the task as it was when the run began
	begun    orq.AgentResponse
	agent    orq.Agent
	task     *store.Task
	input    orq.Message
	vars     map[string]any
	engine   string // of templates
	prompt   prompt
	tools    map[string]store.ToolSchema // of tools that a run defines, by key
	secrets  map[string][]byte           // the sealed headers of an A2A agent
	memory   *orq.Memory
	first    bool // the first turn of its task

	events  chan orq.Event // nil when nobody listens
	pieces  chan string    // of what a model says, as listener.piece has them; nil when nobody wants them
	cut     chan struct{}  // closed by /drop: the listener must break the connection
	dropped bool
	ended   chan struct{} // closed when the task is saved
	last    orq.Event     // closes the stream
	cancel  context.CancelCauseFunc

	started   time.Time
	iteration int
	said      strings.Builder // the text of this turn that is in no message of the task yet
	final     *orq.Message    // closes the turn, and is in the task already; nil: what was said makes a message
	finished  string          // why a model stopped; empty: it has answered
	waits     string          // the state of a task whose agent waits for the user without a tool call; empty: it does not
	spent     *spending       // nil: no model was asked

	caller string // the tool call by which another agent asks this one; empty: the user asks
	depth  int    // how many agents stand between the user and this one
}

// execute works until the turn has ended, then saves the task and tells the listener.
func (r *run) execute(ctx context.Context) {
	defer close(r.ended)
	r.conclude(r.safely(ctx))
	r.task.Updated = r.sandbox.store.Timestamp()
	if err := r.sandbox.store.SaveTask(r.task); err != nil {
		r.sandbox.log.LogAttrs(ctx, slog.LevelError, "save task", slog.String("task", r.task.ID), slog.Any("error", err))
	}
	r.sandbox.release(r)
}

// safely plays the turn: what breaks in it breaks no other run.
func (r *run) safely(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.sandbox.log.LogAttrs(ctx, slog.LevelError, "a run panicked", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			err = &failure{code: http.StatusInternalServerError, message: "the sandbox failed; its log says why"}
		}
	}()
	return r.turn(ctx)
}

// turn plays one message through. It ends without an error when the agent has answered or waits for the caller.
func (r *run) turn(ctx context.Context) error {
	if err := r.open(ctx); err != nil {
		return err
	}
	return r.sandbox.engineOf(r.agent).turn(ctx, r)
}

// open tells who works on what.
func (r *run) open(ctx context.Context) error {
	t := r.task
	err := r.emit(ctx, orq.EventExecutionStarted, &orq.ExecutionStarted{
		AgentTaskID: t.ID, WorkspaceID: store.WorkspaceID(), TraceID: t.TraceID,
	})
	if err != nil {
		return err
	}
	err = r.emit(ctx, orq.EventAgentStarted, &orq.AgentStarted{
		WorkflowRunID: t.ResponseID, ResponseID: t.ResponseID, InputMessage: r.input, ModelID: r.agent.Model.ID,
		Instructions: r.prompt.instructions, SystemPrompt: r.prompt.system,
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

// think emits a thought with a new message of the agent; its text is part of what the agent says.
func (r *run) think(ctx context.Context, choice *orq.Choice, parts ...orq.Part) (orq.Message, error) {
	message := r.task.NewMessage(r.sandbox.store.NewID(), orq.RoleAgent, parts...)
	err := r.emitThought(ctx, choice, message, nil)
	if err == nil {
		r.said.WriteString(message.Text())
	}
	return message, err
}

// askAgain reminds the caller of the results that were not among those it sent.
func (r *run) askAgain(ctx context.Context) error {
	_, err := r.think(ctx, nil, orq.TextPart(needs("still need", r.task.Pending)))
	return err
}

func (r *run) emitThought(ctx context.Context, choice *orq.Choice, message orq.Message, usage *orq.Usage) error {
	return r.emit(ctx, orq.EventThought, r.thought(choice, message, usage))
}

func (r *run) thought(choice *orq.Choice, message orq.Message, usage *orq.Usage) *orq.Thought {
	return &orq.Thought{
		AgentID: r.agent.ID,
		MessageDifference: map[string]orq.ThoughtMessage{message.MessageID: {
			Message: message, AgentID: r.agent.ID, AgentExecutionID: r.task.ID, WorkspaceID: store.WorkspaceID(),
		}},
		Choice: choice, Iteration: float64(r.iteration), ResponseID: r.task.ResponseID,
		AccumulatedExecutionTime: r.sandbox.now().Sub(r.started).Seconds(), Usage: usage,
	}
}

// iterate counts one more call of the model, or of the rules in its place.
func (r *run) iterate() error {
	if limit := r.agent.Settings.MaxIterations; limit != nil && r.iteration >= *limit {
		return errMaxIterations
	}
	r.iteration++
	return nil
}

// emit paces the run and tells the event.
func (r *run) emit(ctx context.Context, typ orq.EventType, data orq.EventData) error {
	if err := orq.Sleep(ctx, r.sandbox.pace); err != nil {
		return err
	}
	return r.tell(ctx, typ, data)
}

// tell hands the event to the listener, if there is one. It fails with the cause of ctx.
func (r *run) tell(ctx context.Context, typ orq.EventType, data orq.EventData) error {
	if err := context.Cause(ctx); err != nil {
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
