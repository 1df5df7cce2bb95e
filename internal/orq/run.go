package orq

import (
	"encoding/json"
	"net/mail"
	"strings"
)

// Invocation is what every way of running an agent takes.
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
}

// InvokeRequest is the body of POST /v2/agents/{key}/task and POST /v2/agents/{key}/stream-task.
type InvokeRequest struct {
	Invocation
	Configuration *InvokeConfiguration `json:"configuration,omitzero"`
}

// InvokeConfiguration holds the options of one invocation.
type InvokeConfiguration struct {
	// Blocking makes the answer wait for the end of the task.
	Blocking *bool `json:"blocking,omitzero"`
}

// RunRequest is the body of POST /v2/agents/run and POST /v2/agents/stream-run: an agent's configuration and a
// message for it. Key, Model, Role, Instructions, Message, Path and Settings are required.
type RunRequest struct {
	Invocation
	Key            string          `json:"key"`
	Model          ModelConfig     `json:"model"`
	FallbackModels []FallbackModel `json:"fallback_models,omitzero"`
	Role           string          `json:"role"`
	Instructions   string          `json:"instructions"`
	Path           string          `json:"path"`
	Description    string          `json:"description,omitzero"`
	SystemPrompt   string          `json:"system_prompt,omitzero"`
	MemoryStores   []string        `json:"memory_stores,omitzero"`
	KnowledgeBases []KnowledgeBase `json:"knowledge_bases,omitzero"`
	TeamOfAgents   []TeamMember    `json:"team_of_agents,omitzero"`
	Settings       RunSettings     `json:"settings"`
}

// RunSettings is the `settings` of a run. Tools are defined inline, unlike in SettingsRequest.
type RunSettings struct {
	MaxIterations        *int        `json:"max_iterations,omitzero"`
	MaxExecutionTime     *int        `json:"max_execution_time,omitzero"`
	MaxCost              *float64    `json:"max_cost,omitzero"`
	ToolApprovalRequired string      `json:"tool_approval_required,omitzero"`
	Tools                []RunTool   `json:"tools,omitzero"`
	Evaluators           []Evaluator `json:"evaluators,omitzero"`
	Guardrails           []Evaluator `json:"guardrails,omitzero"`
}

// RunTool is a tool defined inline in a run; Type says which of the definitions applies.
type RunTool struct {
	Type             string          `json:"type"`
	Key              string          `json:"key,omitzero"`
	ID               string          `json:"_id,omitzero"`
	DisplayName      string          `json:"display_name,omitzero"`
	Description      string          `json:"description,omitzero"`
	RequiresApproval *bool           `json:"requires_approval,omitzero"`
	HTTP             *HTTPTool       `json:"http,omitzero"`
	Code             *CodeTool       `json:"code_tool,omitzero"`
	Function         *FunctionTool   `json:"function,omitzero"`
	JSONSchema       *JSONSchemaTool `json:"json_schema,omitzero"`
	MCP              *MCPTool        `json:"mcp,omitzero"`
}

// HTTPTool calls an HTTP endpoint; Arguments fill the blueprint's placeholders.
type HTTPTool struct {
	Blueprint HTTPBlueprint           `json:"blueprint"`
	Arguments map[string]HTTPArgument `json:"arguments,omitzero"`
}

// HTTPBlueprint is the request an HTTPTool sends.
type HTTPBlueprint struct {
	URL     string                 `json:"url"`
	Method  string                 `json:"method"`
	Headers map[string]HeaderValue `json:"headers,omitzero"`
	Body    map[string]any         `json:"body,omitzero"`
}

// HTTPArgument describes one placeholder of an HTTPBlueprint.
type HTTPArgument struct {
	Type        string `json:"type" jsonschema:"required,enum=string,enum=number,enum=boolean"`
	Description string `json:"description" jsonschema:"required"`
	// SendToModel is true when absent.
	SendToModel *bool `json:"send_to_model,omitzero"`
	// DefaultValue is a string, a number or a boolean.
	DefaultValue json.RawMessage `json:"default_value,omitzero" jsonschema:"type=string"`
}

// CheckArguments wants a default that a placeholder can take.
func (a HTTPArgument) CheckArguments(report func(path, message string)) {
	if raw := strings.TrimSpace(string(a.DefaultValue)); raw != "" && strings.Contains("{[n", raw[:1]) {
		report("default_value", "must be a string, a number or a boolean")
	}
}

// ToolParameters is a JSON Schema object; type, properties and required are always sent.
type ToolParameters map[string]any

