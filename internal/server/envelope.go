package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
)

// envelope is what this server itself must know of a message before mcp-go reads it.
type envelope struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  mcp.MCPMethod   `json:"method"`
	Params  params          `json:"params"`
	// Result and Error are in answers only.
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
	// protocol is the version that the message itself names; empty before 2026-07-28.
	protocol string
}

type params struct {
	Name      string          `json:"name"`
	Cursor    string          `json:"cursor"`
	RequestID any             `json:"requestId"`
	Meta      json.RawMessage `json:"_meta"`
}

// isCall reports a request to run a tool.
func (e envelope) isCall() bool { return e.Method == mcp.MethodToolsCall && e.isRequest() }

// isListening reports a request that is answered for as long as the client listens.
func (e envelope) isListening() bool {
	return e.Method == mcp.MethodSubscriptionsListen && e.isRequest()
}

func (e envelope) isRequest() bool {
	return e.JSONRPC == mcp.JSONRPC_VERSION && e.Method != "" && len(e.ID) > 0 && !bytes.Equal(e.ID, []byte("null")) && e.Result == nil && e.Error == nil
}

// id is the request's id; nil when it has none that can be read.
func (e envelope) id() any {
	var id any
	if json.Unmarshal(e.ID, &id) != nil {
		return nil
	}
	return id
}

// meta is the message's _meta; nil when it has none that can be read.
func (e envelope) meta() *mcp.Meta {
	var meta *mcp.Meta
	if len(e.Params.Meta) == 0 || json.Unmarshal(e.Params.Meta, &meta) != nil {
		return nil
	}
	return meta
}

// refusal is a message that is answered without being carried out.
type refusal struct {
	// status is the answer's over HTTP.
	status int
	// id is the request's; null when it is not known.
	id   json.RawMessage
	code int
	text string
	// retryAfter is when to come again, in seconds; 0 is never.
	retryAfter int
}

// overloaded is the JSON-RPC code for a request that this server has no room for.
const overloaded = -32000

// message is the refusal as a JSON-RPC error.
func (r *refusal) message() []byte {
	id := r.id
	if len(id) == 0 || len(id) > maxEchoedID {
		id = json.RawMessage("null")
	}
	encoded, err := json.Marshal(mcp.JSONRPCError{
		JSONRPC: mcp.JSONRPC_VERSION, ID: mcp.NewRequestId(id), Error: mcp.JSONRPCErrorDetails{Code: r.code, Message: r.text},
	})
	if err != nil {
		return []byte(`{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"internal error"}}`)
	}
	return encoded
}

const (
	// maxName is longer than any name of a tool, a method or a protocol version, in bytes.
	maxName = 128
	// maxEchoedID bounds the id that a refusal repeats, in bytes.
	maxEchoedID = 1 << 10
)

// open reads a message's envelope. It refuses what no MCP message looks like, in words that say what is wrong with it.
func open(message []byte) (envelope, *refusal) {
	var e envelope
	if text := malformed(message); text != "" {
		return e, &refusal{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: text}
	}
	if text := unreadable(json.Unmarshal(message, &e)); text != "" {
		return e, &refusal{status: http.StatusBadRequest, code: mcp.PARSE_ERROR, text: text}
	}
	if bytes.Contains(e.Params.Meta, []byte(mcp.MetaKeyProtocolVersion)) {
		e.protocol = e.meta().ProtocolVersion()
	}
	if code, text := overlong(e); text != "" {
		return e, &refusal{status: http.StatusBadRequest, id: e.ID, code: code, text: text}
	}
	return e, nil
}

// malformed says why a message, be it JSON, is none of MCP's.
func malformed(message []byte) string {
	start := bytes.TrimLeft(message, " \t\r\n")
	switch {
	case !utf8.Valid(message):
		return "the message is not valid UTF-8"
	case bytes.HasPrefix(start, []byte("[")):
		return "batches are not supported: send one message at a time"
	case len(start) > 0 && start[0] != '{' && json.Valid(message):
		return "the message is not a JSON object"
	}
	return ""
}

// overlong says which name is longer than any that is known: mcp-go would repeat it.
func overlong(e envelope) (code int, text string) {
	switch {
	case len(e.Method) > maxName:
		return mcp.METHOD_NOT_FOUND, fmt.Sprintf("unknown method: its name is %d bytes long", len(e.Method))
	case len(e.Params.Name) > maxName:
		return mcp.INVALID_PARAMS, fmt.Sprintf("unknown name: it is %d bytes long", len(e.Params.Name))
	case len(e.protocol) > maxName:
		return mcp.INVALID_PARAMS, fmt.Sprintf("unknown protocol version: it is %d bytes long", len(e.protocol))
	}
	return 0, ""
}

// unreadable says why a message is not JSON; empty when it is, whatever the types of its fields: mcp-go judges those.
func unreadable(err error) string {
	switch err.(type) { //nolint:errorlint // encoding/json does not wrap
	case nil, *json.UnmarshalTypeError:
		return ""
	}
	return "the message is not valid JSON: " + err.Error()
}
