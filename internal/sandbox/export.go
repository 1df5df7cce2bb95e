package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Export reads the agents of a data file, oldest first, in the form in which Seed creates them again. The values of
// headers are left empty. It changes nothing, and fails while another process uses the file.
func Export(path string) ([]json.RawMessage, error) {
	recs, err := store.ReadAgents(path)
	if err != nil {
		return nil, fmt.Errorf("read sandbox data %s: %w", path, err)
	}
	return requestsFor(recs)
}

// ExportAgents is Export for agents as the API returns them. What looks like a credential is masked: whoever may read agents
// sees their variables, but a list is passed on.
func ExportAgents(list []*orq.Agent) ([]json.RawMessage, error) {
	recs := make([]*store.Record, len(list))
	for i, each := range list {
		agent := *each
		agent.Role, agent.Path = cmp.Or(agent.Role, "Agent"), cmp.Or(agent.Path, agents.DefaultPath)
		agent.Model, agent.Settings = cmp.Or(agent.Model, &orq.AgentModel{}), cmp.Or(agent.Settings, &orq.AgentSettings{})
		if agent.Type == orq.TypeA2A {
			agent.A2A = withoutHeaderValues(agent.A2A)
		}
		recs[i] = &store.Record{Agent: agent}
	}
	requests, err := requestsFor(recs)
	for i, request := range requests {
		requests[i] = redact.JSON(request)
	}
	return requests, err
}

// withoutHeaderValues returns a copy of the connection; nil is an empty one.
func withoutHeaderValues(from *orq.A2AConfig) *orq.A2AConfig {
	if from == nil {
		return &orq.A2AConfig{}
	}
	a2a := *from
	a2a.Headers = make(map[string]orq.Header, len(from.Headers))
	for name, header := range from.Headers {
		a2a.Headers[name] = orq.Header{Encrypted: header.Encrypted}
	}
	return &a2a
}

func requestsFor(recs []*store.Record) (requests []json.RawMessage, err error) {
	requests = make([]json.RawMessage, len(recs)) // not nil, which would be null
	for i, rec := range recs {
		if requests[i], err = exactjson.Marshal(agents.RequestFor(rec)); err != nil {
			return nil, err
		}
	}
	return requests, nil
}
