package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// responseEvent is an event of the stream of POST /v2/agents/{agent_key}/responses.
type responseEvent struct {
	Type string
	Data struct {
		ResponseID       string `json:"responseId"`
		TaskID           string `json:"taskId"`
		FinishReason     string `json:"finishReason"`
		PendingToolCalls []orq.PendingToolCall
		Error            string
		Code             float64
		ToolID           string `json:"toolId"`
		ToolCallID       string `json:"toolCallId"`
		Review           string
		PartID           string `json:"partId"`
		Delta, Part      orq.Part
	}
}

// respond streams a response to its end.
func (w *workspace) respond(body object) []responseEvent {
	w.t.Helper()
	s := w.stream("/v2/agents/helper/responses", with(body, object{"stream": true}))
	var all []responseEvent
	for event, ok := s.next(); ok; event, ok = s.next() {
		all = append(all, decodeResponseEvent(w.t, event))
	}
	if !s.done {
		w.t.Error("the stream ends without [DONE]")
	}
	return all
}

func decodeResponseEvent(t *testing.T, event orq.Event) responseEvent {
	t.Helper()
	next := responseEvent{Type: string(event.Type)}
	if err := json.Unmarshal([]byte(event.Raw), &next.Data); err != nil {
		t.Fatalf("decode event: %v: %s", err, event.Raw)
	}
	return next
}

// completeTexts joins the texts of the completed parts, and requires that the deltas of each part add up to its text.
func completeTexts(t *testing.T, events []responseEvent) string {
	t.Helper()
	deltas, all := map[string]string{}, ""
	for _, event := range events {
		switch {
		case event.Type == "part.delta" && event.Data.Delta.Text != nil:
			deltas[event.Data.PartID] += *event.Data.Delta.Text
		case event.Type == "part.done" && event.Data.Part.Text != nil:
			if got := deltas[event.Data.PartID]; got != *event.Data.Part.Text {
				t.Errorf("part %s: text of the deltas = %q, want that of the whole, %q", event.Data.PartID, got, *event.Data.Part.Text)
			}
			all += *event.Data.Part.Text
		}
	}
	return all
}

func TestResponseStream(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "current_date", "requires_approval": true}, object{"type": "google_search"}, object{"type": "function", "key": "ask"}))
	events := w.respond(say("/tool current_date\n/tool google_search\n/count 2\nHi"))
	var types []string
	for _, event := range events {
		types = append(types, event.Type)
	}
	part := []string{"part.delta", "part.done"}
	want := append([]string{"response.started", "tool.review.requested", "tool.review.done", "tool.started", "tool.done", "tool.started", "tool.failed"},
		append(append(append(part, part...), part...), "response.done")...)
	if diff := cmp.Diff(want, types); diff != "" {
		t.Fatalf("event types (-want +got):\n%s", diff)
	}
	tool := func(i int) [2]string { return [2]string{events[i].Data.ToolID, events[i].Data.ToolCallID} }
	if first := tool(1); first[0] == "" || first != tool(2) || first != tool(3) || first != tool(4) || tool(5) == first || tool(5) != tool(6) {
		t.Errorf("ids of tools and calls = %q, %q, %q, %q, %q, %q, want the first four equal and the last two others", tool(1), tool(2), tool(3), tool(4), tool(5), tool(6))
	}
	response := w.response("helper", events[0].Data.TaskID)
	if got, last := completeTexts(t, events), response.Output[len(response.Output)-1].Text(); got != last || response.ID != events[0].Data.ResponseID {
		t.Errorf("text of the parts = %q, want that of the output, %q; response %q, want %q", got, last, response.ID, events[0].Data.ResponseID)
	}
}

func TestResponseStreamPausesAndResumes(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	events := w.respond(say("/tool ask {\"n\":1}"))
	paused := events[len(events)-1]
	if paused.Type != "response.done" || paused.Data.FinishReason != "function_call" || len(paused.Data.PendingToolCalls) != 1 {
		t.Fatalf("last event = %+v, want response.done with one pending call", paused)
	}
	events = w.respond(results(events[0].Data.TaskID, map[string]any{paused.Data.PendingToolCalls[0].ID: "yes"}))
	if done := events[len(events)-1]; done.Data.FinishReason != "stop" || len(done.Data.PendingToolCalls) != 0 || !strings.Contains(completeTexts(t, events), `ask returned "yes"`) {
		t.Errorf("last event = %+v, want finish reason stop; texts = %q, want the result in them", done, completeTexts(t, events))
	}
}

func TestResponseStreamFailures(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper")
	events := w.respond(say("/fail out of luck"))
	if got := events[len(events)-1]; got.Type != "response.failed" || got.Data.Error != "out of luck" || got.Data.Code != 500 {
		t.Errorf("last event = %+v, want response.failed: %q, 500", got, "out of luck")
	}
	s := w.stream("/v2/agents/helper/responses", say("/slow 10m", object{"stream": true}))
	s.next()
	call[struct{}](w, 204, "DELETE", "/v2/agents/helper", nil)
	last, _ := s.next()
	if got := decodeResponseEvent(t, last); got.Type != "response.failed" || got.Data.Error != "the agent was deleted" || got.Data.Code != 404 {
		t.Errorf("last event = %+v, want response.failed: %q, 404", got, "the agent was deleted")
	}
}

func TestResponseStreamSendsDeltasOfTheModel(t *testing.T) {
	t.Parallel()
	const key = "sk-secret"
	read := make(chan struct{})
	f := serveModel(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, text := range []string{"Hello ", "there, sk-", "secret and sk", "-all."} {
			fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"`+text+`"}`))
			_ = http.NewResponseController(w).Flush()
			if text == "Hello " {
				<-read // the rest is sent when the client has read this
			}
		}
		fmt.Fprintf(w, "data: %s\n\ndata: [DONE]\n\n", finishChunk("stop"))
	})
	w := openWith(t, f, func(o *sandbox.ModelOptions) { o.Key = key })
	w.create("helper")
	s := w.stream("/v2/agents/helper/responses", say("Hi", object{"stream": true}))
	var all []responseEvent
	for event, ok := s.next(); ok; event, ok = s.next() {
		all = append(all, decodeResponseEvent(t, event))
		if len(all) == 2 {
			close(read)
		}
	}
	if got := completeTexts(t, all); got != "Hello there, *** and sk-all." {
		t.Errorf("text of the parts = %q, want %q", got, "Hello there, *** and sk-all.")
	}
	for _, event := range all {
		if text := event.Data.Delta.Text; text != nil && strings.Contains(*text, "sk-s") {
			t.Errorf("delta = %q, want nothing of the key in it", *text)
		}
	}
}

func TestFallbackModelBeginsANewPart(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyChunks(delta(`{"content":"Half of"}`), `{"error":"overloaded"}`), replyText("All of it."))
	w := openWith(t, f)
	w.create("helper", object{"fallback_models": []any{"openai/other"}})
	events := w.respond(say("Hi"))
	begun := map[string]bool{}
	for _, event := range events {
		if event.Type == "part.delta" {
			begun[event.Data.PartID] = true
		}
	}
	if got := completeTexts(t, events); got != "All of it." || len(begun) != 2 {
		t.Errorf("text of the parts = %q, begun %d parts, want %q and 2", got, len(begun), "All of it.")
	}
}
