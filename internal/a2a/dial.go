package a2a

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// Agent is what is known of an agent.
type Agent struct {
	// Card is its agent card, of A2A 0.2, 0.3 or 1.0.
	Card json.RawMessage
	// Headers are sent with each request to where one of Homes is, and to no other place.
	Headers map[string]string
	Homes   []string // URLs
}

// Dial takes the first interface of the agent's card that there is a client for. It sends nothing yet.
func Dial(ctx context.Context, agent Agent, base http.RoundTripper) (*Client, error) {
	var card card
	if err := json.Unmarshal(agent.Card, &card); err != nil {
		return nil, fmt.Errorf("the agent's card cannot be read: %w; refresh it", err)
	}
	through := transport{base, agent}
	d := dialer{rest: &http.Client{Transport: restTransport{through}}, rpc: &http.Client{Transport: rpcTransport{through}}}
	var others []string
	for _, way := range card.interfaces() {
		at, err := url.Parse(way.URL)
		if err != nil || !d.knows(way, at) {
			others = append(others, fmt.Sprintf("%s %s at %.100q", way.ProtocolBinding, way.ProtocolVersion, way.URL))
			continue
		}
		speaks, err := d.dial(ctx, way)
		if err != nil {
			return nil, err
		}
		return &Client{
			speaks: speaks, streams: card.Capabilities.Streaming, address: redact.URL(way.URL), headers: agent.Headers,
			withheld: len(agent.Headers) > 0 && !agent.isHome(at),
		}, nil
	}
	if len(others) == 0 {
		others = []string{"nothing"}
	}
	return nil, errors.New("agents are called by JSONRPC of A2A 0.2, 0.3 and 1.0 and by HTTP+JSON of 1.0; the agent's card offers " +
		strings.Join(others[:min(len(others), 10)], ", "))
}

// card is what an agent card says of the ways to its agent. Cards of A2A 0.2 and 0.3 have one at the top and others
// beside it; those of 1.0 have a list.
type card struct {
	Interfaces         []*spec.AgentInterface `json:"supportedInterfaces"`
	URL                string                 `json:"url"`
	ProtocolVersion    spec.ProtocolVersion   `json:"protocolVersion"`
	PreferredTransport spec.TransportProtocol `json:"preferredTransport"`
	Additional         []struct {
		URL       string                 `json:"url"`
		Transport spec.TransportProtocol `json:"transport"`
	} `json:"additionalInterfaces"`
	Capabilities struct {
		Streaming bool `json:"streaming"`
	} `json:"capabilities"`
}

// interfaces are the ways to the agent, the one it prefers first.
func (c card) interfaces() []*spec.AgentInterface {
	if len(c.Interfaces) > 0 {
		return slices.DeleteFunc(c.Interfaces, func(way *spec.AgentInterface) bool { return way == nil })
	}
	preferred, version := c.PreferredTransport, c.ProtocolVersion
	if preferred == "" {
		preferred = spec.TransportProtocolJSONRPC
	}
	if version == "" {
		version = "0.3"
	}
	ways := []*spec.AgentInterface{{URL: c.URL, ProtocolBinding: preferred, ProtocolVersion: version}}
	for _, other := range c.Additional {
		ways = append(ways, &spec.AgentInterface{URL: other.URL, ProtocolBinding: other.Transport, ProtocolVersion: version})
	}
	return ways
}

// dialer makes clients of both generations.
type dialer struct{ rest, rpc *http.Client }

func (dialer) knows(way *spec.AgentInterface, at *url.URL) bool {
	if (at.Scheme != "http" && at.Scheme != "https") || at.Host == "" {
		return false
	}
	switch way.ProtocolBinding {
	case spec.TransportProtocolJSONRPC:
		return isLegacy(way) || isCurrent(way)
	case spec.TransportProtocolHTTPJSON:
		return isCurrent(way)
	}
	return false
}

func (d dialer) dial(ctx context.Context, way *spec.AgentInterface) (protocol, error) {
	if isLegacy(way) {
		return legacy{way.URL, d.rpc}, nil
	}
	return d.dialCurrent(ctx, way)
}

func isLegacy(way *spec.AgentInterface) bool {
	return strings.HasPrefix(string(way.ProtocolVersion), "0.")
}

func isCurrent(way *spec.AgentInterface) bool {
	return way.ProtocolVersion == "1" || strings.HasPrefix(string(way.ProtocolVersion), "1.")
}
