package packaging

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// client is one MCP session over HTTP.
type client struct {
	url, key, session string
	http              *http.Client
}

// post sends a message and returns the open answer.
func (c *client) post(ctx context.Context, message string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(message))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	if c.key != "" {
		request.Header.Set("Authorization", "Bearer "+c.key)
	}
	if c.session != "" {
		request.Header.Set("Mcp-Session-Id", c.session)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return nil, fmt.Errorf("%s: %s", answer.Status, text)
	}
	return answer, nil
}

// connect begins a session.
func connect(t *testing.T, url, key string, transport *http.Client) *client {
	t.Helper()
	c := &client{url: url, key: key, http: transport}
	answer, err := c.post(t.Context(), `{"jsonrpc":"2.0","id":1,"method":"initialize","params":`+
		`{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	c.session = answer.Header.Get("Mcp-Session-Id")
	return c
}

// read returns the whole answer to a message.
func (c *client) read(t *testing.T, message string) string {
	t.Helper()
	answer, err := c.post(t.Context(), message)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkTools wants the server to list its agents' tools and to reach its workspace with the key.
func checkTools(t *testing.T, url, key string) {
	t.Helper()
	c := connect(t, url, key, http.DefaultClient)
	if list := c.read(t, `{"jsonrpc":"2.0","id":2,"method":"tools/list"}`); !strings.Contains(list, `"invoke_agent"`) {
		t.Errorf("tools/list = %s, want invoke_agent", list)
	}
	called := c.read(t, `{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"list_agents","arguments":{}}}`)
	if strings.Contains(called, `"isError":true`) || !strings.Contains(called, `"result"`) {
		t.Errorf("list_agents = %s, want a list", called)
	}
}

// checkProgress wants progress of a run to arrive while the run goes on.
func checkProgress(t *testing.T, c *client) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), waitTimeout)
	defer stop()
	// The run is silent for far longer than the test waits.
	answer, err := c.post(ctx, `{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"run_agent","arguments":`+
		`{"key":"scout","role":"scout","instructions":"Look.","model":"openai/gpt-4o","message":"/count 3\n/slow 10m"},`+
		`"_meta":{"progressToken":"p"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var seen strings.Builder
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); seen.WriteString(lines.Text() + "\n") {
		if strings.Contains(lines.Text(), "notifications/progress") && strings.Contains(lines.Text(), `"3 "`) {
			return
		}
	}
	t.Errorf("the numbers do not arrive while the agent runs:\n%s", &seen)
}
