package sandbox_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// object is a JSON object.
type object = map[string]any

// workspace is a sandbox behind a real server. Every exchange is checked against the editions of the API contract.
type workspace struct {
	t     *testing.T
	url   string
	http  *http.Client
	close func()
}

func open(t *testing.T, o sandbox.Options) *workspace {
	t.Helper()
	return serveBox(t, openBox(t, o))
}

func openBox(t *testing.T, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	box, err := sandbox.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func serveBox(t *testing.T, box *sandbox.Sandbox) *workspace {
	t.Helper()
	return serveHandler(t, box, contract.CheckAll(t, box))
}

// serveUnchecked serves a sandbox to requests that the API contract does not know.
func serveUnchecked(t *testing.T, o sandbox.Options) *workspace {
	t.Helper()
	box := openBox(t, o)
	return serveHandler(t, box, box)
}

// openFor returns a workspace whose answers are those of an edition: its agents may have what the other lacks.
func openFor(t *testing.T, edition contract.Edition) *workspace {
	t.Helper()
	box := openBox(t, sandbox.Options{})
	return serveHandler(t, box, edition.Check(t, box))
}

func serveHandler(t *testing.T, box *sandbox.Sandbox, handler http.Handler) *workspace {
	t.Helper()
	server := httptest.NewServer(handler)
	w := &workspace{t: t, url: server.URL, http: server.Client()}
	w.close = sync.OnceFunc(func() {
		if err := box.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		server.Close()
	})
	t.Cleanup(w.close)
	return w
}

func (w *workspace) request(method, path string, body any) *http.Request {
	w.t.Helper()
	var reader io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		reader = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, reader)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer key")
	r.Header.Set("Content-Type", "application/json")
	return r
}

func (w *workspace) send(r *http.Request) (int, []byte) {
	w.t.Helper()
	response, err := w.http.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, body
}

// call sends a request, requires the status and decodes the answer into a T.
func call[T any](w *workspace, status int, method, path string, body any) T {
	w.t.Helper()
	got, raw := w.send(w.request(method, path, body))
	if got != status {
		w.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got, status, raw)
	}
	var answer T
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &answer); err != nil {
			w.t.Fatalf("%s %s: %v: %s", method, path, err, raw)
		}
	}
	return answer
}

// refused sends a request, requires an error status and returns the error's message.
func (w *workspace) refused(status int, method, path string, body any) string {
	w.t.Helper()
	return call[struct{ Message string }](w, status, method, path, body).Message
}

func (w *workspace) create(key string, changes ...object) orq.Agent {
	w.t.Helper()
	return call[orq.Agent](w, 201, "POST", "/v2/agents", agentBody(key, changes...))
}

func (w *workspace) response(key, task string) orq.AgentResponse {
	w.t.Helper()
	return call[orq.AgentResponse](w, 200, "GET", "/v2/agents/"+key+"/responses/"+task, nil)
}

func agentBody(key string, changes ...object) object {
	return with(object{
		"key": key, "role": "tester", "description": "Tests things", "instructions": "Be exact.",
		"path": "Default/tests", "model": "openai/gpt-4o", "settings": object{},
	}, changes...)
}

func with(body object, changes ...object) object {
	for _, change := range changes {
		for name, value := range change {
			if value == nil {
				delete(body, name)
			} else {
				body[name] = value
			}
		}
	}
	return body
}

func say(text string, changes ...object) object {
	return with(object{"message": object{"role": "user", "parts": []object{{"kind": "text", "text": text}}}}, changes...)
}

func toolSettings(tools ...object) object { return object{"settings": object{"tools": tools}} }

func results(task string, byID map[string]any) object {
	var parts []object
	for id, result := range byID {
		parts = append(parts, object{"kind": "tool_result", "tool_call_id": id, "result": result})
	}
	return object{"task_id": task, "message": object{"role": "tool", "parts": parts}}
}

// stream reads an event stream.
type stream struct {
	t       *testing.T
	body    io.ReadCloser
	scanner *bufio.Scanner
	done    bool
}

