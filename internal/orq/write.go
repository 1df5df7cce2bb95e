package orq

import "encoding/json"

// CreateAgentRequest is the body of POST /v2/agents. Key, Role, Description, Instructions, Path, Model and Settings are required.
type CreateAgentRequest struct {
	Key            string          `json:"key"`
	DisplayName    string          `json:"display_name,omitzero"`
	Role           string          `json:"role"`
	Description    string          `json:"description"`
	Instructions   string          `json:"instructions"`
	SystemPrompt   string          `json:"system_prompt,omitzero"`
	Path           string          `json:"path"`
	Model          ModelConfig     `json:"model"`
	FallbackModels []FallbackModel `json:"fallback_models,omitzero"`
	Settings       SettingsRequest `json:"settings"`
	MemoryStores   []string        `json:"memory_stores,omitzero"`
	KnowledgeBases []KnowledgeBase `json:"knowledge_bases,omitzero"`
	TeamOfAgents   []TeamMember    `json:"team_of_agents,omitzero"`
	Variables      map[string]any  `json:"variables,omitzero"`
	Source         string          `json:"source,omitzero"`
	Engine         string          `json:"engine,omitzero"`
}

// UpdateAgentRequest is the body of PATCH /v2/agents/{agent_key}. Only what is set is sent, and only that changes.
type UpdateAgentRequest struct {
	Key                *string          `json:"key,omitzero"`
	DisplayName        *string          `json:"display_name,omitzero"`
	ProjectID          *string          `json:"project_id,omitzero"`
	Role               *string          `json:"role,omitzero"`
	Description        *string          `json:"description,omitzero"`
	Instructions       *string          `json:"instructions,omitzero"`
	SystemPrompt       *string          `json:"system_prompt,omitzero"`
	Model              *ModelConfig     `json:"model,omitzero"`
	FallbackModels     []FallbackModel  `json:"fallback_models,omitzero"`
	Settings           *SettingsRequest `json:"settings,omitzero"`
	Path               *string          `json:"path,omitzero"`
	MemoryStores       []string         `json:"memory_stores,omitzero"`
	KnowledgeBases     []KnowledgeBase  `json:"knowledge_bases,omitzero"`
	TeamOfAgents       []TeamMember     `json:"team_of_agents,omitzero"`
	Variables          map[string]any   `json:"variables,omitzero"`
	Engine             string           `json:"engine,omitzero"`
	A2A                *A2AUpdate       `json:"a2a,omitzero"`
	VersionIncrement   string           `json:"versionIncrement,omitzero"`
	VersionDescription string           `json:"versionDescription,omitzero"`
}

// A2AUpdate changes the connection of an A2A agent. Headers replace the stored ones: an empty value keeps a stored
// value, a header that is left out is removed.
type A2AUpdate struct {
	AgentURL string            `json:"agent_url,omitzero"`
	CardURL  string            `json:"card_url,omitzero"`
	Headers  map[string]Header `json:"headers,omitzero"`
}

// SettingsRequest is the `settings` of a create or update. Tools refer to tools that exist in the workspace.
type SettingsRequest struct {
	MaxIterations        *int            `json:"max_iterations,omitzero"`
	MaxExecutionTime     *int            `json:"max_execution_time,omitzero"`
	MaxCost              *float64        `json:"max_cost,omitzero"`
	ToolApprovalRequired string          `json:"tool_approval_required,omitzero"`
	Tools                []ToolReference `json:"tools,omitzero"`
	Evaluators           []Evaluator     `json:"evaluators,omitzero"`
	Guardrails           []Evaluator     `json:"guardrails,omitzero"`
}

// ToolReference is a tool as it is written: a built-in by type, any other by key or id; MCP tools also need ToolID.
type ToolReference struct {
	Type             string `json:"type"`
	Key              string `json:"key,omitzero"`
	ID               string `json:"id,omitzero"`
	ToolID           string `json:"tool_id,omitzero"`
	RequiresApproval *bool  `json:"requires_approval,omitzero"`
}

// RegisterA2ARequest is the body of POST /v2/agents/a2a. All but CardURL and Headers are required.
type RegisterA2ARequest struct {
	Key         string            `json:"key"`
	DisplayName string            `json:"display_name"`
	Description string            `json:"description"`
	Path        string            `json:"path"`
	AgentURL    string            `json:"agent_url"`
	CardURL     string            `json:"card_url,omitzero"`
	Headers     map[string]Header `json:"headers,omitzero"`
}

// RefreshedCard is the answer of POST /v2/agents/{key}/card/refresh.
type RefreshedCard struct {
	Message string          `json:"message"`
	Card    json.RawMessage `json:"card,omitzero"`
}
