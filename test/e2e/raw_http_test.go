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

// reply is an HTTP response with its complete body.
type reply struct {
	status int
	header http.Header
	body   string
}

// doHTTP sends a request of any form. header contains names and values in turn; a header whose value is empty is removed.
func doHTTP(t *testing.T, method, url, body string, header ...string) reply {
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
	web := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: waitTimeout}
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

// fetch is doHTTP, but returns only status and body.
func fetch(t *testing.T, method, url, body string, header ...string) (int, string) {
	t.Helper()
	r := doHTTP(t, method, url, body, header...)
	return r.status, r.body
}

// initialize returns the message that opens a session. id is JSON.
func initialize(t *testing.T, id string) string {
	t.Helper()
	return string(encode(t, object{"jsonrpc": "2.0", "id": json.RawMessage(id), "method": "initialize", "params": object{
		"protocolVersion": current, "capabilities": object{}, "clientInfo": clientInfo(),
	}}))
}

// pingMessage is a request that every session may send.
const pingMessage = `{"jsonrpc": "2.0", "id": 9, "method": "ping"}`

// openSession initializes a session and returns the headers of its requests.
func openSession(t *testing.T, srv *server, header ...string) []string {
	t.Helper()
	r := doHTTP(t, http.MethodPost, srv.url, initialize(t, "0"), header...)
	session := r.header.Get("Mcp-Session-Id")
	if r.status != http.StatusOK || session == "" {
		t.Fatalf("initialize: status = %d, session %q, want 200 and a session; body %.300s", r.status, session, r.body)
	}
	return append([]string{"Mcp-Session-Id", session, "Mcp-Protocol-Version", current}, header...)
}

// session returns the headers of a client's requests.
func (c *client) session() []string {
	conn := c.transport.(*httpTransport)
	conn.mu.Lock()
	defer conn.mu.Unlock()
	return []string{"Mcp-Session-Id", conn.session, "Mcp-Protocol-Version", c.me.protocol}
}

// errorResponse returns the JSON-RPC error in the body, which must have the id, as JSON.
func (r reply) errorResponse(t *testing.T, id string) rpcError {
	t.Helper()
	if media := r.header.Get("Content-Type"); !strings.HasPrefix(media, "application/json") {
		t.Errorf("Content-Type = %q, want application/json; status %d, body %.300s", media, r.status, r.body)
	}
	rpcErr, err := parseErrorResponse([]byte(r.body), id)
	if err != nil {
		t.Errorf("status %d: %v: %.300q", r.status, err, r.body)
	}
	return rpcErr
}

// parseErrorResponse parses a JSON-RPC 2.0 error with the id. The id null, that of unreadable requests, may be absent.
func parseErrorResponse(raw []byte, id string) (rpcError, error) {
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
		return rpcError{}, fmt.Errorf("the error lacks a code or message: %+v", answer.Error)
	case (id != "null" || answer.ID != nil) && !equalJSON(id, answer.ID):
		return rpcError{}, fmt.Errorf("the id is %s, want %s", answer.ID, id)
	}
	return answer.Error.rpcError, nil
}