func (w *workspace) stream(path string, body any) *stream {
	w.t.Helper()
	return w.openStream(w.request("POST", path, body))
}

func (w *workspace) openStream(r *http.Request) *stream {
	w.t.Helper()
	response, err := w.http.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { response.Body.Close() })
	if got := response.Header.Get("Content-Type"); response.StatusCode != 200 || got != "text/event-stream" {
		raw, _ := io.ReadAll(response.Body)
		w.t.Fatalf("status %d with content type %q, want 200 with text/event-stream: %s", response.StatusCode, got, raw)
	}
	scanner := bufio.NewScanner(response.Body)
	scanner.Buffer(nil, 8<<20)
	return &stream{t: w.t, body: response.Body, scanner: scanner}
}

// next returns the next event, or false at the end.
func (s *stream) next() (orq.Event, bool) {
	s.t.Helper()
	for s.scanner.Scan() {
		data, ok := strings.CutPrefix(s.scanner.Text(), "data: ")
		switch {
		case !ok:
			continue
		case data == "[DONE]":
			s.done = true
			continue
		case s.done:
			s.t.Errorf("event after [DONE], want none: %s", data)
		}
		var event orq.Event
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			s.t.Fatalf("%v: %s", err, data)
		}
		return event, true
	}
	return orq.Event{}, false
}

// rest returns the events up to the end of the stream.
func (s *stream) rest() []orq.Event {
	s.t.Helper()
	var events []orq.Event
	for event, ok := s.next(); ok; event, ok = s.next() {
		events = append(events, event)
	}
	return events
}

// play streams one message to an agent and requires a complete stream.
func (w *workspace) play(key string, body object) []orq.Event {
	w.t.Helper()
	s := w.stream("/v2/agents/"+key+"/stream-task", body)
	events := s.rest()
	if !s.done {
		w.t.Errorf("the stream ends without [DONE]")
	}
	return events
}

func types(events []orq.Event) []string {
	names := make([]string, len(events))
	for i, event := range events {
		names[i] = string(event.Type)
	}
	return names
}

// data returns the data of the first event with data of type T.
func data[T any](t *testing.T, events []orq.Event) T {
	t.Helper()
	for _, event := range events {
		if found, ok := event.Data.(T); ok {
			return found
		}
	}
	t.Fatalf("no %T among the events %v, the last of which is %s", *new(T), types(events), events[len(events)-1].Raw)
	panic("unreachable")
}

// checkTypes compares the types of events, in order.
func checkTypes(t *testing.T, events []orq.Event, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, types(events)); diff != "" {
		t.Errorf("event types (-want +got):\n%s", diff)
	}
}

// checkLastMessage compares the text with which the turn ended.
func checkLastMessage(t *testing.T, events []orq.Event, want string) {
	t.Helper()
	if got := data[*orq.Inactive](t, events).LastMessage; got != want {
		t.Errorf("last message = %q, want %q", got, want)
	}
}

func taskOf(t *testing.T, events []orq.Event) string {
	t.Helper()
	return data[*orq.ExecutionStarted](t, events).AgentTaskID
}

var (
	ignoreRaw      = cmpopts.IgnoreFields(orq.Agent{}, "Raw")
	ignoreChanging = cmpopts.IgnoreFields(orq.Agent{}, "Updated", "VersionHash")
)

// Short names of the types of events.
const (
	execStarted       = "agents.execution_started"
	started           = "event.agents.started"
	named             = "event.agents.execution_named"
	created           = "event.agents.message-created"
	thought           = "event.agents.thought"
	inactive          = "event.agents.inactive"
	errored           = "event.agents.errored"
	requested         = "event.agents.action_review_requested"
	reviewed          = "event.agents.action_reviewed"
	handedOff         = "event.agents.handed_off"
	reviewRequired    = "event.agents.execution_review_required"
	executionReviewed = "event.agents.execution_reviewed"
	timeout           = "agents.timeout"
	streamError       = "agents.error"
	toolStarted       = "event.workflow_events.tool_execution_started"
	toolDone          = "event.workflow_events.tool_execution_finished"
	toolFailed        = "event.workflow_events.tool_execution_failed"
)
