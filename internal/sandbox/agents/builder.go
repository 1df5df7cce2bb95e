// Package agents makes the agents of the sandbox from requests, with the defaults and rules of the API, and the API's forms
// of an agent from what is stored.
package agents

import (
	"context"
	"encoding/json"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Builder creates and changes the records of agents from requests. Its errors are *apierror.Error, or those of the store.
type Builder struct {
	Store *store.Store
	// FetchCard fetches the card of an A2A agent with the values of its headers.
	FetchCard func(ctx context.Context, config *orq.A2AConfig, headers map[string]string) (json.RawMessage, error)
}
