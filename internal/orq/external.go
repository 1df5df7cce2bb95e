package orq

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// ExternalAgent is an A2A agent in today's API.
type ExternalAgent struct {
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
func (e *ExternalAgent) agent() (*Agent, error) {
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

// external sends an operation on one external agent.
func (c *Client) external(ctx context.Context, call apiCall) (*Agent, error) {
	response, err := roundTrip[struct{ Agent ExternalAgent }](ctx, &c.requester, call)
	if err != nil {
		return nil, err
	}
	if response.Agent.Key == "" {
		return nil, fmt.Errorf("%s: the answer holds no agent", call.operation)
	}
	return response.Agent.agent()
}

// ExternalList is one page of external agents, in the form of March.
type ExternalList struct {
	Data    []*Agent
	HasMore bool
}

// ListExternalAgents returns a page of the external agents. The type of the options is ignored. The error matches
// ErrNoRoute when the server has none.
//
// GET /v2/agents/external
func (c *Client) ListExternalAgents(ctx context.Context, options ListOptions) (ExternalList, error) {
	query := url.Values{}
	if options.Limit > 0 {
		query.Set("limit", strconv.Itoa(options.Limit))
	}
	if options.StartingAfter != "" {
		query.Set("starting_after", options.StartingAfter)
	}
	if options.EndingBefore != "" {
		query.Set("ending_before", options.EndingBefore)
	}
	var page struct {
		Data    []ExternalAgent `json:"data"`
		HasMore bool            `json:"has_more"`
	}
	if err := c.requester.do(ctx, apiCall{operation: opListExternal, query: query}, &page); err != nil {
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
