package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

const routerPath = "/v3/router/responses"

// routerResponse is a response of the Responses API.
type routerResponse struct {
	ID                 string
	Status             string
	Model              string
	CompletedAt        *int64 `json:"completed_at"`
	PreviousResponseID string `json:"previous_response_id"`
	Output             []routerItem
	Usage              *struct {
		InputTokens int     `json:"input_tokens"`
		TotalTokens int     `json:"total_tokens"`
		TotalCost   float64 `json:"total_cost"`
	}
	Error             *struct{ Code, Message string }
	IncompleteDetails *struct{ Reason string } `json:"incomplete_details"`
	Metadata          map[string]string
	Variables         map[string]any
	Telemetry         struct {
		TraceID string `json:"trace_id"`
	}
}

type routerItem struct {
	Type, ID, Status, Name, Arguments, Error string
	CallID                                   string `json:"call_id"`
	Content                                  []struct{ Type, Text string }
	Result                                   json.RawMessage
}

// text joins the texts of the messages.
func (r routerResponse) text() string {
	var all strings.Builder
	for _, item := range r.Output {
		for _, part := range item.Content {
			all.WriteString(part.Text)
		}
	}
	return all.String()
}

func (r routerResponse) types() []string {
	var all []string
	for _, item := range r.Output {
		all = append(all, item.Type+" "+item.Status)
	}
	return all
}

func ask(input any, changes ...object) object {
	return with(object{"model": "agent/helper", "input": input}, changes...)
}

func output(call, value string) object {
	return object{"type": "function_call_output", "call_id": call, "output": value}
}

func (w *workspace) askRouter(body object) routerResponse {
	w.t.Helper()
	return call[routerResponse](w, 200, "POST", routerPath, body)
}

func (w *workspace) routerResponse(id string) routerResponse {
	w.t.Helper()
	return call[routerResponse](w, 200, "GET", routerPath+"/"+id, nil)
}

// routerRefused sends a request, requires an error status and returns code and message of the error.
func (w *workspace) routerRefused(status int, method, path string, body any) string {
	w.t.Helper()
	answer := call[struct {
		Error struct {
			Type    string
			Code    *string
			Message string
		}
	}](w, status, method, path, body)
	if answer.Error.Type == "" {
		w.t.Errorf("%s %s: the error has no type", method, path)
	}
	if answer.Error.Code != nil {
		return *answer.Error.Code + ": " + answer.Error.Message
	}
	return answer.Error.Message
}

func TestRouterResponse(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "current_date"}, object{"type": "google_search"}))
	got := w.askRouter(ask("/tool current_date\n/tool google_search\nHi", object{"metadata": object{"a": "b"}}))
	want := []string{"orq:current_date completed", "orq:google_search failed", "message completed"}
	if diff := cmp.Diff(want, got.types()); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if got.Status != "completed" || !strings.HasPrefix(got.ID, "resp_") || got.Model != "agent/helper" || got.CompletedAt == nil || got.Usage == nil || got.Metadata["a"] != "b" {
		t.Errorf("response = %+v, want a complete one of agent/helper with usage and metadata", got)
	}
	if !strings.Contains(got.text(), "You wrote: Hi") || !strings.Contains(string(got.Output[0].Result), "date") || got.Output[1].Error == "" {
		t.Errorf("output = %+v, want the text, a result and an error", got.Output)
	}
	if diff := cmp.Diff(got, w.routerResponse(got.ID)); diff != "" {
		t.Errorf("response read again (-want +got):\n%s", diff)
	}
}

