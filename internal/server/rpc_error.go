package server

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// codeOverloaded is the JSON-RPC code for a request that exceeds a limit of this server.
const codeOverloaded = -32000

// maxEchoedID bounds the request ID that an error repeats, in bytes.
const maxEchoedID = 1 << 10

// rpcError is the JSON-RPC error response to a message that is rejected before it reaches mcp-go.
type rpcError struct {
	// status is the HTTP status; unused on stdio.
	status int
	// id is the ID of the request; encoded as null when it is empty or longer than maxEchoedID.
	id   json.RawMessage
	code int
	text string
	// retryAfter is sent as Retry-After over HTTP, in seconds; 0 sends none.
	retryAfter int
}

// encode returns the error as a JSON-RPC message.
func (e *rpcError) encode() []byte {
	id := e.id
	if len(id) == 0 || len(id) > maxEchoedID {
		id = json.RawMessage("null")
	}
	details, err := json.Marshal(mcp.JSONRPCErrorDetails{Code: e.code, Message: e.text})
	if err != nil {
		details = []byte(`{"code":-32603,"message":"internal error"}`)
	}
	return slices.Concat([]byte(`{"jsonrpc":"2.0","id":`), id, []byte(`,"error":`), details, []byte("}"))
}

// writeHTTP writes the error as the response to an HTTP request.
func (e *rpcError) writeHTTP(w http.ResponseWriter) {
	// Reading the body may have used up the time that there was for a response.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(bodyTimeout))
	w.Header().Set("Content-Type", "application/json")
	if e.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
	}
	w.WriteHeader(e.status)
	// Only the connection can fail here, and then there is nobody to report it to.
	_, _ = w.Write(append(e.encode(), '\n')) //nolint:gosec // JSON, never a page
}
