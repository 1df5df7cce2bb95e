package orq

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strconv"
)

// ListOptions select a page of agents. Without a Limit the API returns all of them.
type ListOptions struct {
	// Limit is the size of the page, 1-200; 0 sets none.
	Limit int
	// StartingAfter and EndingBefore are ids of agents; at most one is set.
	StartingAfter string
	EndingBefore  string
	// Type is TypeInternal or TypeA2A; empty selects both.
	Type string
}

// page returns the parameters that select the page, without the Type.
func (o ListOptions) page() url.Values {
	query := url.Values{}
	if o.Limit > 0 {
		query.Set("limit", strconv.Itoa(o.Limit))
	}
	if o.StartingAfter != "" {
		query.Set("starting_after", o.StartingAfter)
	}
	if o.EndingBefore != "" {
		query.Set("ending_before", o.EndingBefore)
	}
	return query
}

// AgentList is one page of agents, newest first.
type AgentList struct {
	Object  string  `json:"object"`
	Data    []Agent `json:"data"`
	HasMore bool    `json:"has_more"`
}

// ListAgents returns a page of the workspace's agents.
//
// GET /v2/agents
func (c *Client) ListAgents(ctx context.Context, options ListOptions) (AgentList, error) {
	query := options.page()
	if options.Type != "" {
		query.Set("type", options.Type)
	}
	var list AgentList
	err := c.requester.do(ctx, apiCall{operation: opListAgents, query: query}, &list)
	return list, err
}

// GetAgent returns the agent with the given key, id or key@version. The error matches ErrNotFound when there is none.
//
// GET /v2/agents/{agent_key} or GET /v2/agents/external/{agent_key}
func (c *Client) GetAgent(ctx context.Context, key string) (*Agent, error) {
	agent, err := roundTrip[Agent](ctx, &c.requester, apiCall{operation: opGetAgent, segments: []string{key}})
	if err != nil {
		return c.external().get(ctx, key, err)
	}
	return agent, nil
}

// GetAgentJSON is GetAgent for callers that read the JSON of the API themselves. It is valid, and an object.
//
// GET /v2/agents/{agent_key} or GET /v2/agents/external/{agent_key}
func (c *Client) GetAgentJSON(ctx context.Context, key string) (string, error) {
	var agent objectJSON
	err := c.requester.do(ctx, apiCall{operation: opGetAgent, segments: []string{key}}, &agent)
	if err != nil {
		external, err := c.external().get(ctx, key, err)
		if err != nil {
			return "", err
		}
		return string(external.Raw), nil
	}
	return string(agent), nil
}

// CreateAgentRequest is the body of CreateAgent. Key, Role, Description, Instructions, Path, Model and Settings are
// required.
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
	Skills         []string        `json:"skills,omitzero"`
	Variables      map[string]any  `json:"variables,omitzero"`
	Source         string          `json:"source,omitzero"`
	Engine         string          `json:"engine,omitzero"`
}

// CreateAgent creates an agent. The error matches ErrConflict when the key is taken, ErrInvalid when a field is wrong,
// with a message that names it.
//
// POST /v2/agents
func (c *Client) CreateAgent(ctx context.Context, request CreateAgentRequest) (*Agent, error) {
	return roundTrip[Agent](ctx, &c.requester, apiCall{operation: opCreateAgent, body: request})
}

// UpdateAgentRequest is the body of UpdateAgent. Only fields that are set are sent and changed.
type UpdateAgentRequest struct {
	Key                *string            `json:"key,omitzero"`
	DisplayName        *string            `json:"display_name,omitzero"`
	ProjectID          *string            `json:"project_id,omitzero"`
	Role               *string            `json:"role,omitzero"`
	Description        *string            `json:"description,omitzero"`
	Instructions       *string            `json:"instructions,omitzero"`
	SystemPrompt       Nullable[string]   `json:"system_prompt,omitzero"`
	Model              *ModelConfig       `json:"model,omitzero"`
	FallbackModels     []FallbackModel    `json:"fallback_models,omitzero"`
	Settings           *SettingsRequest   `json:"settings,omitzero"`
	Path               *string            `json:"path,omitzero"`
	MemoryStores       []string           `json:"memory_stores,omitzero"`
	KnowledgeBases     []KnowledgeBase    `json:"knowledge_bases,omitzero"`
	TeamOfAgents       []TeamMember       `json:"team_of_agents,omitzero"`
	Skills             Nullable[[]string] `json:"skills,omitzero"`
	Variables          map[string]any     `json:"variables,omitzero"`
	Engine             string             `json:"engine,omitzero"`
	A2A                *A2AUpdate         `json:"a2a,omitzero"`
	VersionIncrement   string             `json:"versionIncrement,omitzero"`
	VersionDescription string             `json:"versionDescription,omitzero"`
}