func TestRouterResponseContinues(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	paused := w.askRouter(ask("/tool ask {\"n\":1}"))
	if diff := cmp.Diff([]string{"message completed", "function_call completed"}, paused.types()); diff != "" || paused.Status != "completed" {
		t.Fatalf("status %s, items (-want +got):\n%s", paused.Status, diff)
	}
	pending := paused.Output[1]
	if pending.Name != "ask" || pending.Arguments != `{"n":1}` {
		t.Errorf("function call = %+v, want ask with its arguments", pending)
	}
	answer := ask([]object{output(pending.CallID, `{"x":2}`)}, object{"previous_response_id": paused.ID})
	done := w.askRouter(answer)
	if done.ID == paused.ID || done.PreviousResponseID != paused.ID || !strings.Contains(done.text(), `ask returned {"x":2}`) {
		t.Errorf("response = %+v, want a new one with the result", done)
	}
	if diff := cmp.Diff(paused, w.routerResponse(paused.ID)); diff != "" {
		t.Errorf("first response read again (-want +got):\n%s", diff)
	}
	const gone = "previous_response_id: the conversation has gone on since; its last response is "
	if got := w.routerRefused(400, "POST", routerPath, answer); got != gone+done.ID {
		t.Errorf("message = %q, want %q", got, gone+done.ID)
	}
	last := w.askRouter(ask("More", object{"previous_response_id": done.ID}))
	if last.Telemetry.TraceID != paused.Telemetry.TraceID || !strings.Contains(last.text(), "You wrote: More") {
		t.Errorf("response = %+v, want one of the same trace", last)
	}
}

func TestRouterResponseInTheBackground(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	begun := w.askRouter(ask("/slow 10m", object{"background": true}))
	if begun.Status != "queued" || begun.CompletedAt != nil || len(begun.Output) != 0 {
		t.Errorf("response = %+v, want a queued one", begun)
	}
	if got := w.routerResponse(begun.ID); got.Status != "in_progress" {
		t.Errorf("status = %q, want in_progress", got.Status)
	}
	if got, want := w.routerRefused(409, "POST", routerPath, ask("Hi", object{"previous_response_id": begun.ID})), "previous_response_id: the response is still in progress"; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
	call[struct{}](w, 204, "DELETE", "/v2/agents/helper", nil)
	for {
		got := w.routerResponse(begun.ID)
		if got.Status == "in_progress" {
			continue
		}
		if got.Status != "failed" || got.Error == nil || got.Error.Message != "the agent was deleted" {
			t.Errorf("response = %+v, want a failed one with the reason", got)
		}
		return
	}
}

// routerEvent is an event of the stream of a response.
type routerEvent struct {
	line     string // the event: line
	Type     string
	Number   *int        `json:"sequence_number"`
	Item     *routerItem `json:"item"`
	ItemID   string      `json:"item_id"`
	Index    int         `json:"output_index"`
	Part     int         `json:"content_index"`
	Delta    string
	Text     string
	Response *routerResponse
}

// streamRouter streams a response to its end.
func (w *workspace) streamRouter(body object) []routerEvent {
	w.t.Helper()
	r := w.request("POST", routerPath, with(body, object{"stream": true}))
	r.Header.Set("Accept", "application/json;q=1, text/event-stream;q=0")
	s := w.openStream(r)
	events := readRouter(s)
	if !s.done {
		w.t.Error("the stream ends without [DONE]")
	}
	return events
}

// readRouter reads a stream to its end.
func readRouter(s *stream) []routerEvent {
	s.t.Helper()
	var events []routerEvent
	for event, ok := nextRouter(s); ok; event, ok = nextRouter(s) {
		if event.Number == nil || *event.Number != len(events) {
			s.t.Errorf("sequence number of event %d = %v, want %d", len(events), event.Number, len(events))
		}
		events = append(events, event)
	}
	return events
}

// nextRouter returns the next event, or false at the end.
func nextRouter(s *stream) (event routerEvent, ok bool) {
	s.t.Helper()
	for s.scanner.Scan() {
		line := s.scanner.Text()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event.line = name
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		if data == "[DONE]" {
			s.done = true
			return event, false
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			s.t.Fatalf("%v: %s", err, data)
		}
		if event.line != event.Type {
			s.t.Errorf("event line = %q, want the type %q", event.line, event.Type)
		}
		return event, true
	}
	return event, false
}

func routerTypes(events []routerEvent) []string {
	var all []string
	for _, event := range events {
		all = append(all, strings.TrimPrefix(event.Type, "response."))
	}
	return all
}

