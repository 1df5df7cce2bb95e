package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// connectable is what a card says of the ways to its agent. Cards of A2A 0.2 and 0.3 have one at the top and others
// beside it; those of 1.0 have a list.
type connectable struct {
	Interfaces         []*a2a.AgentInterface `json:"supportedInterfaces"`
	URL                string                `json:"url"`
	ProtocolVersion    a2a.ProtocolVersion   `json:"protocolVersion"`
	PreferredTransport a2a.TransportProtocol `json:"preferredTransport"`
	Additional         []struct {
		URL       string                `json:"url"`
		Transport a2a.TransportProtocol `json:"transport"`
	} `json:"additionalInterfaces"`
	Capabilities struct {
		Streaming bool `json:"streaming"`
	} `json:"capabilities"`
}

// ways are the interfaces of an agent, the one it prefers first.
func (c connectable) ways() []*a2a.AgentInterface {
	if len(c.Interfaces) > 0 {
		return c.Interfaces
	}
	preferred := a2a.TransportProtocol(firstOf(string(c.PreferredTransport), string(a2a.TransportProtocolJSONRPC)))
	version := a2a.ProtocolVersion(firstOf(string(c.ProtocolVersion), "0.3"))
	ways := []*a2a.AgentInterface{{URL: c.URL, ProtocolBinding: preferred, ProtocolVersion: version}}
	for _, other := range c.Additional {
		ways = append(ways, &a2a.AgentInterface{URL: other.URL, ProtocolBinding: other.Transport, ProtocolVersion: version})
	}
	return ways
}

// line is a connection to an A2A agent.
type line struct {
	agentClient
	streaming bool
	address   string // of the agent, without credentials
	headers   map[string]string
	withheld  bool // the headers belong to another host and are not sent
}

// dial takes the first way to the agent of a run that there is a client for.
func (e callers) dial(ctx context.Context, r *run) (*line, error) {
	var card connectable
	if err := json.Unmarshal(r.agent.A2A.CachedCard, &card); err != nil {
		return nil, &failure{code: http.StatusBadGateway, message: "the agent's card cannot be read: " + err.Error() + "; refresh it"}
	}
	headers, err := r.sandbox.openHeaders(r.agent.ID, r.secrets)
	if err != nil {
		return nil, &failure{code: http.StatusInternalServerError, message: err.Error()}
	}
	through := remoteTransport{base: e.transport, headers: headers, hosts: hostsOf(r.agent.A2A)}
	d := dialer{rest: &http.Client{Transport: through}, rpc: &http.Client{Transport: rpcTransport{through}}}
	var others []string
	for _, way := range card.ways() {
		client, err := d.dial(ctx, way)
		if err != nil {
			return nil, &failure{code: http.StatusBadGateway, message: err.Error()}
		}
		at, err := url.Parse(way.URL)
		if client == nil || err != nil {
			others = append(others, shorten(fmt.Sprintf("%s %s at %q", way.ProtocolBinding, way.ProtocolVersion, way.URL), 200))
			continue
		}
		return &line{
			agentClient: client, streaming: card.Capabilities.Streaming, address: withoutSecrets(at), headers: headers,
			withheld: len(headers) > 0 && !slices.Contains(through.hosts, at.Host),
		}, nil
	}
	return nil, &failure{code: http.StatusBadGateway, message: "the sandbox calls agents by JSONRPC of A2A 0.2, 0.3 and 1.0 and by HTTP+JSON of 1.0; " +
		"the agent's card offers " + firstOf(strings.Join(others[:min(len(others), 10)], ", "), "nothing")}
}

// dialer makes clients.
type dialer struct{ rest, rpc *http.Client }

// dial returns nil when there is no client for the way.
func (d dialer) dial(ctx context.Context, way *a2a.AgentInterface) (agentClient, error) {
	major, _, _ := strings.Cut(string(way.ProtocolVersion), ".")
	rpc := way.ProtocolBinding == a2a.TransportProtocolJSONRPC
	switch {
	case !isURL(way.URL):
	case major == "1" && (rpc || way.ProtocolBinding == a2a.TransportProtocolHTTPJSON):
		return d.dialCurrent(ctx, way)
	case major == "0" && rpc:
		return legacyClient{way.URL, d.rpc}, nil
	}
	return nil, nil //nolint:nilnil // as the comment says
}

// openHeaders reads the sealed values of an agent's headers.
func (s *Sandbox) openHeaders(agentID string, sealed map[string][]byte) (map[string]string, error) {
	headers := make(map[string]string, len(sealed))
	for name, value := range sealed {
		opened, err := s.seal.open(sealName(agentID, name), value)
		if err != nil {
			return nil, invalid("headers.%s: the stored value cannot be read; write it again", name)
		}
		headers[name] = opened
	}
	return headers, nil
}

// hostsOf are the hosts for which a user gave the headers.
func hostsOf(config *orq.A2AConfig) []string {
	var hosts []string
	for _, given := range []string{config.AgentURL, config.CardURL} {
		if u, err := url.Parse(given); err == nil && u.Host != "" {
			hosts = append(hosts, u.Host)
		}
	}
	return hosts
}

// masked is a text without the values of the headers, which an agent may repeat.
func (l *line) masked(text string) string {
	for secret := range maps.Values(l.headers) {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}
