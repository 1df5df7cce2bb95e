package orq

import (
	"context"
	"net/mail"
)

// Invocation holds the fields that all requests that run an agent share.
type Invocation struct {
	// TaskID continues an existing task, which must be inactive.
	TaskID    string         `json:"task_id,omitzero"`
	Message   Message        `json:"message"`
	Variables map[string]any `json:"variables,omitzero"`
	Identity  *Identity      `json:"identity,omitzero"`
	// Contact is the deprecated name of Identity.
	Contact  *Identity      `json:"contact,omitzero"`
	Thread   *Thread        `json:"thread,omitzero"`
	Memory   *Memory        `json:"memory,omitzero"`
	Metadata map[string]any `json:"metadata,omitzero"`
	Engine   string         `json:"engine,omitzero"`
	// StreamTimeoutSeconds is 1-3600, 1800 when absent. Only the streaming operations take it.
	StreamTimeoutSeconds *int `json:"stream_timeout_seconds,omitzero"`
	// Limits bound this run. Only the Responses API has them, so that a request with limits is sent there alone.
	Limits *Limits `json:"-"`
}

// Limits are bounds of one run in place of those of its agent. Nil leaves the agent's.
type Limits struct {
	MaxIterations *int `json:"max_iterations,omitzero" jsonschema:"minimum=1" jsonschema_extras:"quiet=true"`
	// MaxExecutionTime and ToolTimeout are in seconds.
	MaxExecutionTime *int `json:"max_execution_time,omitzero" jsonschema:"minimum=1" jsonschema_extras:"quiet=true"`
	// MaxCost is in USD; 0 is no limit.
	MaxCost     *float64 `json:"max_cost,omitzero" jsonschema:"minimum=0" jsonschema_extras:"quiet=true"`
	MaxDepth    *int     `json:"max_depth,omitzero" jsonschema:"minimum=1" jsonschema_extras:"quiet=true"`
	ToolTimeout *int     `json:"tool_timeout,omitzero" jsonschema:"minimum=1" jsonschema_extras:"quiet=true"`
}

// Identity is the person or system on whose behalf an agent runs.
type Identity struct {
	ID          string           `json:"id" jsonschema:"required"`
	DisplayName string           `json:"display_name,omitzero"`
	Email       string           `json:"email,omitzero"`
	Metadata    []map[string]any `json:"metadata,omitzero" jsonschema_extras:"hidden=true"`
	LogoURL     string           `json:"logo_url,omitzero" jsonschema_extras:"hidden=true"`
	Tags        []string         `json:"tags,omitzero" jsonschema_extras:"hidden=true"`
}

// CheckArguments reports an Email that is not an e-mail address.
func (i Identity) CheckArguments(report func(path, message string)) {
	if i.Email == "" {
		return
	}
	if address, err := mail.ParseAddress(i.Email); err != nil || address.Address != i.Email {
		report("email", "must be an e-mail address like ada@example.com")
	}
}

// Thread groups related runs.
type Thread struct {
	ID   string   `json:"id" jsonschema:"required"`
	Tags []string `json:"tags,omitzero"`
}

// Memory links the memory stores of an agent to one entity, such as a user.
type Memory struct {
	EntityID string `json:"entity_id"`
}

// InvokeRequest is the body of InvokeAgent and StreamAgent.
type InvokeRequest struct {
	Invocation
	Configuration *InvokeConfiguration `json:"configuration,omitzero"`
}

// InvokeConfiguration holds the options of one invocation.
type InvokeConfiguration struct {
	// Blocking delays the response until the task ends.
	Blocking *bool `json:"blocking,omitzero"`
}

func (r InvokeRequest) blocking() bool {
	return r.Configuration != nil && r.Configuration.Blocking != nil && *r.Configuration.Blocking
}

// InvokeAgent starts a run of an existing agent, by key, id or key@version, and returns without waiting for its end
// unless the request is blocking.
//
// POST /v2/agents/{key}/task or POST /v3/router/responses
func (c *Client) InvokeAgent(ctx context.Context, key string, request InvokeRequest) (*Task, error) {
	var task *Task
	err := c.routes.perform(choice{
		group: groupRuns, taskID: request.TaskID, limited: request.Limits != nil, exists: func() bool { return c.HasAgent(ctx, key) },
		march: func() (err error) {
			task, err = roundTrip[Task](ctx, &c.requester, apiCall{operation: opInvokeAgent, segments: []string{key}, body: request})
			return err
		},
		today: func() (err error) {
			task, err = c.responses().start(ctx, key, request.Invocation, !request.blocking())
			return err
		},
	})
	return task, err
}

