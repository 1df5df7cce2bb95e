package a2a

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// The transports that Dial supports, as cards write them.
const (
	JSONRPC  = "JSONRPC"
	HTTPJSON = "HTTP+JSON"
)

// card is what is used of an agent card, of any version of A2A.
type card struct {
	name string
	// endpoints are in the agent's order of preference. One whose address cannot be used has none.
	endpoints   []offered
	streams     bool
	outputModes []string
}

// offered is an interface as a card describes it.
type offered struct {
	endpoint

	address string // as it is written
}

// String describes the interface in errors.
func (o offered) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s at %.100q", o.Interface, o.address))
}

// readCard reads a card that was found at an address, which relative addresses on it refer to. Cards of A2A 0.2 and 0.3 have
// one interface at the top level and a list of others; those of 1.0 have a single list. A card may have both.
func readCard(raw json.RawMessage, cardURL string) (card, error) {
	value, err := decodeJSON(raw)
	if err != nil {
		return card{}, err
	}
	from := asObject(value)
	if from == nil {
		return card{}, fmt.Errorf("it is no JSON object")
	}
	read := card{name: from.text("name"), streams: from.offersStreaming()}
	for _, mode := range from.list("defaultOutputModes") {
		if name := scalar(mode); name != "" {
			read.outputModes = append(read.outputModes, name)
		}
	}
	if len(read.outputModes) == 0 {
		read.outputModes = []string{"text", "text/plain", "application/json"}
	}
	version := from.text("protocolVersion")
	add := func(o object, transport, version string) {
		if address := o.text("url"); address != "" {
			read.endpoints = append(read.endpoints, offered{endpoint{
				Interface: Interface{readTransport(transport), readVersion(version)},
				at:        resolve(address, cardURL), tenant: o.text("tenant"), outputModes: read.outputModes,
			}, address})
		}
	}
	for _, item := range from.list("supportedInterfaces") {
		face := asObject(item)
		add(face, face.text("protocolBinding", "transport"), firstOf(face.text("protocolVersion"), version, "1.0"))
	}
	add(from, from.text("preferredTransport"), firstOf(version, "0.3"))
	for _, item := range from.list("additionalInterfaces") {
		face := asObject(item)
		add(face, face.text("transport", "protocolBinding"), firstOf(face.text("protocolVersion"), version, "0.3"))
	}
	return read, nil
}

func firstOf(values ...string) string {
	return values[slices.IndexFunc(values, func(value string) bool { return value != "" })]
}

// offersStreaming reports whether the agent says that it can stream.
func (o object) offersStreaming() bool {
	return o.object("capabilities").isTrue("streaming")
}

// readTransport returns a transport as the constants have it, in whatever spelling: jsonrpc, JSON-RPC, http_json. Without
// a name it is JSON-RPC. A name that is not known stays as it is.
func readTransport(name string) string {
	switch spelled := letters(name); spelled {
	case "", "jsonrpc", "jsonrpc20":
		return JSONRPC
	case "httpjson", "rest", "httprest":
		return HTTPJSON
	case "grpc":
		return "GRPC"
	}
	return name
}

// readVersion returns a version of the protocol without the v that some write before it.
func readVersion(version string) string {
	return strings.TrimSpace(strings.TrimLeft(version, "vV"))
}

// resolve returns an address on a card; nil when it cannot be used. One that begins with a slash or a dot is relative to
// that of the card, or to what is above /.well-known. Anything else without a scheme may be a host, or a path.
func resolve(address, cardURL string) *url.URL {
	at, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if at.Scheme == "" && strings.ContainsAny(address[:1], "/.") {
		above, _, _ := strings.Cut(cardURL, "/.well-known/")
		if above != cardURL {
			above += "/"
		}
		base, err := url.Parse(above)
		if err != nil {
			return nil
		}
		at = base.ResolveReference(at)
	}
	if !orq.IsHTTP(at) {
		return nil
	}
	return at
}

// isSupported reports whether Dial has a client for the endpoint.
func (e endpoint) isSupported() bool {
	switch {
	case e.at == nil:
		return false
	case e.Transport == JSONRPC:
		return isLegacy(e.Version) || isCurrent(e.Version)
	}
	return e.Transport == HTTPJSON && isCurrent(e.Version)
}

// isCalledAs reports whether another endpoint gets the same requests at the same address.
func (e endpoint) isCalledAs(other endpoint) bool {
	return e.Transport == other.Transport && e.isCurrent() == other.isCurrent() && e.tenant == other.tenant && e.at.String() == other.at.String()
}

// isLegacy reports whether a version is A2A 0.2 or 0.3.
func isLegacy(version string) bool { return strings.HasPrefix(version, "0.") }

// isCurrent reports whether a version is A2A 1.0, or a later one that is compatible with it.
func isCurrent(version string) bool { return version == "1" || strings.HasPrefix(version, "1.") }