// Fields returns the paths of the fields that are set, such as role or settings.tools, sorted.
func (r UpdateAgentRequest) Fields() []string {
	var fields []string
	for name, value := range members(r) {
		settings := map[string]json.RawMessage{}
		if name == "settings" {
			settings = members(value)
		}
		for setting := range settings {
			fields = append(fields, name+"."+setting)
		}
		if len(settings) == 0 {
			fields = append(fields, name)
		}
	}
	slices.Sort(fields)
	return fields
}

// members returns the members of a value that is an object in JSON.
func members(value any) (object map[string]json.RawMessage) {
	if encoded, err := json.Marshal(value); err == nil {
		_ = json.Unmarshal(encoded, &object)
	}
	return object
}

// UpdateAgent changes the fields that the request sets and returns the updated agent.
//
// PATCH /v2/agents/{agent_key} or PATCH /v2/agents/external/{agent_key}
func (c *Client) UpdateAgent(ctx context.Context, key string, request UpdateAgentRequest) (*Agent, error) {
	op := opUpdateAgent
	if request.VersionIncrement != "" {
		op.kind = nonIdempotent // each repetition would create another version
	}
	agent, err := roundTrip[Agent](ctx, &c.requester, apiCall{operation: op, segments: []string{key}, body: request})
	if errors.Is(err, ErrNotFound) {
		return c.external().update(ctx, key, request, err)
	}
	return agent, err
}

// SettingsRequest is the settings of a create or update request. Its tools refer to tools of the workspace.
type SettingsRequest struct {
	MaxIterations        *int            `json:"max_iterations,omitzero"`
	MaxExecutionTime     *int            `json:"max_execution_time,omitzero"`
	MaxCost              *float64        `json:"max_cost,omitzero"`
	ToolApprovalRequired string          `json:"tool_approval_required,omitzero"`
	ChatExposed          *bool           `json:"chat_exposed,omitzero"`
	Tools                []ToolReference `json:"tools,omitzero"`
	Evaluators           []Evaluator     `json:"evaluators,omitzero"`
	Guardrails           []Evaluator     `json:"guardrails,omitzero"`
}

// ToolReference is a tool of a create or update request: a built-in by its type, any other by its key or id. An MCP tool
// also needs ToolID.
type ToolReference struct {
	Type             string `json:"type"`
	Key              string `json:"key,omitzero"`
	ID               string `json:"id,omitzero"`
	ToolID           string `json:"tool_id,omitzero"`
	RequiresApproval *bool  `json:"requires_approval,omitzero"`
	// Timeout is in seconds; http, code and provider tools have one.
	Timeout *float64 `json:"timeout,omitzero"`
	// Configuration belongs to built-in and provider tools. That of file_system needs file_system_id or file_system_key.
	Configuration map[string]any `json:"configuration,omitzero"`
}

// DeleteAgent deletes an agent permanently. The error matches ErrNotFound when there is none.
//
// DELETE /v2/agents/{agent_key}
func (c *Client) DeleteAgent(ctx context.Context, key string) error {
	mayBeGone := false
	repeating := c.requester
	repeating.onWait = func(wait Wait) {
		mayBeGone = mayBeGone || !mayRetry(wait.Cause, false)
		if c.requester.onWait != nil {
			c.requester.onWait(wait)
		}
	}
	err := repeating.do(ctx, apiCall{operation: opDeleteAgent, segments: []string{key}}, nil)
	if mayBeGone && errors.Is(err, ErrNotFound) {
		// An earlier attempt deleted it, and only its response was lost.
		return nil
	}
	return err
}
