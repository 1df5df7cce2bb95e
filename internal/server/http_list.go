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

// toolLists keep mcp-go's answers to tools/list, which never change and which it would encode anew each time: by
// protocol version, because they differ in it.
type toolLists struct{ known sync.Map }

// answer answers a request for the first page of tools; it reports whether message is one.
func (l *toolLists) answer(w http.ResponseWriter, r *http.Request, message envelope, transport http.Handler) bool {
	version, ok := listVersion(r.Header, message)
	if !ok {
		return false
	}
	if result, ok := l.known.Load(version); ok {
		writeResult(w, message.ID, result.([]byte)) //nolint:forcetypeassert // nothing else is stored
		return true
	}
	recorded := &record{unread: unread{header: w.Header()}}
	transport.ServeHTTP(recorded, r)
	if recorded.status == 0 {
		return true // nobody waits for the answer any more
	}
	w.WriteHeader(recorded.status)
	_, _ = w.Write(recorded.body.Bytes())
	var answered struct {
		Result json.RawMessage `json:"result"`
	}
	if recorded.status == http.StatusOK && json.Unmarshal(recorded.body.Bytes(), &answered) == nil && len(answered.Result) > 0 {
		l.known.Store(version, []byte(answered.Result))
	}
	return true
}

// listVersion is the protocol version in which the tools are to be listed. It leaves to mcp-go what it has to refuse, and
// what is no request for the first page.
func listVersion(header http.Header, message envelope) (version string, ok bool) {
	if message.Method != mcp.MethodToolsList || !message.isRequest() || message.Params.Cursor != "" {
		return "", false
	}
	version = header.Get(mcp.HeaderProtocolVersion)
	own := message.protocol
	if !mcp.IsModernProtocol(version) && !mcp.IsModernProtocol(own) {
		return version, version == "" || mcp.IsValidProtocolVersion(version)
	}
	return version, version == own && mcp.IsValidProtocolVersion(version) && message.meta().ClientCapabilities() != nil &&
		header.Get(mcp.HeaderMethod) == string(mcp.MethodToolsList) && header.Get(mcp.HeaderLastEventID) == ""
}

// writeResult answers a request with what is its result already.
func writeResult(w http.ResponseWriter, id json.RawMessage, result []byte) {
	before, after := `{"jsonrpc":"2.0","id":`+string(id)+`,"result":`, "}\n"
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(before)+len(result)+len(after)))
	// The connection is all that can fail here, and nobody would read of it.
	_, _ = io.WriteString(w, before)
	_, _ = w.Write(result) //nolint:gosec // JSON of our own
	_, _ = io.WriteString(w, after)
}

// record keeps an answer.
type record struct {
	unread
	status int
	body   bytes.Buffer
}

func (r *record) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *record) Write(data []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(data)
}
