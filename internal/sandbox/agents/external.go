package agents

import (
	"encoding/json"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/engine/remote"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// External is an A2A agent as /v2/agents/external answers it.
type External struct {
	AgentID     string `json:"agent_id"`
	Key         string `json:"key"`
	DisplayName string `json:"display_name"`
	Description string `json:"description"`
	Path        string `json:"path"`
	ProjectID   string `json:"project_id"`
	externalConnection
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
	// CreatedByID and UpdatedByID are always empty: the sandbox has no users.
	CreatedByID string `json:"created_by_id"`
	UpdatedByID string `json:"updated_by_id"`
	Version     string `json:"version"`
}

// externalConnection is how an external agent is reached. The values of its headers are empty.
type externalConnection struct {
	AgentURL           string                `json:"agent_url"`
	CardURL            string                `json:"card_url,omitzero"`
	Headers            map[string]orq.Header `json:"headers"`
	ProtocolVersion    string                `json:"protocol_version"`
	PreferredTransport string                `json:"preferred_transport"`
	CachedCard         json.RawMessage       `json:"cached_card"`
	CardRefreshedAt    string                `json:"card_refreshed_at,omitzero"`
}

// NewExternal returns the answer for an A2A agent, whichever operation has registered it. A version and transport
// that were not demanded are those by which the agent is called.
func NewExternal(rec *store.Record) External {
	agent, connection := rec.Agent, rec.Connection
	version, transport, ok := remote.Choose(agent.A2A, connection)
	if !ok {
		version, transport = connection.ProtocolVersion, connection.PreferredTransport
	}
	setText(&version, connection.ProtocolVersion)
	setText(&transport, connection.PreferredTransport)
	headers := agent.A2A.Headers
	if headers == nil {
		headers = map[string]orq.Header{}
	}
	return External{
		AgentID: agent.ID, Key: agent.Key, DisplayName: agent.DisplayName, Description: agent.Description,
		Path: agent.Path, ProjectID: agent.ProjectID,
		externalConnection: externalConnection{
			AgentURL: agent.A2A.AgentURL, CardURL: agent.A2A.CardURL, Headers: headers,
			ProtocolVersion: version, PreferredTransport: transport,
			CachedCard: agent.A2A.CachedCard, CardRefreshedAt: connection.CardRefreshed,
		},
		CreatedAt: agent.Created, UpdatedAt: agent.Updated, Version: agent.Version,
	}
}

// ExternalUpdate is the body of PATCH /v2/agents/external/{agent_key}: what it does not hold stays.
type ExternalUpdate struct {
	DisplayName        *string               `json:"display_name"`
	Description        *string               `json:"description"`
	Path               string                `json:"path"`
	ProjectID          string                `json:"project_id"`
	AgentURL           string                `json:"agent_url"`
	CardURL            *string               `json:"card_url"`
	Headers            map[string]orq.Header `json:"headers"`
	ProtocolVersion    *string               `json:"protocol_version"`
	PreferredTransport *string               `json:"preferred_transport"`
	ClearHeaders       bool                  `json:"clear_headers"`
}

// UpdateExternal changes an A2A agent. The card stays as it was fetched until it is refreshed.
func (b *Builder) UpdateExternal(rec *store.Record, in ExternalUpdate) error {
	agent := &rec.Agent
	setValue(&agent.DisplayName, in.DisplayName)
	setValue(&agent.Description, in.Description)
	if in.Path != "" {
		agent.Path, agent.ProjectID = in.Path, ProjectID(in.Path)
	}
	setText(&agent.ProjectID, in.ProjectID)
	setText(&agent.A2A.AgentURL, in.AgentURL)
	setValue(&agent.A2A.CardURL, in.CardURL)
	setValue(&rec.Connection.ProtocolVersion, in.ProtocolVersion)
	setValue(&rec.Connection.PreferredTransport, in.PreferredTransport)
	if err := checkURLs(agent.A2A); err != nil {
		return err
	}
	if in.ClearHeaders && len(in.Headers) > 0 {
		return apierror.Invalid("clear_headers: cannot be combined with headers")
	}
	if in.ClearHeaders || len(in.Headers) > 0 {
		if err := b.setHeaders(rec, in.Headers, true); err != nil {
			return err
		}
	}
	agent.Updated = b.Store.Timestamp()
	return nil
}
