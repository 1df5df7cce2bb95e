package server

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// modernMeta is the _meta of a request by the protocol without sessions.
const modernMeta = `{"progressToken":7,"io.modelcontextprotocol/protocolVersion":"2026-07-28",` +
	`"io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}`

// A call that runs outside of mcp-go is answered in the same way as one inside.
func TestDetachedCallsAreAnsweredAsByTheLibrary(t *testing.T) {
	t.Parallel()
	address, transport := startAPI(t, emptyAgentList)
	s, _ := newServer(t, address, transport)
	h := s.newHTTPHandler(t.Context(), HTTPOptions{}.withDefaults())
	s.addToolsOnce()
	session := h.sessions.begin(h.callers.of("")).id
	modern := map[string]string{"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "list_agents"}
	legacy := map[string]string{"Mcp-Protocol-Version": "2025-06-18", "Mcp-Session-Id": session}
	modernCall := func(params string) string {
		return `{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"_meta":` + modernMeta + params + `}}`
	}
	for name, each := range map[string]struct {
		message  string
		headers  map[string]string
		detached bool
	}{
		"a session":                {callMessage(5, "list_agents", `{}`, ""), legacy, true},
		"an error":                 {callMessage(5, "list_agents", `{"limit":"none"}`, ""), legacy, true},
		"progress":                 {callMessage(5, "list_agents", `{}`, `"a"`), legacy, true},
		"an odd ID":                {strings.Replace(callMessage(5, "list_agents", `{}`, ""), `"id":5`, `"id":12345678901234567890`, 1), legacy, true},
		"a member more":            {callMessage(5, "list_agents", `{},"task":{}`, ""), legacy, true},
		"a member of another type": {callMessage(5, "list_agents", `{},"task":"x"`, ""), legacy, false},
		"an unknown version":       {callMessage(5, "list_agents", `{}`, ""), with(legacy, "Mcp-Protocol-Version", "1999-01-01"), false},
		"no such tool":             {callMessage(5, "no_such_tool", `{}`, ""), legacy, false},
		"a tool that asks":         {callMessage(5, "delete_agent", `{}`, ""), legacy, false},
		"no session":               {modernCall(`,"name":"list_agents","arguments":{}`), modern, true},
		"no session, an error":     {modernCall(`,"name":"list_agents","arguments":{"limit":"none"}`), modern, true},
		"another name in a header": {modernCall(`,"name":"list_agents"`), with(modern, "Mcp-Name", "get_agent"), false},
		"another method in a header": {
			modernCall(`,"name":"list_agents"`), with(modern, "Mcp-Method", "tools/list"), false,
		},
		"an ID of an event": {modernCall(`,"name":"list_agents"`), with(modern, "Last-Event-ID", "1"), false},
		"no capabilities": {
			strings.Replace(modernCall(`,"name":"list_agents"`), "clientCapabilities", "x", 1), modern, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			post := func() *http.Request {
				r := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(each.message))
				setHeaders(r, "")
				for header, value := range each.headers {
					r.Header.Set(header, value)
				}
				return r.WithContext(h.callers.with(r.Context()))
			}
			got, want := httptest.NewRecorder(), httptest.NewRecorder()
			h.ServeHTTP(got, post())
			h.transport.ServeHTTP(newAnswer(want, h.options.WriteTimeout, s.hidden), adapted(t, s, post()))
			if got.Code != want.Code || !sameMessages(got.Body.String(), want.Body.String()) {
				t.Errorf("status %d, body %s\nwant %d, %s", got.Code, got.Body, want.Code, want.Body)
			}
			message, body, _ := h.readMessage(httptest.NewRecorder(), post())
			detached := h.mayDetach(post(), message) && h.detach(t.Context(), body) != nil
			if detached != each.detached {
				t.Errorf("detached: %v, want %v", detached, each.detached)
			}
		})
	}
}

// with returns the headers with another value of one.
func with(headers map[string]string, name, value string) map[string]string {
	changed := maps.Clone(headers)
	changed[name] = value
	return changed
}