// CodeTool runs code with Parameters as its arguments.
type CodeTool struct {
	Parameters ToolParameters `json:"parameters,omitzero"`
	Language   string         `json:"language"`
	Code       string         `json:"code"`
}

// FunctionTool is answered by the caller: the run pauses with a pending tool call.
type FunctionTool struct {
	Name        string         `json:"name"`
	Description string         `json:"description,omitzero"`
	Strict      *bool          `json:"strict,omitzero"`
	Parameters  ToolParameters `json:"parameters,omitzero"`
}

// JSONSchemaTool makes the agent answer in the form of a schema.
type JSONSchemaTool struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Schema      ToolParameters `json:"schema"`
	Strict      *bool          `json:"strict,omitzero"`
}

// MCPTool connects a run to an MCP server.
type MCPTool struct {
	ServerURL      string            `json:"server_url"`
	Headers        map[string]Header `json:"headers,omitzero"`
	Tools          []MCPServerTool   `json:"tools"`
	ConnectionType string            `json:"connection_type"`
}

// MCPServerTool is a tool of an MCP server that the agent may call.
type MCPServerTool struct {
	ID          string         `json:"id,omitzero"`
	Name        string         `json:"name" jsonschema:"required"`
	Description string         `json:"description,omitzero"`
	Schema      map[string]any `json:"schema"`
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

// CheckArguments wants an address of e-mail.
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

// Task is the answer of the operations that start a run without streaming it.
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

// Response states, as in AgentResponse.Status.
const (
	ResponseInProgress = "in_progress"
	ResponseCompleted  = "completed"
	ResponseFailed     = "failed"
)

// Reasons why an agent stopped, as in AgentResponse.FinishReason and Inactive.FinishReason.
const (
	FinishStop          = "stop"
	FinishLength        = "length"
	FinishToolCalls     = "tool_calls"
	FinishContentFilter = "content_filter"
	FinishFunctionCall  = "function_call"
	FinishMaxIterations = "max_iterations"
	FinishMaxTime       = "max_time"
)

// AgentResponse is the answer of GET /v2/agents/{agent_key}/responses/{task_id}: where a task stands.
type AgentResponse struct {
	ID               string            `json:"_id"`
	TaskID           string            `json:"task_id"`
	Output           []Message         `json:"output"`
	CreatedAt        string            `json:"created_at"`
	Model            string            `json:"model"`
	Usage            *Usage            `json:"usage,omitzero"`
	FinishReason     string            `json:"finish_reason,omitzero"`
	PendingToolCalls []PendingToolCall `json:"pending_tool_calls,omitzero"`
	Telemetry        *Telemetry        `json:"telemetry,omitzero"`
	Status           string            `json:"status"`
	Error            string            `json:"error,omitzero"`
}

// PendingToolCall is a call of a function tool that waits for the caller's answer.
type PendingToolCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function FunctionCall `json:"function"`
}

// FunctionCall names a function and holds its arguments as JSON text.
type FunctionCall struct {
	Name      string `json:"name,omitzero"`
	Arguments string `json:"arguments,omitzero"`
}

// Usage counts tokens.
type Usage struct {
	CompletionTokens        float64                  `json:"completion_tokens,omitzero"`
	PromptTokens            float64                  `json:"prompt_tokens,omitzero"`
	TotalTokens             float64                  `json:"total_tokens,omitzero"`
	PromptTokensDetails     *PromptTokensDetails     `json:"prompt_tokens_details,omitzero"`
	CompletionTokensDetails *CompletionTokensDetails `json:"completion_tokens_details,omitzero"`
}

// PromptTokensDetails breaks down Usage.PromptTokens.
type PromptTokensDetails struct {
	CachedTokens        *float64 `json:"cached_tokens,omitzero"`
	CacheCreationTokens *float64 `json:"cache_creation_tokens,omitzero"`
	AudioTokens         *float64 `json:"audio_tokens,omitzero"`
}

// CompletionTokensDetails breaks down Usage.CompletionTokens.
type CompletionTokensDetails struct {
	ReasoningTokens          *float64 `json:"reasoning_tokens,omitzero"`
	AcceptedPredictionTokens *float64 `json:"accepted_prediction_tokens,omitzero"`
	RejectedPredictionTokens *float64 `json:"rejected_prediction_tokens,omitzero"`
	AudioTokens              *float64 `json:"audio_tokens,omitzero"`
}

// Telemetry leads to the trace of a run.
type Telemetry struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
}
