package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"
)

// envelope holds the fields of a JSON-RPC message that this package needs before mcp-go decodes the message.
type envelope struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  mcp.MCPMethod   `json:"method"`
	Params  params          `json:"params"`
	// Result and Error are set in responses only.
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
	// listParams is set when params is a list, not an object.
	listParams bool
	// protocol is the version named in the message's _meta; empty before 2026-07-28.
	protocol string
}

type params struct {
	Name      string          `json:"name"`
	Cursor    string          `json:"cursor"`
	RequestID json.RawMessage `json:"requestId"`
	Meta      json.RawMessage `json:"_meta"`
	// Arguments, Capabilities and InputResponses are only searched for lists in place of objects.
	Arguments      isEmptyList  `json:"arguments"`
	Capabilities   hasEmptyList `json:"capabilities"`
	InputResponses hasEmptyList `json:"inputResponses"`
}

// isEmptyList is set by JSON that is []; hasEmptyList by JSON that contains it.
type (
	isEmptyList  bool
	hasEmptyList bool
)

// UnmarshalJSON implements json.Unmarshaler.
func (l *isEmptyList) UnmarshalJSON(raw []byte) error {
	*l = isEmptyList(emptyList(raw))
	return nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (l *hasEmptyList) UnmarshalJSON(raw []byte) error {
	*l = hasEmptyList(containsEmptyList(raw))
	return nil
}

// isCall reports whether the message is a tools/call request.
func (e *envelope) isCall() bool { return e.Method == mcp.MethodToolsCall && e.isRequest() }

// isSubscription reports whether the message is a subscriptions/listen request, whose response stays open for as long as
// the client listens.
func (e *envelope) isSubscription() bool {
	return e.Method == mcp.MethodSubscriptionsListen && e.isRequest()
}

// isRequest reports whether the message is a request, rather than a notification or a response.
func (e *envelope) isRequest() bool {
	return e.JSONRPC == mcp.JSONRPC_VERSION && e.Method != "" && e.hasID() && e.Result == nil && e.Error == nil
}

func (e *envelope) hasID() bool { return len(e.ID) > 0 && !bytes.Equal(e.ID, []byte("null")) }

// isNotification reports whether the message is a notification.
func (e *envelope) isNotification() bool { return e.Method != "" && !e.hasID() }

// isResponse reports whether the message is a response to a request of the server.
func (e *envelope) isResponse() bool { return e.Method == "" && e.hasID() }

// hasValidID reports whether the id is text or a number, where there is one. MCP does not allow null either; notifications
// of some clients have it all the same, and responses to messages whose id was not readable.
func (e *envelope) hasValidID() bool {
	if e.Method == "" || len(e.ID) == 0 {
		return true
	}
	return isID(e.ID) || bytes.Equal(e.ID, []byte("null")) && strings.HasPrefix(string(e.Method), "notifications/")
}

// meta decodes _meta; nil when it is absent or cannot be decoded.
func (e *envelope) meta() *mcp.Meta {
	var meta *mcp.Meta
	if len(e.Params.Meta) == 0 || json.Unmarshal(e.Params.Meta, &meta) != nil {
		return nil
	}
	return meta
}

// maxName bounds the names of tools, methods and protocol versions, in bytes. It is longer than any known one.
const maxName = 128

// parseEnvelope decodes the envelope of a message. Its error is non-nil for input that cannot be an MCP message.
func parseEnvelope(message []byte) (*envelope, *rpcError) {
	e := &envelope{}
	if text := checkFormat(message); text != "" {
		return e, &rpcError{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: text}
	}
	err := json.Unmarshal(message, e)
	if text := checkSyntax(err); text != "" {
		return e, &rpcError{status: http.StatusBadRequest, code: mcp.PARSE_ERROR, text: text}
	}
	if wrongType := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrongType) {
		e.listParams = wrongType.Value == "array" && wrongType.Field == "params"
	}
	if !e.hasValidID() {
		return e, &rpcError{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "the id must be text or a number"}
	}
	if bytes.Contains(e.Params.Meta, []byte(mcp.MetaKeyProtocolVersion)) {
		e.protocol = e.meta().ProtocolVersion()
	}
	if code, text := checkNames(e); text != "" {
		return e, &rpcError{status: http.StatusBadRequest, id: e.ID, code: code, text: text}
	}
	return e, nil
}

// checkFormat returns why the message cannot be one of MCP even if it is valid JSON, or "".
func checkFormat(message []byte) string {
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

// checkSyntax returns why err means that a message is not valid JSON, or "". Fields of a wrong type pass: mcp-go rejects
// those itself.
func checkSyntax(err error) string {
	switch err.(type) { //nolint:errorlint // encoding/json does not wrap
	case nil, *json.UnmarshalTypeError:
		return ""
	}
	if strings.HasSuffix(err.Error(), "exceeded max depth") {
		return "the message is nested too deeply"
	}
	return "the message is not valid JSON: " + err.Error()
}

// checkNames returns the code and the reason when a name exceeds maxName, or 0 and "". mcp-go would repeat the whole name
// in its error.
func checkNames(e *envelope) (code int, text string) {
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
