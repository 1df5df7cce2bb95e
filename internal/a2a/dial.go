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

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// Agent is what Dial needs to reach an agent.
type Agent struct {
	// Card is its agent card, of A2A 0.2, 0.3 or 1.0.
	Card json.RawMessage
	// Headers are sent with each request to one of Origins, and to no other origin.
	Headers map[string]string
	// Origins are URLs; what follows their port is ignored.
	Origins []string
	// CallerHeaders are sent like Headers and describe the caller: they are no credentials.
	CallerHeaders map[string]string
	// Demand limits the interfaces to those that fit.
	Demand Interface
}

// Dial returns a client of the first interface on the agent's card that the package supports and that fits the demand. It
// sends nothing.
//
// Errors: a card that cannot be read, or one without a supported interface.
func Dial(ctx context.Context, agent Agent, base http.RoundTripper) (*Client, error) {
	var card card
	if err := json.Unmarshal(agent.Card, &card); err != nil {
		return nil, fmt.Errorf("the agent's card cannot be read: %w; refresh it", err)
	}
	shared := transport{base, agent}
	d := dialer{rest: &http.Client{Transport: restTransport{shared}}, rpc: &http.Client{Transport: rpcTransport{shared}}}
	var unsupported []string
	for _, iface := range card.interfaces() {
		at, err := url.Parse(iface.URL)
		if err != nil || !supports(iface, at) || !agent.Demand.fits(iface) {
			unsupported = append(unsupported, fmt.Sprintf("%s %s at %.100q", iface.ProtocolBinding, iface.ProtocolVersion, iface.URL))
			continue
		}
		chosen, err := d.dial(ctx, iface)
		if err != nil {
			return nil, err
		}
		return &Client{
			protocol: chosen, streams: card.Capabilities.Streaming, address: redact.URL(iface.URL), headers: agent.Headers,
			headersWithheld: len(agent.Headers) > 0 && !agent.sendsHeadersTo(at),
		}, nil
	}
	if len(unsupported) == 0 {
		unsupported = []string{"nothing"}
	}
	reason := "agents are called by JSONRPC of A2A 0.2, 0.3 and 1.0 and by HTTP+JSON of 1.0"
	if agent.Demand != (Interface{}) {
		reason += fmt.Sprintf(", and this one is registered for %s", agent.Demand)
	}
	return nil, errors.New(reason + "; the agent's card offers " + strings.Join(unsupported[:min(len(unsupported), 10)], ", "))
}

// card holds the interfaces of an agent card. Cards of A2A 0.2 and 0.3 have one at the top level and a list of others;
// those of 1.0 have a single list.
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

// interfaces returns the agent's interfaces in its order of preference.
func (c card) interfaces() []*spec.AgentInterface {
	if len(c.Interfaces) > 0 {
		return slices.DeleteFunc(c.Interfaces, func(iface *spec.AgentInterface) bool { return iface == nil })
	}
	preferred, version := c.PreferredTransport, c.ProtocolVersion
	if preferred == "" {
		preferred = spec.TransportProtocolJSONRPC
	}
	if version == "" {
		version = "0.3"
	}
	all := []*spec.AgentInterface{{URL: c.URL, ProtocolBinding: preferred, ProtocolVersion: version}}
	for _, other := range c.Additional {
		all = append(all, &spec.AgentInterface{URL: other.URL, ProtocolBinding: other.Transport, ProtocolVersion: version})
	}
	return all
}

// dialer connects to both generations of the protocol.
type dialer struct{ rest, rpc *http.Client }

// supports reports whether there is a client for an interface, at its parsed URL.
func supports(iface *spec.AgentInterface, at *url.URL) bool {
	if !orq.IsHTTP(at) {
		return false
	}
	switch iface.ProtocolBinding {
	case spec.TransportProtocolJSONRPC:
		return isLegacy(iface) || isCurrent(iface)
	case spec.TransportProtocolHTTPJSON:
		return isCurrent(iface)
	}
	return false
}

func (d dialer) dial(ctx context.Context, iface *spec.AgentInterface) (protocol, error) {
	if isLegacy(iface) {
		return legacy{iface.URL, d.rpc}, nil
	}
	return d.dialCurrent(ctx, iface)
}

func isLegacy(iface *spec.AgentInterface) bool {
	return strings.HasPrefix(string(iface.ProtocolVersion), "0.")
}

func isCurrent(iface *spec.AgentInterface) bool {
	return iface.ProtocolVersion == "1" || strings.HasPrefix(string(iface.ProtocolVersion), "1.")
}
