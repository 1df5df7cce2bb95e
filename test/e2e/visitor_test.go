package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// reply is the answer to an HTTP request, read to its end.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request as a program other than an MCP client might. The header is given in pairs; a name of which
// the value is empty is left out.
func ask(t *testing.T, method, url, body string, header ...string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(header); i += 2 {
		switch name, value := header[i], header[i+1]; {
		case name == "Host":
			request.Host = value
		case value == "":
			request.Header.Del(name)
		default:
			request.Header.Set(name, value)
		}
	}
	web := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	response, err := web.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, response)
}

func read(t *testing.T, response *http.Response) reply {
	t.Helper()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, response.Header, string(body)}
}

// fetch is ask for those who want only the status and the body.
func fetch(t *testing.T, method, url, body string, header ...string) (int, string) {
	t.Helper()
	r := ask(t, method, url, body, header...)
	return r.status, r.body
}

// initialize is the first message of a client.
func initialize(t *testing.T, id string) string {
	t.Helper()
	return string(encode(t, object{"jsonrpc": "2.0", "id": json.RawMessage(id), "method": "initialize", "params": object{
		"protocolVersion": current, "capabilities": object{}, "clientInfo": clientInfo(),
	}}))
}

// pinging is a message that every session may send.
const pinging = `{"jsonrpc": "2.0", "id": 9, "method": "ping"}`

// visit opens a session by hand and returns the header of its requests.
func visit(t *testing.T, srv *server, header ...string) []string {
	t.Helper()
	r := ask(t, http.MethodPost, srv.url, initialize(t, "0"), header...)
	session := r.header.Get("Mcp-Session-Id")
	if r.status != http.StatusOK || session == "" {
		t.Fatalf("initialize: status %d, session %q: %.300s", r.status, session, r.body)
	}
	return append([]string{"Mcp-Session-Id", session, "Mcp-Protocol-Version", current}, header...)
}

// session is the header of a client's requests.
func (c *client) session() []string {
	line := c.line.(*httpLine)
	line.mu.Lock()
	defer line.mu.Unlock()
	return []string{"Mcp-Session-Id", line.session, "Mcp-Protocol-Version", c.me.protocol}
}

// refusal wants the body to be a JSON-RPC error with the id, which is JSON, and returns it.
func (r reply) refusal(t *testing.T, id string) rpcError {
	t.Helper()
	if media := r.header.Get("Content-Type"); !strings.HasPrefix(media, "application/json") {
		t.Errorf("status %d with %q, want application/json: %.300s", r.status, media, r.body)
	}
	refused, err := parseRefusal([]byte(r.body), id)
	if err != nil {
		t.Errorf("status %d: %v: %.300q", r.status, err, r.body)
	}
	return refused
}

// parseRefusal accepts a JSON-RPC 2.0 error with the id, which may be null: that of what could not be read.
func parseRefusal(raw []byte, id string) (rpcError, error) {
	var answer struct {
		Version string          `json:"jsonrpc"`
		ID      json.RawMessage `json:"id"`
		Error   *struct {
			rpcError
			Data json.RawMessage `json:"data"`
		} `json:"error"`
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(&answer); {
	case err != nil:
		return rpcError{}, fmt.Errorf("not a JSON-RPC error: %w", err)
	case answer.Version != "2.0", answer.Error == nil:
		return rpcError{}, fmt.Errorf("not a JSON-RPC 2.0 error")
	case answer.Error.Code == 0, answer.Error.Message == "":
		return rpcError{}, fmt.Errorf("the error says nothing: %+v", answer.Error)
	case (id != "null" || answer.ID != nil) && !equalJSON(id, answer.ID):
		return rpcError{}, fmt.Errorf("the id is %s, want %s", answer.ID, id)
	}
	return answer.Error.rpcError, nil
}