// The events of items.
var (
	itemOnce  = []string{"output_item.added", "output_item.done"}
	textItem  = []string{"output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done", "output_item.done"}
	callEvent = []string{"output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done"}
)

func streamed(items ...[]string) []string {
	all := []string{"created", "in_progress"}
	for _, item := range items {
		all = append(all, item...)
	}
	return all
}

func TestRouterStream(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "current_date"}, object{"type": "google_search"}, object{"type": "function", "key": "ask"}))
	events := w.streamRouter(ask("/count 1\n/tool current_date\n/tool google_search\nHi\n/tool ask"))
	want := append(streamed(textItem, itemOnce, itemOnce, textItem, callEvent), "completed")
	if diff := cmp.Diff(want, routerTypes(events)); diff != "" {
		t.Fatalf("event types (-want +got):\n%s", diff)
	}
	last := events[len(events)-1].Response
	for _, event := range events {
		if event.Type != "response.output_item.done" {
			continue
		}
		if diff := cmp.Diff(last.Output[event.Index], *event.Item); diff != "" {
			t.Errorf("item %d (-in the response +in the event):\n%s", event.Index, diff)
		}
	}
	if diff := cmp.Diff(*last, w.routerResponse(last.ID)); diff != "" {
		t.Errorf("response read again (-want +got):\n%s", diff)
	}
	if events[0].Response.ID != last.ID || events[0].Response.Status != "in_progress" {
		t.Errorf("first response = %+v, want %s in progress", events[0].Response, last.ID)
	}
	var deltas string
	for _, event := range events {
		if event.Type == "response.output_text.delta" {
			deltas += event.Delta
		}
	}
	if deltas != last.text() {
		t.Errorf("text of the deltas = %q, want %q", deltas, last.text())
	}
}

func TestRouterFailures(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	events := w.streamRouter(ask("/count 1\n/fail out of luck"))
	want := append(streamed(textItem), "failed")
	if diff := cmp.Diff(want, routerTypes(events)); diff != "" {
		t.Fatalf("event types (-want +got):\n%s", diff)
	}
	got := events[len(events)-1].Response
	if got.Status != "failed" || got.Error == nil || got.Error.Code != "server_error" || got.Error.Message != "out of luck" {
		t.Errorf("response = %+v, want failed: server_error, out of luck", got)
	}
	if diff := cmp.Diff([]string{"message incomplete"}, got.types()); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if got := w.askRouter(ask("/fail")); got.Usage == nil {
		t.Errorf("response = %+v, want a usage, although it has failed at once", got)
	}
	stopped := w.askRouter(ask("/count 5\nHi", object{"limits": object{"max_iterations": 1, "max_cost": 0}}))
	if stopped.Status != "completed" {
		t.Errorf("status = %q, want completed", stopped.Status)
	}
	w.create("looper", toolSettings(object{"type": "current_date"}))
	stopped = w.askRouter(ask("/tool current_date\n/tool current_date", object{"model": "agent/looper@1.0.0", "limits": object{"max_iterations": 1}}))
	if stopped.Status != "incomplete" || stopped.IncompleteDetails == nil || stopped.IncompleteDetails.Reason != "max_iterations" || !strings.Contains(stopped.text(), "Stopped: max_iterations is reached.") {
		t.Errorf("response = %+v, want incomplete: max_iterations", stopped)
	}
	w.routerRefused(http.StatusTooManyRequests, "POST", routerPath, ask("/error 429"))
}

// Of several requests that continue one response at once, one does.
func TestOneRequestContinuesAResponse(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	first := w.askRouter(ask("Hi"))
	const requests = 8
	statuses := make(chan int, requests)
	for range requests {
		r := w.request("POST", routerPath, ask("More", object{"previous_response_id": first.ID}))
		go func() {
			response, err := w.http.Do(r)
			if err != nil {
				statuses <- 0
				return
			}
			defer response.Body.Close()
			_, _ = io.Copy(io.Discard, response.Body)
			statuses <- response.StatusCode
		}()
	}
	got := map[int]int{}
	for range requests {
		status := <-statuses
		if status == 409 {
			status = 400 // it came while the other ran, not after it
		}
		got[status]++
	}
	if diff := cmp.Diff(map[int]int{200: 1, 400: requests - 1}, got); diff != "" {
		t.Errorf("number of answers by status (-want +got):\n%s", diff)
	}
}

