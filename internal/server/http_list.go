package server

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// toolListCache caches mcp-go's results of tools/list, which mcp-go would encode for each request at ten times the
// cost, each with the end of the response. The results never change, but differ by protocol version, which is their key.
type toolListCache struct{ results sync.Map }

// serve writes the response to a request for the first page of tools. It reports false, and writes nothing, for any other
// message.
func (c *toolListCache) serve(w http.ResponseWriter, r *http.Request, message *envelope, transport http.Handler) bool {
	version, ok := listVersion(r.Header, message)
	if !ok {
		return false
	}
	if result, ok := c.results.Load(version); ok {
		writeResponse(w, message.ID, result.([]byte)) //nolint:forcetypeassert // nothing else is stored
		return true
	}
	recorder := &responseRecorder{discardWriter: discardWriter{header: w.Header()}}
	transport.ServeHTTP(recorder, r)
	if recorder.status == 0 {
		return true // mcp-go writes nothing when the client has disconnected
	}
	w.WriteHeader(recorder.status)
	_, _ = w.Write(recorder.body.Bytes())
	var response struct {
		Result json.RawMessage `json:"result"`
	}
	if recorder.status == http.StatusOK && json.Unmarshal(recorder.body.Bytes(), &response) == nil && len(response.Result) > 0 {
		c.results.Store(version, append([]byte(response.Result), "}\n"...))
	}
	return true
}

// listVersion returns the protocol version of a request for the first page of tools. It reports false for any other
// message, and for requests that mcp-go has to reject.
func listVersion(header http.Header, message *envelope) (version string, ok bool) {
	if message.Method != mcp.MethodToolsList || !message.isRequest() || message.Params.Cursor != "" {
		return "", false
	}
	version, ok = statedVersion(header, message)
	return version, ok && (!mcp.IsModernProtocol(version) || message.meta().ClientCapabilities() != nil)
}

// statedVersion returns the protocol version of a request. It reports false for headers that mcp-go has to reject: those of an
// unknown version, and since 2026-07-28 those that do not agree with the message.
func statedVersion(header http.Header, message *envelope) (version string, ok bool) {
	version = header.Get(mcp.HeaderProtocolVersion)
	own := message.protocol
	if !mcp.IsModernProtocol(version) && !mcp.IsModernProtocol(own) {
		return version, version == "" || mcp.IsValidProtocolVersion(version)
	}
	return version, version == own && mcp.IsValidProtocolVersion(version) &&
		header.Get(mcp.HeaderMethod) == string(message.Method) && header.Get(mcp.HeaderLastEventID) == ""
}

// writeResponse writes a JSON-RPC response. rest is the encoded result, and the end of the response: a write of its own would
// be sent by itself.
func writeResponse(w http.ResponseWriter, id json.RawMessage, rest []byte) {
	begin := `{"jsonrpc":"2.0","id":` + string(id) + `,"result":`
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(begin)+len(rest)))
	// Only the connection can fail here, and then there is nobody to report it to.
	_, _ = io.WriteString(w, begin) //nolint:gosec // JSON, never a page
	_, _ = w.Write(rest)            //nolint:gosec // JSON of our own
}

// responseRecorder is an http.ResponseWriter that keeps status and body.
type responseRecorder struct {
	discardWriter
	status int
	body   bytes.Buffer
}

func (r *responseRecorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *responseRecorder) Write(data []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(data)
}
