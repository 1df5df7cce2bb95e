package orq

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// externalAgent is an A2A agent in today's API.
type externalAgent struct {
	AgentID     string            `json:"agent_id"`
	Key         string            `json:"key"`
	DisplayName string            `json:"display_name"`
	Description string            `json:"description"`
	Path        string            `json:"path"`
	ProjectID   string            `json:"project_id"`
	AgentURL    string            `json:"agent_url"`
	CardURL     string            `json:"card_url"`
	Headers     map[string]Header `json:"headers"`
	CachedCard  json.RawMessage   `json:"cached_card"`
	CreatedAt   string            `json:"created_at"`
	UpdatedAt   string            `json:"updated_at"`
	CreatedByID Nullable[string]  `json:"created_by_id"`
	UpdatedByID Nullable[string]  `json:"updated_by_id"`
	Version     externalVersion   `json:"version"`
}

// externalVersion is a version, whose type no source states.
type externalVersion string

// UnmarshalJSON reads a string or a number.
func (v *externalVersion) UnmarshalJSON(raw []byte) error {
	*v = externalVersion(scalar(raw))
	return nil
}

// agent is the external agent in the form of March.
func (e *externalAgent) agent() (*Agent, error) {
	a := &Agent{
		ID: e.AgentID, Key: e.Key, DisplayName: e.DisplayName, Type: TypeA2A, ProjectID: e.ProjectID, Path: e.Path,
		Description: e.Description, Created: e.CreatedAt, Updated: e.UpdatedAt, CreatedByID: e.CreatedByID, UpdatedByID: e.UpdatedByID,
		Version: string(e.Version), Status: "live",
		A2A: &A2AConfig{AgentURL: e.AgentURL, CardURL: e.CardURL, Headers: e.Headers, CachedCard: e.CachedCard},
	}
	raw, err := json.Marshal(a)
	a.Raw = raw
	return a, err
}

// externalAPI holds the operations on single external agents.
type externalAPI struct {
	*requester
	routes *routes
}

func (c *Client) external() externalAPI { return externalAPI{&c.requester, c.routes} }

// send sends an operation on one external agent.
func (a externalAPI) send(ctx context.Context, call apiCall) (*Agent, error) {
	response, err := roundTrip[struct{ Agent externalAgent }](ctx, a.requester, call)
	if err != nil {
		return nil, err
	}
	a.routes.setExternal(true)
	return response.Agent.agent()
}

// ExternalList is one page of external agents, in the form of March.
type ExternalList struct {
	Data    []*Agent
	HasMore bool
}

// HasExternalAgents reports whether the server has operations for external agents, as far as is known.
func (c *Client) HasExternalAgents() bool { return c.routes.mayHaveExternal() }

// ListExternalAgents returns a page of the external agents, which is empty on a server that has none. The type of the
// options is ignored.
//
// GET /v2/agents/external
func (c *Client) ListExternalAgents(ctx context.Context, options ListOptions) (ExternalList, error) {
	if !c.routes.mayHaveExternal() {
		return ExternalList{}, nil
	}
	var page struct {
		Data    []externalAgent `json:"data"`
		HasMore bool            `json:"has_more"`
		Key     string          `json:"key"`
	}
	err := c.requester.do(ctx, apiCall{operation: opListExternal, query: options.page()}, &page)
	// In March, this is a lookup of the agent with the key external.
	if errors.Is(err, ErrNoRoute) || errors.Is(err, ErrNotFound) || err != nil && page.Key != "" {
		c.routes.setExternal(false)
		return ExternalList{}, nil
	}
	if err != nil {
		return ExternalList{}, err
	}
	list := ExternalList{HasMore: page.HasMore}
	for i := range page.Data {
		agent, err := page.Data[i].agent()
		if err != nil {
			return ExternalList{}, err
		}
		list.Data = append(list.Data, agent)
	}
	return list, nil
}

// get returns an external agent after GET /v2/agents/{agent_key} has failed with missing. Where the server has no
// such agent either, or no external agents at all, the error is missing.
//
// GET /v2/agents/external/{agent_key}
func (a externalAPI) get(ctx context.Context, key string, missing error) (*Agent, error) {
	if !errors.Is(missing, ErrNotFound) || !a.routes.mayHaveExternal() {
		return nil, missing
	}
	agent, err := a.send(ctx, apiCall{operation: opGetExternal, segments: []string{key}})
	if errors.Is(err, ErrNoRoute) {
		a.routes.setExternal(false)
		return nil, missing
	}
	if e, ok := errors.AsType[*APIError](err); ok && e.Status < http.StatusInternalServerError {
		return nil, missing // such as 403: the key may read agents, but no external ones
	}
	return agent, err
}

// externalUpdate is the body of PATCH /v2/agents/external/{agent_key}.
type externalUpdate struct {
	DisplayName  *string           `json:"display_name,omitzero"`
	Description  *string           `json:"description,omitzero"`
	Path         *string           `json:"path,omitzero"`
	ProjectID    *string           `json:"project_id,omitzero"`
	AgentURL     string            `json:"agent_url,omitzero"`
	CardURL      string            `json:"card_url,omitzero"`
	Headers      map[string]Header `json:"headers,omitzero"`
	ClearHeaders bool              `json:"clear_headers,omitzero"`
}

// ExternalFieldError is an update of fields that an external agent does not have: their paths, such as settings.tools.
type ExternalFieldError struct{ Fields []string }

// Error names the fields.
func (e *ExternalFieldError) Error() string {
	return "an external agent has no " + strings.Join(e.Fields, ", ")
}

// update changes an external agent after PATCH /v2/agents/{agent_key} has failed with missing.
//
// PATCH /v2/agents/external/{agent_key}
func (a externalAPI) update(ctx context.Context, key string, request UpdateAgentRequest, missing error) (*Agent, error) {
	if _, err := a.get(ctx, key, missing); err != nil {
		return nil, err
	}
	update := externalUpdate{DisplayName: request.DisplayName, Description: request.Description, Path: request.Path, ProjectID: request.ProjectID}
	if a2a := request.A2A; a2a != nil {
		update.AgentURL, update.CardURL, update.Headers = a2a.AgentURL, a2a.CardURL, a2a.Headers
		if a2a.Headers != nil && len(a2a.Headers) == 0 {
			update.Headers, update.ClearHeaders = nil, true
		}
	}
	request.DisplayName, request.Description, request.Path, request.ProjectID, request.A2A = nil, nil, nil, nil, nil
	if fields := request.Fields(); len(fields) > 0 {
		return nil, &ExternalFieldError{fields}
	}
	return a.send(ctx, apiCall{operation: opUpdateExternal, segments: []string{key}, body: update})
}
