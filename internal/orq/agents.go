package orq

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
)

// ListOptions select a page of agents. The API returns everything at once when Limit is 0.
type ListOptions struct {
	// Limit is 1-200.
	Limit int
	// StartingAfter and EndingBefore are ids of agents; at most one is set.
	StartingAfter string
	EndingBefore  string
	// Type is TypeInternal or TypeA2A; empty selects both.
	Type string
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
	query := url.Values{}
	if options.Limit > 0 {
		query.Set("limit", strconv.Itoa(options.Limit))
	}
	for name, value := range map[string]string{
		"starting_after": options.StartingAfter, "ending_before": options.EndingBefore, "type": options.Type,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	var list AgentList
	err := c.do(ctx, call{operation: opListAgents, query: query}, &list)
	return list, err
}

// GetAgent returns the agent with the given key, id or key@version. ErrNotFound when there is none.
//
// GET /v2/agents/{agent_key}
func (c *Client) GetAgent(ctx context.Context, key string) (*Agent, error) {
	return c.agent(ctx, call{operation: opGetAgent, segments: []string{key}})
}

// CreateAgent creates an agent. ErrConflict when the key is taken, ErrInvalid with the field when the body is wrong.
//
// POST /v2/agents
func (c *Client) CreateAgent(ctx context.Context, request CreateAgentRequest) (*Agent, error) {
	return c.agent(ctx, call{operation: opCreateAgent, body: request})
}

// GetAgentJSON is GetAgent for callers that pass the agent on as the API wrote it.
//
// GET /v2/agents/{agent_key}
func (c *Client) GetAgentJSON(ctx context.Context, key string) (json.RawMessage, error) {
	var agent agentJSON
	err := c.do(ctx, call{operation: opGetAgent, segments: []string{key}}, &agent)
	return json.RawMessage(agent), err
}

// UpdateAgent changes what the request sets and returns the agent as it is then.
//
// PATCH /v2/agents/{agent_key}
func (c *Client) UpdateAgent(ctx context.Context, key string, request UpdateAgentRequest) (*Agent, error) {
	op := opUpdateAgent
	if request.VersionIncrement != "" {
		op.kind = once // each repetition would make one more version
	}
	return c.agent(ctx, call{operation: op, segments: []string{key}, body: request})
}

// RegisterA2AAgent makes the service fetch the card of an external agent and registers it. ErrConflict when the key is
// taken, ErrInvalid when the card cannot be read.
//
// POST /v2/agents/a2a
func (c *Client) RegisterA2AAgent(ctx context.Context, request RegisterA2ARequest) (*Agent, error) {
	return c.agent(ctx, call{operation: opRegisterA2A, body: request})
}

func (c *Client) agent(ctx context.Context, call call) (*Agent, error) {
	var agent Agent
	if err := c.do(ctx, call, &agent); err != nil {
		return nil, err
	}
	return &agent, nil
}

// DeleteAgent deletes an agent for good. ErrNotFound when there is none.
//
// DELETE /v2/agents/{agent_key}
func (c *Client) DeleteAgent(ctx context.Context, key string) error {
	mayBeGone := false
	repeating := c.For(Caller{OnWait: func(wait Wait) {
		mayBeGone = mayBeGone || !mayRetry(wait.Cause, false)
		if c.onWait != nil {
			c.onWait(wait)
		}
	}})
	err := repeating.do(ctx, call{operation: opDeleteAgent, segments: []string{key}}, nil)
	if mayBeGone && errors.Is(err, ErrNotFound) {
		// A try before this one deleted it, and only its answer was lost.
		return nil
	}
	return err
}

// RefreshAgentCard makes the service fetch a registered A2A agent's card again. ErrInvalid when the agent is not an A2A
// agent or its card cannot be read.
//
// POST /v2/agents/{key}/card/refresh
func (c *Client) RefreshAgentCard(ctx context.Context, key string) (RefreshedCard, error) {
	var refreshed RefreshedCard
	err := c.do(ctx, call{operation: opRefreshAgentCard, segments: []string{key}}, &refreshed)
	return refreshed, err
}
