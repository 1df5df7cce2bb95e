package sandbox_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestRouterStreamSendsDeltasOfTheModel(t *testing.T) {
	t.Parallel()
	read := make(chan struct{})
	f := serveModel(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, text := range []string{"Hello ", "there."} {
			fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"`+text+`"}`))
			_ = http.NewResponseController(w).Flush()
			if text == "Hello " {
				<-read // the rest is sent when the client has read this
			}
		}
		fmt.Fprintf(w, "data: %s\n\ndata: [DONE]\n\n", finishChunk("length"))
	})
	w := openWith(t, f)
	w.create("helper")
	s := w.openStream(w.request("POST", routerPath, ask("Hi", object{"stream": true})))
	var deltas []string
	var last routerEvent
	for event, ok := nextRouter(s); ok; event, ok = nextRouter(s) {
		if event.Delta != "" {
			if deltas = append(deltas, event.Delta); len(deltas) == 1 {
				close(read)
			}
		}
		last = event
	}
	if diff := cmp.Diff([]string{"Hello ", "there."}, deltas); diff != "" {
		t.Errorf("deltas (-want +got):\n%s", diff)
	}
	if got := last.Response; got == nil || got.Status != "incomplete" || got.IncompleteDetails.Reason != "max_output_tokens" || got.text() != "Hello there." {
		t.Errorf("last event = %+v, want an incomplete response with the text", last)
	}
}

// A text that a fallback begins anew is another part of the same message, whose item has that part alone.
func TestFallbackModelBeginsANewPartOfTheItem(t *testing.T) {
	t.Parallel()
	replies := []reply{replyChunks(delta(`{"content":"Half of"}`), `{"error":"overloaded"}`), replyText("All of it.")}
	f := serveModel(t, append(replies, replies...)...)
	w := openWith(t, f)
	w.create("helper", object{"fallback_models": []any{"openai/other"}})
	events := w.streamRouter(ask("Hi"))
	texts := map[int]string{}
	for _, event := range events {
		texts[event.Part] += event.Delta
	}
	if diff := cmp.Diff(map[int]string{0: "Half of", 1: "All of it."}, texts); diff != "" {
		t.Errorf("texts of the parts (-want +got):\n%s", diff)
	}
	last := events[len(events)-1].Response
	if got := last.text(); got != "All of it." || len(last.Output) != 1 {
		t.Errorf("output = %+v, want one message: All of it.", last.Output)
	}
	if got := w.askRouter(ask("Hi")); got.text() != "All of it." {
		t.Errorf("text without a stream = %q, want All of it.", got.text())
	}
}

func TestRouterKeepsWhatAFailedModelHasWritten(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyChunks(delta(`{"content":"Half of"}`), `{"error":"overloaded"}`))
	w := openWith(t, f)
	w.create("helper")
	got := w.askRouter(ask("Hi"))
	if got.Status != "failed" || got.text() != "Half of" || got.Output[0].Status != "incomplete" {
		t.Errorf("response = %+v, want a failed one with an incomplete message", got)
	}
}

// Functions of a request are added to the tools of the agent, and give a schema to one that it only names.
func TestRouterFunctions(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyCalls(modelCall{"c1", "lookup", `{"id":7}`}), replyText("Shipped."))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	function := func(name string) object {
		parameters := object{"type": "object", "properties": object{"id": object{"type": "number"}}, "required": []string{"id"}}
		return object{"type": "function", "name": name, "description": "Does " + name, "parameters": parameters, "strict": true}
	}
	functions := object{"tools": []object{function("lookup"), function("ask")}}
	paused := w.askRouter(ask("Where is order 7?", functions))
	asking := paused.Output[len(paused.Output)-1]
	if asking.Type != "function_call" || asking.Name != "lookup" || asking.Arguments != `{"id":7}` {
		t.Fatalf("last item = %+v, want the call of lookup", asking)
	}
	asked := f.requests(1)[0].Tools
	if len(asked) != 2 || asked["lookup"].Description != "Does lookup" || !asked["lookup"].Strict || asked["ask"].Parameters["required"] == nil {
		t.Errorf("tools of the model = %+v, want lookup and ask with schemas", asked)
	}
	done := w.askRouter(ask([]object{output("c1", "shipped")}, functions, object{"previous_response_id": paused.ID}))
	if done.text() != "Shipped." {
		t.Errorf("text = %q, want Shipped.", done.text())
	}
	if got := len(call[orq.Agent](w, 200, "GET", "/v2/agents/helper", nil).Settings.Tools); got != 1 {
		t.Errorf("the stored agent has %d tools, want 1", got)
	}
}

// What the agents of a team do is within one call of the agent that asks them, also if their calls have the same ids.
func TestRouterResponseOfATeam(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		replyCalls(modelCall{"c1", "call_sub_agent", `{"agent_key":"clock","input":"What day is it?"}`}),
		replyCalls(modelCall{"c1", "current_date", ""}), replyText("It is Monday."), replyText("Monday, I hear."))
	w := openWith(t, f)
	w.create("clock", toolSettings(object{"type": "current_date"}))
	w.create("helper", toolSettings(object{"type": "call_sub_agent"}), object{"team_of_agents": []object{{"key": "clock"}}})
	events := w.streamRouter(ask("Which day is it?"))
	if diff := cmp.Diff(append(streamed(itemOnce, textItem), "completed"), slices.Compact(routerTypes(events))); diff != "" {
		t.Errorf("event types (-want +got):\n%s", diff)
	}
	got := events[len(events)-1].Response.Output
	if call := got[0]; call.Type != "orq:call_sub_agent" || call.Status != "completed" || !strings.Contains(string(call.Result), "It is Monday.") {
		t.Errorf("first item = %+v, want the call with the answer of the other agent", call)
	}
}

func TestResponsesSurviveReopening(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	w.create("helper", toolSettings(object{"type": "function", "key": "ask"}))
	paused := w.askRouter(ask("/tool ask"))
	running := w.askRouter(ask("/slow 10m", object{"background": true}))

	// The file as it is on disk now is that of a crash.
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	crashed := dataFile(t)
	writeFile(t, crashed, raw)
	w = open(t, sandbox.Options{Data: crashed})
	if diff := cmp.Diff(paused, w.routerResponse(paused.ID)); diff != "" {
		t.Errorf("response after a crash (-want +got):\n%s", diff)
	}
	if got := w.routerResponse(running.ID); got.Status != "failed" || got.Error.Message != "the sandbox stopped while the task was running" {
		t.Errorf("interrupted response = %+v, want failed with the reason", got)
	}
	w.askRouter(ask([]object{output(paused.Output[1].CallID, "1")}, object{"previous_response_id": paused.ID}))
}

// Files that were written before there were responses have no bucket for them.
func TestFileWithoutResponsesOpens(t *testing.T) {
	t.Parallel()
	file := dataFile(t)
	w := open(t, sandbox.Options{Data: file})
	w.create("helper")
	task := taskOf(t, w.play("helper", say("Hi")))
	w.close()
	updateFile(t, file, func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("responses")) })
	w = open(t, sandbox.Options{Data: file})
	if got := w.response("helper", task); got.Status != orq.ResponseCompleted {
		t.Errorf("status of a task = %q, want %q", got.Status, orq.ResponseCompleted)
	}
	if first := w.askRouter(ask("Hi")); w.routerResponse(first.ID).Status != "completed" {
		t.Errorf("response = %+v, want it completed", first)
	}
}

func TestRouterResponseOfAnA2AAgent(t *testing.T) {
	t.Parallel()
	_, server := serveAgent(t, "1.0 JSON-RPC", true)
	w := open(t, sandbox.Options{})
	w.register("far", server.URL)
	asked := w.askRouter(ask("ask", object{"model": "agent/far"}))
	events := w.streamRouter(ask("ask", object{"model": "agent/far"}))
	for _, got := range []routerResponse{asked, *events[len(events)-1].Response} {
		var texts []string
		for _, item := range got.Output {
			texts = append(texts, item.Content[0].Text)
		}
		if diff := cmp.Diff([]string{"On it.", "Which city?"}, texts); diff != "" || got.Status != "completed" {
			t.Errorf("status %s, messages (-want +got):\n%s", got.Status, diff)
		}
	}
}
