package orq

import (
	"context"
	"errors"
	"net/http"
)

// Offer is which groups of operations a server has.
type Offer struct {
	// Agents are the operations on agents, which are the same in both generations.
	Agents bool
	// Runs are the run operations of March.
	Runs bool
	// Responses is the Responses API of today.
	Responses bool
	// External are the external agents of today.
	External bool
}

// Offer finds out which operations the server has, by requests that only read. It is meant for diagnosis: calls choose their
// generation by themselves. An error is one that reveals nothing about routes, such as a refused key.
//
// GET /v2/agents, GET /v2/agents/{agent_key}/responses/{task_id}, GET /v3/router/responses/{response_id},
// GET /v2/agents/external
func (c *Client) Offer(ctx context.Context) (Offer, error) {
	var offer Offer
	// These ids name nothing: a server that has the operation answers 404 with a message about the task or the agent.
	const noKey, noID = "orq-mcp-probe", "0"
	for _, probe := range []struct {
		found *bool
		call  apiCall
	}{
		{&offer.Agents, apiCall{operation: opListAgents, query: map[string][]string{"limit": {"1"}}}},
		{&offer.Runs, apiCall{operation: opGetAgentResponse, segments: []string{noKey, noID}}},
		{&offer.Responses, apiCall{operation: opGetResponse, segments: []string{responsePrefix + noID}}},
		{&offer.External, apiCall{operation: opListExternal, query: map[string][]string{"limit": {"1"}}}},
	} {
		found, err := c.hasRoute(ctx, probe.call)
		if err != nil {
			return Offer{}, err
		}
		*probe.found = found
	}
	return offer, nil
}

// hasRoute reports whether a request that reads reaches an operation.
func (c *Client) hasRoute(ctx context.Context, call apiCall) (bool, error) {
	var found struct {
		Key string `json:"key"`
	}
	err := c.requester.do(ctx, call, &found)
	var e *APIError
	switch {
	case err == nil:
		return true, nil
	case call.operation == opListExternal && found.Key != "":
		// On a server of March the list of external agents is a look-up of an agent with the key external.
		return false, nil
	case errors.Is(err, ErrNoRoute):
		return false, nil
	case errors.As(err, &e) && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound):
		return call.operation != opListExternal && !isBareNotFound(err), nil
	}
	return false, err
}
