package a2aserver

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// The versions of A2A that the server speaks, as a card writes them.
const (
	versionCurrent = "1.0"
	versionLegacy  = "0.3"
)

// card is an agent card that clients of A2A 0.3 and of 1.0 can read: it holds the members of both.
type card struct {
	Name               string                 `json:"name"`
	Description        string                 `json:"description"`
	Version            string                 `json:"version"`
	Capabilities       spec.AgentCapabilities `json:"capabilities"`
	DefaultInputModes  []string               `json:"defaultInputModes"`
	DefaultOutputModes []string               `json:"defaultOutputModes"`
	Skills             []spec.AgentSkill      `json:"skills"`

	SecuritySchemes map[string]any `json:"securitySchemes"`
	// Security is of 0.3. Its counterpart in 1.0 is optional, and left out: a list of scopes is an array for the library for
	// Go and an object for that for TypeScript.
	Security []map[string][]string `json:"security"`

	// SupportedInterfaces is of 1.0, the rest of 0.3.
	SupportedInterfaces []*spec.AgentInterface `json:"supportedInterfaces"`
	URL                 string                 `json:"url"`
	ProtocolVersion     string                 `json:"protocolVersion"`
	PreferredTransport  spec.TransportProtocol `json:"preferredTransport"`
}

// Card serves GET /v2/agents/{key}/a2a/card and GET /v2/agents/{key}/a2a/.well-known/agent-card.json. Its addresses are on
// the host that the request was sent to.
func (s *Server) Card(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.find(r)
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(newCard(rec.Agent, endpoint(r)))
	if err != nil {
		return fmt.Errorf("encode the card of %s: %w", rec.Agent.Key, err)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(encoded, '\n'))
	return nil
}

// endpoint is the URL of the agent's JSON-RPC, as the client reaches this server.
func endpoint(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host + "/v2/agents/" + url.PathEscape(r.PathValue("key")) + "/a2a"
}

func newCard(agent orq.Agent, at string) card {
	name := cmp.Or(agent.DisplayName, agent.Key)
	description := cmp.Or(agent.Description, agent.Role, name)
	text := []string{"text/plain", "application/json"}
	iface := func(version spec.ProtocolVersion) *spec.AgentInterface {
		return &spec.AgentInterface{URL: at, ProtocolBinding: spec.TransportProtocolJSONRPC, ProtocolVersion: version}
	}
	return card{
		Name: name, Description: description, Version: cmp.Or(agent.Version, "1"),
		Capabilities:      spec.AgentCapabilities{Streaming: true},
		DefaultInputModes: text, DefaultOutputModes: text,
		Skills: []spec.AgentSkill{{
			ID: agent.Key, Name: cmp.Or(agent.Role, name), Description: description, Tags: []string{"agent"},
		}},
		// A scheme has a type in 0.3, and is the value of a member that names the type in 1.0.
		SecuritySchemes: map[string]any{"bearer": map[string]any{
			"type": "http", "scheme": "Bearer", "httpAuthSecurityScheme": map[string]string{"scheme": "Bearer"},
		}},
		Security:            []map[string][]string{{"bearer": {}}},
		SupportedInterfaces: []*spec.AgentInterface{iface(versionCurrent), iface(versionLegacy)},
		URL:                 at, ProtocolVersion: versionLegacy + ".0", PreferredTransport: spec.TransportProtocolJSONRPC,
	}
}
