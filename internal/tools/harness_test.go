package tools

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/test/answers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const apiKey = "sk-orq-0123456789abcdef"

// fields is a JSON object.
type fields = map[string]any

// service is the API that the tools call in a test. It records the requests.
type service struct {
	// call is copied for every call of a tool.
	call Call

	mu       sync.Mutex
	received []received
}

// received is a recorded request: its method and URL as one line, and its body.
type received struct{ line, body string }

// serve returns a service that responds with handler. Requests and responses are checked against the API contract.
func serve(t *testing.T, handler http.HandlerFunc) *service {
	t.Helper()
	return serveChecked(t, contract.CheckAll(t, handler))
}

// serveChecked is serve without the check against the contract, which handler does.
func serveChecked(t *testing.T, handler http.Handler) *service {
	t.Helper()
	s := &service{}
	server := httptest.NewServer(s.recording(handler))
	t.Cleanup(server.Close)
	transport := orq.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	s.connect(t, server.URL, transport)
	return s
}

// serveInBubble is serve without a network, for use in a synctest bubble. The contract is not checked.
func serveInBubble(t *testing.T, handler http.HandlerFunc) *service {
	t.Helper()
	s := &service{}
	s.connect(t, "http://orq.test", handlerTransport{s.recording(handler)})
	return s
}

// workspace returns a service with an empty workspace.
func workspace(t *testing.T) *service {
	t.Helper()
	return workspaceOf(t, sandbox.GenerationBoth, contract.CheckAll)
}

// workspaceOf is workspace with the operations of one generation, whose traffic is checked against one or all editions of the
// contract.
func workspaceOf(t *testing.T, generation sandbox.Generation, check func(testing.TB, http.Handler) http.Handler) *service {
	t.Helper()
	box, err := sandbox.Open(sandbox.Options{Generation: generation})
	if err != nil {
		t.Fatal(err)
	}
	s := serveChecked(t, check(t, box))
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// connect sets the client through which calls reach the service.
func (s *service) connect(t *testing.T, baseURL string, transport http.RoundTripper) {
	t.Helper()
	client, err := orq.New(orq.Options{BaseURL: baseURL, APIKey: apiKey, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	s.call.Orq = client
}

// recording records requests before next handles them.
func (s *service) recording(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		s.mu.Lock()
		s.received = append(s.received, received{r.Method + " " + r.URL.RequestURI(), string(body)})
		s.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

// lines returns the method and URL of every recorded request.
func (s *service) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, each := range s.received {
		lines = append(lines, each.line)
	}
	return lines
}

// written returns the recorded requests that have a body.
func (s *service) written() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.received), func(each received) bool { return each.body == "" })
}

// forget drops the recorded requests.
func (s *service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.received = nil
}

// handlerTransport handles requests with a handler in the same goroutine.
type handlerTransport struct{ http.Handler }

func (h handlerTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// answer writes a response, which is JSON unless the handler has set another content type.
func answer(w http.ResponseWriter, status int, body string) {
	if body != "" && w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// agentJSON returns an agent as the API returns it, with some fields changed.
func agentJSON(t *testing.T, changes fields) string {
	t.Helper()
	agent := fields{
		"_id": "01AGENT", "key": "support", "type": "internal", "project_id": "p1", "created_by_id": nil, "updated_by_id": nil,
		"status": "live", "path": "Default", "role": "Support", "description": "Helps", "instructions": "Be kind.",
		"model": fields{"id": "openai/gpt-4o"}, "memory_stores": []any{}, "team_of_agents": []any{}, "version": "1.0.0",
		"display_name": "Support desk", "workspace_id": "w1", "metrics": fields{"total_cost": 0.25},
	}
	maps.Copy(agent, changes)
	return encode(t, agent)
}

func encode(t *testing.T, value any) string {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// decode decodes JSON. Numbers become json.Number.
func decode(t *testing.T, raw string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("%v: %.200q", err, raw)
	}
	return value
}

// defined derives all tools once, because deriving their schemas for each call would take most of the tests' time.
var defined = sync.OnceValues(func() ([]Tool, error) { return All(Selection{}) })

func toolNamed(t *testing.T, name string) *Tool {
	t.Helper()
	list, err := defined()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(list, func(tool Tool) bool { return tool.Name == name })
	if at < 0 {
		t.Fatalf("tool %s does not exist", name)
	}
	return &list[at]
}

// use calls a tool with JSON arguments.
func (s *service) use(t *testing.T, tool, arguments string) *mcp.CallToolResult {
	t.Helper()
	call := s.call
	result := toolNamed(t, tool).Answer(t.Context(), &call, json.RawMessage(arguments))
	checkEncoding(t, result)
	return result.MCP()
}

// succeed calls a tool, requires success, and returns both forms of the result.
func (s *service) succeed(t *testing.T, tool, arguments string) (text string, structure fields) {
	t.Helper()
	result := s.use(t, tool, arguments)
	text = textOf(t, result)
	if result.IsError {
		t.Fatalf("%s failed with %s, want success", tool, text)
	}
	structure, ok := decode(t, encode(t, result.StructuredContent)).(fields)
	if !ok {
		t.Fatalf("%s: structured content = %v, want an object", tool, result.StructuredContent)
	}
	answers.Check(t, tool, toolNamed(t, tool).OutputSchema, json.RawMessage(encode(t, result.StructuredContent)), text)
	return text, structure
}

// refused calls a tool, requires an error, and returns its text.
func (s *service) refused(t *testing.T, tool, arguments string) string {
	t.Helper()
	result := s.use(t, tool, arguments)
	text := textOf(t, result)
	if !result.IsError || result.StructuredContent != nil {
		t.Fatalf("%s succeeded with %s, want an error", tool, text)
	}
	return text
}

func textOf(t *testing.T, result *mcp.CallToolResult) string {
	t.Helper()
	if len(result.Content) != 1 {
		t.Fatalf("result has %d contents, want 1", len(result.Content))
	}
	content, ok := result.Content[0].(mcp.TextContent)
	if !ok {
		t.Fatalf("content is a %T, want mcp.TextContent", result.Content[0])
	}
	return content.Text
}

// recorder is a progress sink that records the messages.
type recorder struct {
	mu       sync.Mutex
	messages []string
}

func (r *recorder) Send(progress relay.Progress) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.messages = append(r.messages, strings.Clone(progress.Message))
	return nil
}

// lines returns the recorded messages.
func (r *recorder) lines() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.messages)
}

// cancelling is a progress sink that cancels the call at the first message.
type cancelling struct{ cancel func() }

func (c cancelling) Send(relay.Progress) error {
	c.cancel()
	return nil
}
