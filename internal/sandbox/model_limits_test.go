package sandbox_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestModelIterationLimit(t *testing.T) {
	t.Parallel()
	again := replyCalls(modelCall{"", "current_date", "{}"})
	f := serveModel(t, again, again)
	w := openWith(t, f)
	w.create("helper", object{"settings": object{"max_iterations": 2, "tools": []object{{"type": "current_date"}}}})
	last := data[*orq.Inactive](t, w.play("helper", say("Hi")))
	if last.FinishReason != "max_iterations" || last.LastMessage != "[sandbox] Stopped: max_iterations is reached." || last.Usage.TotalTokens != 50 {
		t.Errorf("inactive event = %+v, want a stop by max_iterations after 50 tokens", last)
	}
	f.requests(2)
}

func TestCostLimit(t *testing.T) {
	t.Parallel()
	costly := func(w http.ResponseWriter, r *http.Request) {
		replyChunks(delta(`{"content":"Let me see.","tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"current_date","arguments":"{}"}}]}`),
			finishChunk("tool_calls"), `{"choices":[],"usage":{"prompt_tokens":1,"total_tokens":1,"cost":0.5}}`)(w, r)
	}
	for limit, want := range map[float64]string{0.4: "[sandbox] Stopped: max_cost is exceeded.", 0.5: "Done", 0: "Done"} {
		f := serveModel(t, costly, replyText("Done"))
		w := openWith(t, f)
		w.create("helper", object{"settings": object{"max_cost": limit, "tools": []object{{"type": "current_date"}}}})
		last := data[*orq.Inactive](t, w.play("helper", say("Hi")))
		if last.LastMessage != want || last.Billing.TotalCost != 0.5 || last.FinishReason != "stop" {
			t.Errorf("limit %v: inactive event = %+v with billing %+v, want last message %q, finish reason stop and a cost of 0.5", limit, last, last.Billing, want)
		}
	}
}

func TestCostOfTeamMembersCounts(t *testing.T) {
	t.Parallel()
	f := serveModel(t,
		replyCalls(modelCall{"c1", "call_sub_agent", `{"agent_key":"clock","input":"Hi"}`}, modelCall{"c2", "current_date", "{}"}),
		replyChunks(delta(`{"content":"Noon."}`), finishChunk("stop"), `{"choices":[],"usage":{"total_tokens":1,"cost":0.5}}`))
	w := openWith(t, f)
	w.create("clock")
	w.create("boss", object{"team_of_agents": []object{{"key": "clock"}}, "settings": object{
		"max_cost": 0.4, "tools": []object{{"type": "call_sub_agent"}, {"type": "current_date"}},
	}})
	events := w.play("boss", say("Hi"))
	last := data[*orq.Inactive](t, events)
	if last.LastMessage != "[sandbox] Stopped: max_cost is exceeded." || last.Billing.TotalCost != 0.5 || last.Usage.TotalTokens != 26 {
		t.Errorf("inactive event = %+v with billing %+v, want a stop by max_cost after 26 tokens and a cost of 0.5", last, last.Billing)
	}
	want := []string{execStarted, started, named, created, thought, toolStarted, handedOff, toolDone, inactive}
	checkTypes(t, events, want)
}

func TestEndOfRunCancelsTheModelRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		settings object
		end      func(w *workspace, s *stream)
		want     string // the error
		output   string // empty: it depends on timing
	}{
		"agent deleted": {object{}, func(w *workspace, _ *stream) { call[struct{}](w, 204, "DELETE", "/v2/agents/helper", nil) }, "the agent was deleted", ""},
		"out of time":   {object{"max_execution_time": 2}, func(*workspace, *stream) {}, "", "I was about [sandbox] Stopped: max_execution_time has passed."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked, left := make(chan struct{}), make(chan struct{})
			f := serveModel(t, replyAndHang(asked, left))
			w := openWith(t, f)
			w.create("helper", object{"settings": test.settings})
			s := w.stream("/v2/agents/helper/stream-task", say("Hi"))
			var events []orq.Event
			for range 4 {
				event, _ := s.next()
				events = append(events, event)
			}
			<-asked
			test.end(w, s)
			select {
			case <-left:
			case <-time.After(10 * time.Second):
				t.Fatal("the request to the model is still open after 10 s")
			}
			got := w.await("helper", taskOf(t, events))
			if got.Error != test.want || test.output != "" && got.Output[0].Text() != test.output {
				t.Errorf("response = %+v, want the error %q and the output %q", got, test.want, test.output)
			}
		})
	}
}

func TestModelAnswersOnWhenTheClientLeaves(t *testing.T) {
	t.Parallel()
	asked, goOn := make(chan struct{}), make(chan struct{})
	f := serveModel(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"one "}`))
		w.(http.Flusher).Flush()
		close(asked)
		<-goOn
		fmt.Fprintf(w, "data: %s\n\ndata: %s\n\ndata: %s\n\ndata: [DONE]\n\n", delta(`{"content":"two "}`), delta(`{"content":"three"}`), finishChunk("stop"))
	})
	w := openWith(t, f)
	w.create("helper")
	s := w.openStream(w.request("POST", routerPath, ask("Hi", object{"stream": true})))
	begun, _ := nextRouter(s)
	<-asked
	s.body.Close()
	close(goOn)
	got := w.routerResponse(begun.Response.ID)
	for deadline := time.Now().Add(10 * time.Second); got.Status == "in_progress" && time.Now().Before(deadline); {
		got = w.routerResponse(got.ID)
	}
	if got.Status != "completed" || got.text() != "one two three" {
		t.Errorf("response = %+v, want it completed with the whole answer", got)
	}
}
