package orq

import (
	"bytes"
	"encoding/json"
)

// Agent types, as in Agent.Type and ListOptions.Type.
const (
	TypeInternal = "internal"
	TypeA2A      = "a2a"
)

// Agent is an agent as the API returns it.
type Agent struct {
	ID             string           `json:"_id"`
	Key            string           `json:"key"`
	DisplayName    string           `json:"display_name,omitzero"`
	Type           string           `json:"type,omitzero"`
	WorkspaceID    string           `json:"workspace_id,omitzero"`
	ProjectID      string           `json:"project_id,omitzero"`
	CreatedByID    Nullable[string] `json:"created_by_id,omitzero"`
	UpdatedByID    Nullable[string] `json:"updated_by_id,omitzero"`
	Created        string           `json:"created,omitzero"`
	Updated        string           `json:"updated,omitzero"`
	Status         string           `json:"status"`
	Version        string           `json:"version,omitzero"`
	VersionHash    string           `json:"version_hash,omitzero"`
	Path           string           `json:"path"`
	Role           string           `json:"role,omitzero"`
	Description    string           `json:"description"`
	Instructions   string           `json:"instructions,omitzero"`
	SystemPrompt   string           `json:"system_prompt,omitzero"`
	Model          *AgentModel      `json:"model,omitzero"`
	Settings       *AgentSettings   `json:"settings,omitzero"`
	MemoryStores   []string         `json:"memory_stores,omitzero"`
	KnowledgeBases []KnowledgeBase  `json:"knowledge_bases,omitzero"`
	TeamOfAgents   []TeamMember     `json:"team_of_agents,omitzero"`
	Skills         []string         `json:"skills,omitzero"`
	Variables      map[string]any   `json:"variables,omitzero"`
	Metrics        *Metrics         `json:"metrics,omitzero"`
	Source         string           `json:"source,omitzero"`
	Engine         string           `json:"engine,omitzero"`
	A2A            *A2AConfig       `json:"a2a,omitzero"`

	// Raw is the object as received, including fields that this type lacks. It is never sent.
	Raw json.RawMessage `json:"-"`
}

// UnmarshalJSON decodes the fields and keeps the object in Raw.
func (a *Agent) UnmarshalJSON(data []byte) error {
	type plain Agent
	a.Raw = bytes.Clone(data)
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // variables may hold numbers that a float64 would round
	return decoder.Decode((*plain)(a))
}

// AgentModel is the model of a stored agent.
type AgentModel struct {
	// ID is the database id of the model, or its name.
	ID             string           `json:"id"`
	IntegrationID  Nullable[string] `json:"integration_id,omitzero"`
	Parameters     *ModelParameters `json:"parameters,omitzero"`
	Retry          *ModelRetry      `json:"retry,omitzero"`
	FallbackModels []FallbackModel  `json:"fallback_models,omitzero"`
}

// AgentSettings are the settings of a stored agent. Its tools have the read form, unlike those of a SettingsRequest.
type AgentSettings struct {
	MaxIterations        *int        `json:"max_iterations,omitzero"`
	MaxExecutionTime     *int        `json:"max_execution_time,omitzero"`
	MaxCost              *float64    `json:"max_cost,omitzero"`
	ToolApprovalRequired string      `json:"tool_approval_required,omitzero"`
	ChatExposed          *bool       `json:"chat_exposed,omitzero"`
	Tools                []AgentTool `json:"tools,omitzero"`
	Evaluators           []Evaluator `json:"evaluators,omitzero"`
	Guardrails           []Evaluator `json:"guardrails,omitzero"`
}

// AgentTool is a tool of a stored agent. Requests use ToolReference instead.
type AgentTool struct {
	ID               string          `json:"id"`
	Key              string          `json:"key,omitzero"`
	ActionType       string          `json:"action_type"`
	DisplayName      string          `json:"display_name,omitzero"`
	Description      string          `json:"description,omitzero"`
	RequiresApproval bool            `json:"requires_approval"`
	ToolID           string          `json:"tool_id,omitzero"`
	Conditions       []ToolCondition `json:"conditions,omitzero"`
	// Timeout is in seconds.
	Timeout float64 `json:"timeout,omitzero"`
	// Configuration is free, except that of the tool file_system.
	Configuration map[string]any `json:"configuration,omitzero"`
}

// ToolCondition compares an argument of a tool call with a value.
type ToolCondition struct {
	Condition string `json:"condition"`
	Operator  string `json:"operator"`
	Value     string `json:"value"`
}

// Evaluator is an evaluator or guardrail applied to an agent.
type Evaluator struct {
	ID string `json:"id" jsonschema:"required"`
	// SampleRate is the percentage of executions that are checked; 50 when absent.
	SampleRate *float64 `json:"sample_rate,omitzero" jsonschema:"minimum=1,maximum=100"`
	ExecuteOn  string   `json:"execute_on" jsonschema:"required,enum=input,enum=output" jsonschema_extras:"open=true"`
	// Options are those of the evaluator.
	Options map[string]any `json:"options,omitzero" jsonschema_extras:"hidden=true"`
}

// KnowledgeBase refers to a knowledge base an agent may search.
type KnowledgeBase struct {
	KnowledgeID string `json:"knowledge_id"`
}

// TeamMember is an agent to which another agent may delegate work.
type TeamMember struct {
	Key  string `json:"key" jsonschema:"required"`
	Role string `json:"role,omitzero"`
}

// Metrics are running totals of an agent.
type Metrics struct {
	// TotalCost is in USD.
	TotalCost float64 `json:"total_cost"`
}
