package sandbox

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const defaultStreamTimeout = 30 * time.Minute

// telling is what a run tells while it goes on.
type telling int

const (
	nothing         telling = iota
	events                  // the caller must follow them
	eventsAndPieces         // and also what a model says, while it speaks
)

// start begins a turn in a goroutine of its own.
func (s *Sandbox) start(rec *store.Record, in orq.Invocation, tells telling) (*run, error) {
	if err := checkMemory(rec.Agent, in.Memory); err != nil {
		return nil, err
	}
	r := s.newRun(rec)
	r.memory, r.first, r.started = in.Memory, in.TaskID == "", s.now()
	r.cut, r.ended = make(chan struct{}), make(chan struct{})
	if tells >= events {
		r.events = make(chan orq.Event)
	}
	if tells == eventsAndPieces {
		r.pieces = make(chan string)
	}
	ctx, id := s.runContext(r, in, tells >= events), cmp.Or(in.TaskID, s.store.NewID())
	if err := s.claim(id, r); err != nil {
		r.cancel(err)
		return nil, err
	}
	if err := s.prepare(r, id, in); err != nil {
		s.release(r)
		r.cancel(err)
		s.wg.Done()
		return nil, err
	}
	go func() {
		defer s.wg.Done()
		defer r.cancel(nil)
		r.execute(ctx)
	}()
	return r, nil
}

// newRun is a run of the agent that has no task yet.
func (s *Sandbox) newRun(rec *store.Record) *run {
	r := &run{sandbox: s, agent: rec.Agent, tools: rec.Tools, secrets: rec.Secrets}
	if r.agent.Settings == nil {
		r.agent.Settings = defaultSettings("none")
	}
	return r
}

// runContext bounds the run by the sandbox's life, the agent's time and the stream's.
func (s *Sandbox) runContext(r *run, in orq.Invocation, stream bool) context.Context {
	ctx, cancel := context.WithCancelCause(s.ctx)
	ctx, stopRun := r.limited(ctx)
	stopStream := func() {}
	if stream {
		timeout := defaultStreamTimeout
		if in.StreamTimeoutSeconds != nil {
			timeout = time.Duration(*in.StreamTimeoutSeconds) * time.Second
		}
		ctx, stopStream = context.WithTimeoutCause(ctx, timeout, errStreamTimeout)
	}
	r.cancel = func(cause error) {
		cancel(cause)
		stopRun()
		stopStream()
	}
	return ctx
}

// limited bounds ctx by the agent's max_execution_time.
func (r *run) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	seconds := r.agent.Settings.MaxExecutionTime
	if seconds == nil {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, time.Duration(*seconds)*time.Second, errMaxTime)
}

// prepare makes or continues the task and stores it.
func (s *Sandbox) prepare(r *run, id string, in orq.Invocation) error {
	if s.store.ID(r.agent.ID) == "" {
		return apierror.NoAgent(r.agent.Key)
	}
	if r.first {
		r.task = &store.Task{
			ID: id, ContextID: s.store.NewID(), TraceID: store.RandomHex(16), AgentID: r.agent.ID, AgentKey: r.agent.Key,
			Created: s.store.Timestamp(),
		}
	} else if err := s.resume(r, id); err != nil {
		return err
	}
	if err := r.fill(in); err != nil {
		return err
	}
	t := r.task
	r.input = in.Message
	r.input.Kind, r.input.MessageID = "message", cmp.Or(in.Message.MessageID, s.store.NewID())
	r.input.TaskID, r.input.ContextID = t.ID, t.ContextID
	if err := take(t, r.input); err != nil {
		return err
	}
	t.ResponseID, t.SpanID, t.Model = s.store.NewID(), store.RandomHex(8), r.agent.Model.ID
	t.State, t.Reason, t.Finish, t.Usage, t.Updated = orq.TaskSubmitted, "", "", nil, s.store.Timestamp()
	t.Responding = t.Updated
	r.accepted, r.begun = t.Wire(false), t.Response()
	return s.store.SaveTask(t)
}

// fill fills in the agent's templates. A task keeps the variables and the engine that it was given: who answers a tool
// call sends them no second time.
func (r *run) fill(in orq.Invocation) (err error) {
	t := r.task
	t.Engine, t.Variables = cmp.Or(in.Engine, t.Engine), joined(t.Variables, in.Variables)
	r.engine, r.vars = cmp.Or(t.Engine, r.agent.Engine), joined(r.agent.Variables, t.Variables)
	r.prompt, err = newPrompt(r.agent, r.engine, r.vars)
	return err
}

// joined holds the values of both; those of over win.
func joined(under, over map[string]any) map[string]any {
	all := make(map[string]any, len(under)+len(over))
	maps.Copy(all, under)
	maps.Copy(all, over)
	return all
}

func (s *Sandbox) resume(r *run, id string) error {
	t, err := s.store.Task(id)
	if errors.Is(err, store.ErrNoTask) || err == nil && t.AgentID != r.agent.ID {
		return noTask(id)
	}
	r.task = t
	return err
}

// take adds a message to the task: a new question, or the results that the task waits for.
func take(t *store.Task, message orq.Message) error {
	t.Turn = len(t.Messages)
	t.Messages = append(t.Messages, message)
	var results int
	for i, part := range message.Parts {
		if part.Kind != orq.KindToolResult {
			continue
		}
		results++
		at := slices.IndexFunc(t.Pending, func(p orq.PendingToolCall) bool { return p.ID == part.ToolCallID })
		if at < 0 {
			return apierror.Invalid("message.parts[%d].tool_call_id: no call %q waits for a result%s", i, truncate.Runes(part.ToolCallID, 60), waiting(t))
		}
		t.Work.Notes = append(t.Work.Notes, t.Pending[at].Function.Name+" returned "+truncate.Runes(string(part.Result), 2000))
		t.Pending = slices.Delete(t.Pending, at, at+1)
	}
	switch {
	case results > 0:
	case len(t.Pending) > 0:
		return apierror.Invalid("message: the task waits for tool results%s", waiting(t))
	case message.Role == orq.RoleTool:
		return apierror.Invalid("message.role: the task waits for no tool results")
	default:
		t.Work = parseWork(told(message))
	}
	return nil
}

// told is the text of a message, each part on lines of its own.
func told(message orq.Message) string {
	var texts []string
	for _, part := range message.Parts {
		if part.Text != nil {
			texts = append(texts, *part.Text)
		}
	}
	return strings.Join(texts, "\n")
}

// waiting lists the pending calls for an error message.
func waiting(t *store.Task) string {
	if len(t.Pending) == 0 {
		return ""
	}
	return ": " + namesOf(t.Pending)
}

// checkMemory wants an entity when the agent has tools of memory.
func checkMemory(agent orq.Agent, memory *orq.Memory) error {
	if memory == nil && usesMemory(agent) {
		return apierror.Invalid("memory.entity_id: Memory entity ID is required")
	}
	return nil
}

func usesMemory(agent orq.Agent) bool {
	if agent.Settings == nil {
		return false
	}
	return slices.ContainsFunc(agent.Settings.Tools, func(t orq.AgentTool) bool { return isMemoryTool(t.ActionType) })
}