// StreamAgent runs an existing agent, by key, id or key@version, and yields its events.
//
// POST /v2/agents/{key}/stream-task or POST /v3/router/responses
func (c *Client) StreamAgent(ctx context.Context, key string, request InvokeRequest) Events {
	march := c.requester.stream(ctx, apiCall{operation: opStreamAgent, segments: []string{key}, body: request}, agentEvents)
	return c.routes.stream(
		choice{group: groupRuns, taskID: request.TaskID, limited: request.Limits != nil, exists: func() bool { return c.HasAgent(ctx, key) }},
		march, c.responses().stream(ctx, key, request.Invocation),
	)
}

// RunRequest is the body of RunAgent and StreamRun: the configuration of an agent and a message to it. Key, Model, Role,
// Instructions, Message, Path and Settings are required.
type RunRequest struct {
	Invocation
	Key            string          `json:"key"`
	Model          ModelConfig     `json:"model"`
	FallbackModels []FallbackModel `json:"fallback_models,omitzero"`
	Role           string          `json:"role"`
	Instructions   string          `json:"instructions"`
	Path           string          `json:"path"`
	// PathIsDefault reports that Path is for a new agent only, where the run changes a stored agent (today's API).
	PathIsDefault  bool            `json:"-"`
	Description    string          `json:"description,omitzero"`
	SystemPrompt   string          `json:"system_prompt,omitzero"`
	MemoryStores   []string        `json:"memory_stores,omitzero"`
	KnowledgeBases []KnowledgeBase `json:"knowledge_bases,omitzero"`
	TeamOfAgents   []TeamMember    `json:"team_of_agents,omitzero"`
	Settings       RunSettings     `json:"settings"`
}

// RunSettings is the settings of a RunRequest. Its tools are defined inline, unlike those of a SettingsRequest.
type RunSettings struct {
	MaxIterations        *int        `json:"max_iterations,omitzero"`
	MaxExecutionTime     *int        `json:"max_execution_time,omitzero"`
	MaxCost              *float64    `json:"max_cost,omitzero"`
	ToolApprovalRequired string      `json:"tool_approval_required,omitzero"`
	ChatExposed          *bool       `json:"chat_exposed,omitzero"`
	Tools                []RunTool   `json:"tools,omitzero"`
	Evaluators           []Evaluator `json:"evaluators,omitzero"`
	Guardrails           []Evaluator `json:"guardrails,omitzero"`
}

// RunAgent starts a run of an agent that the request configures, and returns without waiting for its end.
//
// POST /v2/agents/run; or POST /v2/agents, PATCH /v2/agents/{agent_key} and POST /v3/router/responses
func (c *Client) RunAgent(ctx context.Context, request RunRequest) (*Task, error) {
	var task *Task
	err := c.routes.perform(choice{
		group: groupRuns, taskID: request.TaskID, limited: request.Limits != nil,
		march: func() (err error) {
			task, err = roundTrip[Task](ctx, &c.requester, apiCall{operation: opRunAgent, body: request})
			return err
		},
		today: func() error {
			return configuredRun{c, request}.start(ctx, func() (err error) {
				task, err = c.responses().start(ctx, request.Key, request.Invocation, true)
				return err
			})
		},
	})
	return task, err
}

// StreamRun runs an agent that the request configures and yields its events.
//
// POST /v2/agents/stream-run; or as RunAgent, streamed
func (c *Client) StreamRun(ctx context.Context, request RunRequest) Events {
	march := c.requester.stream(ctx, apiCall{operation: opStreamRun, body: request}, agentEvents)
	return c.routes.stream(
		choice{group: groupRuns, taskID: request.TaskID, limited: request.Limits != nil}, march, configuredRun{c, request}.events(ctx),
	)
}

// Task states, as in TaskStatus.State.
const (
	TaskSubmitted     = "submitted"
	TaskWorking       = "working"
	TaskInputRequired = "input-required"
	TaskAuthRequired  = "auth-required"
	TaskCompleted     = "completed"
	TaskFailed        = "failed"
	TaskCanceled      = "canceled"
	TaskRejected      = "rejected"
)

// Task is the response of InvokeAgent and RunAgent.
type Task struct {
	ID        string     `json:"id"`
	ContextID string     `json:"contextId"`
	Kind      string     `json:"kind"`
	Status    TaskStatus `json:"status"`
	// Messages are present only when the call was blocking.
	Messages []Message      `json:"messages,omitzero"`
	Metadata map[string]any `json:"metadata,omitzero"`
}

// TaskStatus is the state of a Task.
type TaskStatus struct {
	State     string   `json:"state"`
	Timestamp string   `json:"timestamp,omitzero"`
	Message   *Message `json:"message,omitzero"`
}
