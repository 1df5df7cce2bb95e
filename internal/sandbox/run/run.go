package run

import (
	"context"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Speaker opens every text that the sandbox writes in an agent's place.
const Speaker = "[sandbox] "

// Run is one turn of a task, as an engine sees it. It belongs to the goroutine of the turn.
type Run struct {
	// Agent always has settings.
	Agent orq.Agent
	Task  *store.Task
	// Input is the message to answer, the last of the task when the turn starts.
	Input  orq.Message
	Prompt Prompt

	deps   *Deps
	rec    *store.Record
	stream *stream
	// recorder is nil for the run operations, and for agents that another one asks.
	recorder Recorder
	memory   *orq.Memory
	caller   caller
	first    bool // the first turn of its task
	// rejectsTools makes the review reject every call that needs approval.
	rejectsTools bool

	started   time.Time
	iteration int
	output    strings.Builder // text of the agent in this turn that is in no message of the task yet
	spent     *Spending       // nil: nothing has counted what was used
}

// caller is the tool call by which another agent of the team asks; without one it is the user.
type caller struct {
	callID string
	depth  int // how many agents stand between the user and this one
	hops   int // as Hops returns it
}

// Spending is what the models of a turn have used. Cost is in USD.
type Spending struct {
	Usage orq.Usage
	Cost  float64
}

// newRun returns a run of the agent without a task.
func newRun(deps *Deps, rec *store.Record) *Run {
	r := &Run{deps: deps, rec: rec, Agent: rec.Agent}
	if r.Agent.Settings == nil {
		r.Agent.Settings = DefaultSettings("none")
	}
	return r
}

// IsMember reports whether another agent of the team asks this one. Its answer is the result of a tool call, and its
// thoughts are not emitted.
func (r *Run) IsMember() bool { return r.caller.callID != "" }

// Hops is how many A2A agents of sandboxes have passed the message on before this one.
func (r *Run) Hops() int { return r.caller.hops }

// ToolSchema returns the schema of a tool that a run of the agent has defined.
func (r *Run) ToolSchema(key string) (store.ToolSchema, bool) {
	schema, ok := r.rec.Tools[key]
	return schema, ok && key != ""
}

// Headers returns the header values of an A2A agent.
func (r *Run) Headers() (map[string]string, error) {
	return r.deps.Store.DecryptHeaders(r.Agent.ID, r.rec.Secrets)
}

// Connection returns how an A2A agent is to be reached.
func (r *Run) Connection() store.Connection { return r.rec.Connection }

// Describe returns the description of an agent of the workspace, "" when there is none.
func (r *Run) Describe(key string) string {
	rec, err := r.deps.Store.Agent(key)
	if err != nil {
		return ""
	}
	return rec.Agent.Description
}

// NewMessage returns a message of the task with an id of its own.
func (r *Run) NewMessage(role string, parts ...orq.Part) orq.Message {
	return r.Task.NewMessage(r.deps.Store.NewID(), role, parts...)
}

// AddOutput adds text that the agent has produced and that is in no message.
func (r *Run) AddOutput(text string) { r.output.WriteString(text) }

// Spend adds what a model has used. The first call, also with nothing, replaces the sandbox's own count of words.
func (r *Run) Spend(s Spending) {
	if r.spent == nil {
		r.spent = &Spending{}
	}
	r.spent.Usage.PromptTokens += s.Usage.PromptTokens
	r.spent.Usage.CompletionTokens += s.Usage.CompletionTokens
	r.spent.Usage.TotalTokens += s.Usage.TotalTokens
	r.spent.Cost += s.Cost
}

// CheckCost fails when more was spent than the agent may, by itself or by the agents that it asked.
func (r *Run) CheckCost() error {
	if limit := r.Agent.Settings.MaxCost; limit != nil && *limit > 0 && r.spent != nil && r.spent.Cost > *limit {
		return errMaxCost
	}
	return nil
}

// Iterate counts one more call of the model, or of the rules in its place. It fails beyond the agent's max_iterations.
func (r *Run) Iterate() error {
	if limit := r.Agent.Settings.MaxIterations; limit != nil && r.iteration >= *limit {
		return errMaxIterations
	}
	r.iteration++
	return nil
}

// withMaxTime bounds ctx by the agent's max_execution_time.
func (r *Run) withMaxTime(ctx context.Context) (context.Context, context.CancelFunc) {
	seconds := r.Agent.Settings.MaxExecutionTime
	if seconds == nil {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, time.Duration(*seconds)*time.Second, errMaxTime)
}

// DefaultSettings are the settings of an agent whose request has none; the approval differs between create and run.
func DefaultSettings(approval string) *orq.AgentSettings {
	iterations, seconds, cost := 100, 600, 0.0
	return &orq.AgentSettings{
		MaxIterations: &iterations, MaxExecutionTime: &seconds, MaxCost: &cost,
		ToolApprovalRequired: approval,
		Tools:                []orq.AgentTool{}, Evaluators: []orq.Evaluator{}, Guardrails: []orq.Evaluator{},
	}
}