func TestRouterTrace(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	response, err := w.http.Do(w.request("POST", routerPath, ask("Hi")))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var body routerResponse
	if err := json.NewDecoder(response.Body).Decode(&body); err != nil {
		t.Fatal(err)
	}
	if got := response.Header.Get("x-orq-trace-id"); got == "" || got != body.Telemetry.TraceID {
		t.Errorf("x-orq-trace-id = %q, want the trace of the body, %q", got, body.Telemetry.TraceID)
	}
}

func TestDroppedRouterStreamCanBeRead(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	s := w.openStream(w.request("POST", routerPath, ask("/count 1\n/drop\nHi", object{"stream": true})))
	events := readRouter(s)
	if s.done || len(events) == 0 {
		t.Fatalf("%d events, [DONE]: %v; want some and no [DONE]", len(events), s.done)
	}
	got := w.routerResponse(events[0].Response.ID)
	for got.Status == "in_progress" {
		got = w.routerResponse(got.ID)
	}
	if got.Status != "completed" || !strings.Contains(got.text(), "You wrote: Hi") {
		t.Errorf("response = %+v, want it completed", got)
	}
}

func TestClosedSandboxEndsRouterStreams(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	s := w.openStream(w.request("POST", routerPath, ask("/slow 10m", object{"stream": true})))
	if first, _ := nextRouter(s); first.Type != "response.created" {
		t.Errorf("first event = %q, want response.created", first.Type)
	}
	go w.close()
	var last routerEvent
	for event, ok := nextRouter(s); ok; event, ok = nextRouter(s) {
		last = event
	}
	if got := last.Response; !s.done || got == nil || got.Status != "failed" || got.Error.Message != "the sandbox was closed" {
		t.Errorf("last event = %+v, want response.failed with the reason and [DONE]", last)
	}
}

func TestUnstoredResponse(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	first := w.askRouter(ask("One"))
	aside := w.askRouter(ask("Two", object{"store": false, "previous_response_id": first.ID}))
	if want := "response_not_found: response_id: there is no response \"" + aside.ID + "\""; w.routerRefused(404, "GET", routerPath+"/"+aside.ID, nil) != want {
		t.Errorf("message is not %q", want)
	}
	w.routerRefused(404, "POST", routerPath, ask("Three", object{"previous_response_id": aside.ID}))
	if next := w.askRouter(ask("Three", object{"previous_response_id": first.ID})); next.Status != "completed" {
		t.Errorf("status = %q, want completed", next.Status)
	}
}

