package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// DefaultMaxBody bounds one request over HTTP, in bytes.
const DefaultMaxBody = 4 << 20

// bodyTimeout is how long a request's body may take to arrive.
const bodyTimeout = 30 * time.Second

// takeBody reads the body and puts it back for mcp-go, which reads it whole and without a bound.
func takeBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	_ = control.SetReadDeadline(time.Time{})
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

// refuseBody answers a body that could not be read, with a JSON-RPC error.
func refuseBody(w http.ResponseWriter, err error) {
	status, text := http.StatusBadRequest, "the request body could not be read"
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		status, text = http.StatusRequestEntityTooLarge, fmt.Sprintf("the request body is larger than %d bytes; --max-body allows more", tooLarge.Limit)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// The connection is all that can fail here, and nobody would read of it.
	_ = json.NewEncoder(w).Encode(map[string]any{
		"jsonrpc": mcp.JSONRPC_VERSION, "id": nil, "error": map[string]any{"code": mcp.INVALID_REQUEST, "message": text},
	})
}

// cancelsBlindly reports a notifications/cancelled that names its call by request id alone: without a session, mcp-go
// would cancel the call of any client that uses the same id. Such a client cancels by closing its connection.
func cancelsBlindly(header http.Header, body []byte) bool {
	var message struct {
		Method mcp.MCPMethod `json:"method"`
		Params struct {
			Meta *mcp.Meta `json:"_meta"`
		} `json:"params"`
	}
	if json.Unmarshal(body, &message) != nil || message.Method != mcp.MethodNotificationCancelled {
		return false
	}
	return header.Get(mcp.HeaderSessionID) == "" || mcp.IsModernProtocol(header.Get(mcp.HeaderProtocolVersion)) ||
		mcp.IsModernProtocol(message.Params.Meta.ProtocolVersion())
}
