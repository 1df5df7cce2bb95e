package orq

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// A2AConfig is the connection to an agent that runs outside orq.ai. The values of encrypted headers are never returned.
type A2AConfig struct {
	AgentURL   string            `json:"agent_url"`
	CardURL    string            `json:"card_url,omitzero"`
	Headers    map[string]Header `json:"headers,omitzero"`
	CachedCard json.RawMessage   `json:"cached_card,omitzero"`
}

// A2AUpdate changes the connection to an A2A agent. Headers replace the stored ones: an empty value keeps the stored
// value, a header that is left out is removed.
type A2AUpdate struct {
	AgentURL string            `json:"agent_url,omitzero"`
	CardURL  string            `json:"card_url,omitzero"`
	Headers  map[string]Header `json:"headers,omitzero"`
}

// RegisterA2ARequest is the body of RegisterA2AAgent. All fields but CardURL and Headers are required.
type RegisterA2ARequest struct {
	Key         string            `json:"key"`
	DisplayName string            `json:"display_name"`
	Description string            `json:"description"`
	Path        string            `json:"path"`
	AgentURL    string            `json:"agent_url"`
	CardURL     string            `json:"card_url,omitzero"`
	Headers     map[string]Header `json:"headers,omitzero"`
}

// RegisterA2AAgent registers an external agent, whose card the service fetches. The error matches ErrConflict when the
// key is taken, ErrInvalid when the card cannot be read.
//
// POST /v2/agents/a2a or POST /v2/agents/external
func (c *Client) RegisterA2AAgent(ctx context.Context, request RegisterA2ARequest) (*Agent, error) {
	var agent *Agent
	err := c.routes.perform(choice{
		group: groupExternal,
		march: func() (err error) {
			agent, err = roundTrip[Agent](ctx, &c.requester, apiCall{operation: opRegisterA2A, body: request})
			return err
		},
		today: func() (err error) {
			agent, err = c.external().send(ctx, apiCall{operation: opRegisterExternal, body: request})
			return err
		},
	})
	return agent, err
}

// RefreshedCard is the response of RefreshAgentCard.
type RefreshedCard struct {
	Message string          `json:"message"`
	Card    json.RawMessage `json:"card,omitzero"`
}

// ErrNotExternal is an agent that is not an A2A agent, where the service does not state so itself.
var ErrNotExternal = errors.New("the agent is not an A2A agent")

// RefreshAgentCard makes the service fetch the card of a registered A2A agent again. The error matches ErrInvalid when
// its card cannot be read, and ErrInvalid or ErrNotExternal when the agent is not an A2A agent.
//
// POST /v2/agents/{key}/card/refresh or POST /v2/agents/external/{agent_key}:refreshCard
func (c *Client) RefreshAgentCard(ctx context.Context, key string) (RefreshedCard, error) {
	var refreshed RefreshedCard
	err := c.routes.perform(choice{
		group: groupExternal,
		exists: func() bool {
			_, err := c.ListExternalAgents(ctx, ListOptions{Limit: 1})
			return err == nil && c.HasExternalAgents()
		},
		march: func() error {
			return c.requester.do(ctx, apiCall{operation: opRefreshAgentCard, segments: []string{key}}, &refreshed)
		},
		today: func() error {
			agent, err := c.external().send(ctx, apiCall{operation: opRefreshExternal, segments: []string{key}})
			if err == nil {
				refreshed = RefreshedCard{Message: "the agent card was refreshed", Card: agent.A2A.CachedCard}
			}
			return c.notExternal(ctx, key, err)
		},
	})
	return refreshed, err
}

// notExternal returns ErrNotExternal in place of missing, the failure of an operation on an external agent, when the server
// has an agent of another kind with that key.
func (c *Client) notExternal(ctx context.Context, key string, missing error) error {
	if !errors.Is(missing, ErrNotFound) {
		return missing
	}
	if agent, err := c.GetAgent(ctx, key); err != nil || agent.Type == TypeA2A {
		return missing
	}
	return fmt.Errorf("%w: %w", ErrNotExternal, missing)
}