// adapted returns the request as mcp-go's transport is to read it.
func adapted(t *testing.T, s *Server, r *http.Request) *http.Request {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, message, rejected := s.hidden.adapt(body)
	if rejected != nil {
		t.Fatal(rejected.text)
	}
	r.Body = io.NopCloser(bytes.NewReader(message))
	return r
}

// sameMessages reports whether two bodies are the same, but for the framing and the line breaks after JSON.
func sameMessages(a, b string) bool {
	last := func(body string) string {
		lines := strings.Split(strings.TrimSpace(body), "\n")
		return strings.TrimPrefix(lines[len(lines)-1], "data: ")
	}
	return last(a) == last(b)
}

// poster returns a function that sends a message in a session of its own.
func poster(h *httpHandler) func(message string) *httptest.ResponseRecorder {
	session := h.sessions.begin(h.callers.of("")).id
	return func(message string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(message))
		setHeaders(r, session)
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, r)
		return recorder
	}
}

func TestDetachedCallsAreCancelledByTheirRequest(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	s, _ := newServer(t, "http://orq.test", hangingTransport{arrived})
	send := poster(s.newHTTPHandler(t.Context(), HTTPOptions{}.withDefaults()))
	answered := make(chan *httptest.ResponseRecorder)
	go func() { answered <- send(callMessage(5, "get_agent", `{"key":"k"}`, "")) }()
	<-arrived
	checkCancellation(t, send, answered, `"isError":true`)
}

// A tool of a program runs inside of mcp-go.
func TestToolsOfTheLibraryAreNotDetached(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", hangingTransport{})
	began := make(chan mcpserver.ClientSession, 1)
	s.Library().AddTool(mcp.NewTool("own"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		began <- mcpserver.ClientSessionFromContext(ctx)
		<-ctx.Done()
		return mcp.NewToolResultText("cancelled"), nil
	})
	send := poster(s.newHTTPHandler(t.Context(), HTTPOptions{}.withDefaults()))
	answered := make(chan *httptest.ResponseRecorder)
	go func() { answered <- send(callMessage(5, "own", `{}`, "")) }()
	if session := <-began; session == nil {
		t.Error("the tool has no session of mcp-go")
	}
	checkCancellation(t, send, answered, `"cancelled"`)
}

// checkCancellation cancels the call with the ID 5, and expects text in its answer.
func checkCancellation(t *testing.T, send func(string) *httptest.ResponseRecorder, answered <-chan *httptest.ResponseRecorder, text string) {
	t.Helper()
	cancel := func(id string) {
		message := `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":` + id + `}}`
		if got := send(message); got.Code != http.StatusAccepted || got.Body.Len() > 0 {
			t.Errorf("cancellation: status %d, body %q, want %d and none", got.Code, got.Body, http.StatusAccepted)
		}
	}
	cancel("6")
	select {
	case <-answered:
		t.Error("the cancellation of another ID ended the call")
	default:
	}
	cancel("5")
	if got := <-answered; !strings.Contains(got.Body.String(), text) {
		t.Errorf("answer: %s, want %s in it", got.Body, text)
	}
}

// A status of 404 would end the session for the client.
func TestResponsesThatComeTooLateAreRejected(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", hangingTransport{})
	send := poster(s.newHTTPHandler(t.Context(), HTTPOptions{}.withDefaults()))
	for _, message := range []string{
		`{"jsonrpc":"2.0","id":1,"result":{"action":"accept"}}`, `{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"x"}}`,
	} {
		if got := send(message); got.Code != http.StatusBadRequest || !strings.Contains(got.Body.String(), "waits for this response") {
			t.Errorf("%s: status %d, body %q, want %d and the reason", message, got.Code, got.Body, http.StatusBadRequest)
		}
	}
	if got := send(`{"jsonrpc":"2.0","id":2,"result":{}}`); got.Code != http.StatusAccepted {
		t.Errorf("an empty response: status %d, want %d", got.Code, http.StatusAccepted)
	}
}