func TestRouterInput(t *testing.T) {
	t.Parallel()
	// The contract does not list the parts of an assistant's message.
	w := serveUnchecked(t, sandbox.Options{})
	w.create("helper", object{"instructions": "Serve {{name}}."}, toolSettings(object{"type": "function", "key": "ask"}))
	got := w.askRouter(ask([]object{
		{"role": "user", "content": "Old"},
		{"type": "message", "role": "assistant", "content": []object{{"type": "output_text", "text": "Older", "annotations": []any{}}}},
		{"role": "developer", "content": "Be brief."},
		{"role": "user", "content": []object{
			{"type": "input_text", "text": "Hi {{name}}"},
			{"type": "input_image", "image_url": "data:image/png;base64,aGk="},
			{"type": "input_file", "file_data": "aGk=", "mime_type": "text/plain", "filename": "a.txt"},
		}},
	}, object{"variables": object{"name": object{"secret": true, "value": "Ada"}}, "template_engine": "jinja"}))
	if !strings.Contains(got.text(), "You wrote: Be brief.\nHi Ada") || !strings.Contains(got.text(), "Serve Ada.") {
		t.Errorf("text = %q, want both messages, rendered", got.text())
	}
	if diff := cmp.Diff(map[string]any{"name": object{"secret": true}}, got.Variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	calls := []object{
		{"role": "user", "content": "/tool ask"},
		{"type": "function_call", "call_id": "c1", "name": "ask", "arguments": "{}"},
		output("c1", "plain words"),
	}
	if got := w.askRouter(ask(calls)); !strings.Contains(got.text(), `ask returned "plain words"`) {
		t.Errorf("text = %q, want the result", got.text())
	}
}

func TestRouterRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	w.create("keeper", toolSettings(object{"type": "query_memory_store"}))
	paused := w.askRouter(ask("Hi"))
	message := func(role string, content any) []object { return []object{{"role": role, "content": content}} }
	for want, change := range map[string]object{
		"model: is required": {"model": nil},
		"input: is required": {"input": nil},
		`model: the sandbox runs agents only: agent/<key>; create an agent with the model "openai/gpt-4o"`:        {"model": "openai/gpt-4o"},
		`metadata.a: must be a string, got a number`:                                                              {"metadata": object{"a": 1}},
		`background: cannot be combined with stream here`:                                                         {"background": true, "stream": true},
		`background: needs store, which is false`:                                                                 {"background": true, "store": false},
		`input[0].role: must be one of user, assistant, system, developer, got "tool"`:                            {"input": message("tool", "x")},
		`input[0].content: must be an array, got a string`:                                                        {"input": message("assistant", "x")},
		`input[0].content[0].type: must be one of output_text, refusal, got "input_text"`:                         {"input": message("assistant", []object{{"type": "input_text", "text": "x"}})},
		`input: must end with a message of the user or a function_call_output`:                                    {"input": message("assistant", []object{{"type": "output_text", "text": "x"}})},
		`input[0].type: an item_reference cannot be followed here; send the item itself, or previous_response_id`: {"input": []object{{"type": "item_reference", "id": "x"}}},
		`input[0].type: must be one of function_call, function_call_output, message, got "compaction"`:            {"input": []object{{"type": "compaction"}}},
		`input[0].call_id: must not be empty`:                                                                     {"input": []object{output("", "x")}},
		`input[0].call_id: no call "c9" waits for an output; these do: none`:                                      {"input": []object{output("c9", "x")}, "previous_response_id": paused.ID},
		`memory_entity_id_required: memory.entity_id: is required, because the agent has memory tools`:            {"model": "agent/keeper"},
		`previous_response_id: the response is not one of the agent "keeper"`:                                     {"model": "agent/keeper", "memory": object{"entity_id": "e"}, "previous_response_id": paused.ID},
		`conversation: there are no conversations here; send previous_response_id`:                                {"conversation": object{"id": "x"}},
		`tools[0].type: must be one of function, got "orq:shell"`:                                                 {"tools": []object{{"type": "orq:shell"}}},
		`input[0].content[0]: needs file_url or file_data; files cannot be uploaded here`:                         {"input": message("user", []object{{"type": "input_file"}})},
	} {
		if got := w.routerRefused(400, "POST", routerPath, ask("hi", change)); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
	for want, change := range map[string]object{
		`agent_not_found: model: there is no agent "ghost"`:                             {"model": "agent/ghost"},
		`response_not_found: previous_response_id: there is no response "resp_unknown"`: {"previous_response_id": "resp_unknown"},
	} {
		if got := w.routerRefused(404, "POST", routerPath, ask("hi", change)); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
}

// TestLogNamesTheResponseAsItsClientDoes compares the id in the log with the one in the answer.
func TestLogNamesTheResponseAsItsClientDoes(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	w := open(t, sandbox.Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: dropTimes}))})
	w.create("helper")
	response := call[routerResponse](w, 200, "POST", routerPath, object{"model": "agent/helper", "input": "Hello"})
	w.close()
	if want := "agent=helper task=" + response.ID + "\n"; !strings.HasPrefix(response.ID, "resp_") || !strings.Contains(log.String(), want) {
		t.Errorf("log = %s, want %q in it", log.String(), want)
	}
}
