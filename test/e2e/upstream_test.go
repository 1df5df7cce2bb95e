package e2e_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// upstream is an Agents API that records requests and responses.
type upstream struct {
	t   *testing.T
	url string

	mu   sync.Mutex
	seen []*exchange
}

// exchange is a request and its response.
type exchange struct {
	method, path, bearer string
	body                 []byte

	mu     sync.Mutex
	answer bytes.Buffer
}

// newSandbox serves a new sandbox.
func newSandbox(t *testing.T, options sandbox.Options) *upstream {
	t.Helper()
	box, err := sandbox.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	u := newUpstream(t, contract.CheckAll(t, box))
	// Cleanup functions run in reverse order: the sandbox must be closed first, because the server waits for its runs.
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Errorf("close the sandbox: %v", err)
		}
	})
	return u
}

// newUpstream serves a handler.
func newUpstream(t *testing.T, handler http.Handler) *upstream {
	t.Helper()
	u := &upstream{t: t}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read a request: %v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		x := &exchange{method: r.Method, path: r.URL.Path, bearer: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), body: body}
		u.mu.Lock()
		u.seen = append(u.seen, x)
		u.mu.Unlock()
		handler.ServeHTTP(&recordingWriter{w, x}, r)
	}))
	u.url = web.URL
	t.Cleanup(web.Close)
	return u
}

// recordingWriter copies a response to its exchange.
type recordingWriter struct {
	http.ResponseWriter
	exchange *exchange
}

func (w *recordingWriter) Write(p []byte) (int, error) {
	w.exchange.mu.Lock()
	w.exchange.answer.Write(p)
	w.exchange.mu.Unlock()
	return w.ResponseWriter.Write(p)
}

func (w *recordingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// requestLines returns all requests in the form "GET /v2/agents".
func (u *upstream) requestLines() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	lines := make([]string, len(u.seen))
	for i, x := range u.seen {
		lines[i] = x.method + " " + x.path
	}
	return lines
}

// requests returns the requests with the method and path, in the order of their arrival.
func (u *upstream) requests(method, path string) []*exchange {
	u.mu.Lock()
	defer u.mu.Unlock()
	var found []*exchange
	for _, x := range u.seen {
		if x.method == method && x.path == path {
			found = append(found, x)
		}
	}
	return found
}

// events returns the events of a stream as they were sent, without [DONE].
func (x *exchange) events(t *testing.T) []event {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	var events []event
	for line := range strings.Lines(x.answer.String()) {
		data, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		events = append(events, decode[event](t, []byte(data)))
	}
	return events
}

// answerJSON returns a handler that always answers with the status and body.
func answerJSON(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// script is a run whose events a test writes.
type script struct {
	t       *testing.T
	w       http.ResponseWriter
	request *http.Request
	// task is the task id of the run.
	task string
}

// scriptedRuns handles streamed runs of any agent by calling play with the message of the run. Responses are checked
// against the API contract.
func scriptedRuns(t *testing.T, play func(s *script, prompt string)) http.Handler {
	t.Helper()
	return contract.CheckAll(t, uncheckedRuns(t, play))
}

// uncheckedRuns is scriptedRuns without the contract.
func uncheckedRuns(t *testing.T, play func(s *script, prompt string)) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/agents/{key}/stream-task", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Message orq.Message `json:"message"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Errorf("read a run: %v", err)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		prompt := body.Message.Text()
		play(&script{t: t, w: w, request: r, task: "task-" + prompt}, prompt)
	})
	return mux
}

// start sends the event that opens every stream, with the task id.
func (s *script) start() {
	s.send(orq.EventExecutionStarted, &orq.ExecutionStarted{AgentTaskID: s.task, WorkspaceID: "workspace", TraceID: "trace"})
}

// thought sends a thought with the text.
func (s *script) thought(text string) {
	s.send(orq.EventThought, &orq.Thought{AgentID: "agent", MessageDifference: map[string]orq.ThoughtMessage{"m": {
		Message: orq.Message{Kind: "message", MessageID: "m", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)}},
		AgentID: "agent", AgentExecutionID: s.task, WorkspaceID: "workspace",
	}}})
}

// useTool sends the start of a tool.
func (s *script) useTool(arguments map[string]any) {
	s.send(orq.EventToolStarted, &orq.ToolStarted{
		ToolID: "tool", ToolKey: "weather", ActionType: "http", ToolArguments: arguments, WorkflowRunID: "workflow",
		Execution: orq.ToolExecution{
			ActionID: "action", AgentToolCallID: "call", WorkspaceID: "workspace", AgentManifestID: "agent",
			AgentExecutionID: s.task, Product: "agents",
		},
	})
}

// finish completes the run with the text.
func (s *script) finish(text string) {
	s.send(orq.EventInactive, &orq.Inactive{LastMessage: text, FinishReason: orq.FinishStop, WorkflowRunID: "workflow"})
	s.write("data: [DONE]")
}

func (s *script) send(kind orq.EventType, data orq.EventData) {
	encoded, err := json.Marshal(orq.NewEvent(time.Now(), kind, data))
	if err != nil {
		s.t.Errorf("encode %s: %v", kind, err)
		return
	}
	s.write("data: " + string(encoded))
}

// comment writes a comment, which services send to keep a stream alive.
func (s *script) comment(text string) { s.write(": " + text) }

// write ignores errors: they mean that the reader has disconnected, which also cancels the request's context.
func (s *script) write(line string) {
	_, _ = io.WriteString(s.w, line+"\n\n")
	_ = http.NewResponseController(s.w).Flush()
}

// hangUp closes the connection.
func (s *script) hangUp() { panic(http.ErrAbortHandler) }
