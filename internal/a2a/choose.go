package a2a

import (
	"encoding/json"
	"net/url"
	"strings"

	spec "github.com/a2aproject/a2a-go/v2/a2a"
)

// Interface is a way to reach an agent that its card offers. As a demand, an empty field fits any value.
type Interface struct {
	// Transport is JSONRPC, HTTP+JSON, GRPC or a name that the agent's author chose.
	Transport string
	// Version is that of the protocol. As a demand, 0.3 fits 0.3.0, and the other way round.
	Version string
}

// Choose returns the interface on an agent card that Dial takes for a demand. If Dial supports none that fits, it is the
// first that fits, and false if the card offers none or cannot be read.
func Choose(cardJSON json.RawMessage, demand Interface) (Interface, bool) {
	var card card
	if json.Unmarshal(cardJSON, &card) != nil {
		return Interface{}, false
	}
	var first *spec.AgentInterface
	for _, iface := range card.interfaces() {
		if !demand.fits(iface) {
			continue
		}
		if at, err := url.Parse(iface.URL); err == nil && supports(iface, at) {
			first = iface
			break
		}
		if first == nil {
			first = iface
		}
	}
	if first == nil {
		return Interface{}, false
	}
	return Interface{Transport: string(first.ProtocolBinding), Version: string(first.ProtocolVersion)}, true
}

// String returns what is set, such as "JSONRPC 0.3".
func (d Interface) String() string { return strings.TrimSpace(d.Transport + " " + d.Version) }

// fits reports whether iface satisfies the demand.
func (d Interface) fits(iface *spec.AgentInterface) bool {
	version := string(iface.ProtocolVersion)
	return (d.Transport == "" || strings.EqualFold(d.Transport, string(iface.ProtocolBinding))) &&
		(d.Version == "" || d.Version == version ||
			strings.HasPrefix(version, d.Version+".") || version != "" && strings.HasPrefix(d.Version, version+"."))
}
