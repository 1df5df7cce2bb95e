package rig

import (
	"fmt"
	"strings"
)

// The protocol versions of MCP. Modern has no handshake and no sessions.
const (
	V2024  = "2024-11-05"
	V2503  = "2025-03-26"
	V2506  = "2025-06-18"
	Legacy = "2025-11-25"
	Modern = "2026-07-28"
)

// Versions returns all protocol versions, the oldest first.
func Versions() []string { return []string{V2024, V2503, V2506, Legacy, Modern} }

// Request is a request to an MCP server.
type Request struct {
	// ID is the request's id, as JSON.
	ID     string
	Method string
	// Tool is the tool that is called, if any, and Arguments its arguments as JSON.
	Tool, Arguments string
	// Call receives the progress; nil requests none.
	Call *Call
}

// Invoke returns the request that runs an agent by the call's plan.
func (k *Call) Invoke() Request {
	return Request{
		ID: k.id, Method: "tools/call", Tool: "invoke_agent", Call: k,
		Arguments: fmt.Sprintf(`{"key":"rig","message":%q,"mode":"stream"}`, k.plan.String()),
	}
}

// GetAgent returns a request for the upstream's agent.
func GetAgent(id string) Request {
	return Request{ID: id, Method: "tools/call", Tool: "get_agent", Arguments: `{"key":"rig"}`}
}

// ListTools returns a request for the tools.
func ListTools(id string) Request { return Request{ID: id, Method: "tools/list"} }

// encode returns the message for a protocol version, without line breaks.
func (r Request) encode(protocol string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"jsonrpc":"2.0","id":%s,"method":"%s","params":{`, r.ID, r.Method)
	if r.Tool != "" {
		fmt.Fprintf(&b, `"name":"%s","arguments":%s,`, r.Tool, r.Arguments)
	}
	b.WriteString(`"_meta":{`)
	separator := ""
	if protocol == Modern {
		b.WriteString(`"io.modelcontextprotocol/protocolVersion":"` + Modern + `","io.modelcontextprotocol/clientInfo":{"name":"rig","version":"1"},` +
			`"io.modelcontextprotocol/clientCapabilities":{}`)
		separator = ","
	}
	if r.Call != nil {
		fmt.Fprintf(&b, `%s"progressToken":%s`, separator, r.Call.token)
	}
	b.WriteString("}}}")
	return []byte(b.String())
}

// initialize is the message that opens a session.
func initialize(protocol string) []byte {
	return []byte(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"` + protocol +
		`","capabilities":{},"clientInfo":{"name":"rig","version":"1"}}}`)
}

const initialized = `{"jsonrpc":"2.0","method":"notifications/initialized"}`
