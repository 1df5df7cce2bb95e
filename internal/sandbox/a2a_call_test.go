package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// forEachProtocol runs a test with an agent of each protocol, streaming and not.
func forEachProtocol(t *testing.T, test func(t *testing.T, w *workspace, agent *sdkAgent, streaming bool)) {
	t.Helper()
	for protocol := range protocols() {
		for _, streaming := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, streaming %t", protocol, streaming), func(t *testing.T) {
				t.Parallel()
				agent, server := serveAgent(t, protocol, streaming)
				w := open(t, sandbox.Options{})
				w.register("far", server.URL, object{"headers": object{"X-Key": object{"value": "hush-1", "encrypted": true}}})
				test(t, w, agent, streaming)
			})
		}
	}
}

// thoughtTexts returns the texts of a stream's thoughts, as a client reads them, and the number of files in them.
func thoughtTexts(events []orq.Event) (texts []string, files int) {
	for _, event := range events {
		if event.Type == orq.EventThought {
			step := event.Step()
			files += len(step.Files)
			texts = append(texts, step.Text)
		}
	}
	return texts, files
}

func TestA2AAgentRuns(t *testing.T) {
	t.Parallel()
	forEachProtocol(t, func(t *testing.T, w *workspace, agent *sdkAgent, streaming bool) {
		events := w.play("far", say("work"))
		texts, files := thoughtTexts(events)
		if got, want := strings.Join(texts, "|"), "On it.|one |two |three||{\"stops\":3}|Done."; streaming && got != want || files != 1 {
			t.Errorf("thoughts = %q with %d files, want %q with 1", got, files, want)
		}
		// Without a stream, the place of a remark depends on when the task is polled.
		before, after, _ := strings.Cut(strings.Join(texts, ""), "On it.")
		if got, want := before+after, "one two three{\"stops\":3}Done."; got != want {
			t.Errorf("thoughts without the remark = %q, want %q", got, want)
		}
		inactive := data[*orq.Inactive](t, events)
		const want = "one two three\n{\"stops\":3}\nDone."
		if inactive.LastMessage != want || inactive.FinishReason != "stop" || events[len(events)-1].Type != orq.EventInactive {
			t.Errorf("inactive event = %+v, want last message %q, finish reason stop, and no event after it", inactive, want)
		}
		response := w.response("far", taskOf(t, events))
		if len(response.Output) != 1 || response.Output[0].Text() != want || response.Status != "completed" {
			t.Fatalf("response = %+v, want status completed and one message: %q", response, want)
		}
		file := orq.File{Bytes: "JVBERg==", MIMEType: "application/pdf", Name: "plan.pdf"}
		if got := response.Output[0].Parts[1].File; got == nil || *got != file {
			t.Errorf("file = %+v, want %+v", got, file)
		}
		if got := agent.headers[0].Get("X-Key"); got != "hush-1" {
			t.Errorf("header X-Key = %q, want %q", got, "hush-1")
		}
		if streaming && agent.requests() != 1 {
			t.Errorf("requests = %q, want one", agent.methods)
		}
	})
}

func TestFinalStatesOfA2AAgents(t *testing.T) {
	t.Parallel()
	forEachProtocol(t, func(t *testing.T, w *workspace, _ *sdkAgent, _ bool) {
		for request, want := range map[string]struct{ state, text, failure string }{
			"message": {"completed", "Just this.", ""},
			"nothing": {"completed", "On it.", ""},
			"ask":     {"input-required", "Which city?", ""},
			"auth":    {"auth-required", "Log in at example.com.", ""},
			"fail":    {"failed", "On it.", "the A2A agent failed: no fuel, ***"},
			"reject":  {"rejected", "On it.", "the A2A agent rejected the task"},
		} {
			events := w.play("far", say(request))
			task := call[orq.Task](w, 200, "POST", "/v2/agents/far/task", say(request, object{"configuration": object{"blocking": true}}))
			if task.Status.State != want.state {
				t.Errorf("%s: state = %q, want %q", request, task.Status.State, want.state)
			}
			response := w.response("far", taskOf(t, events))
			if got := response.Output[0].Text(); got != want.text || response.Error != want.failure {
				t.Errorf("%s: output = %q with error %q, want %q with error %q", request, got, response.Error, want.text, want.failure)
			}
			if want.failure == "" {
				checkLastMessage(t, events, want.text)
				continue
			}
			if got := data[*orq.Errored](t, events).Error; got != want.failure {
				t.Errorf("%s: error = %q, want %q", request, got, want.failure)
			}
		}
	})
}

func TestQuestionOfA2AAgentIsAnswered(t *testing.T) {
	t.Parallel()
	forEachProtocol(t, func(t *testing.T, w *workspace, agent *sdkAgent, _ bool) {
		task := taskOf(t, w.play("far", say("ask")))
		events := w.continueTask("far", say("Ghent", object{"task_id": task}))
		checkLastMessage(t, events, "You said Ghent.")
		// A message after the end of the agent's task begins another task in the same context.
		events = w.continueTask("far", say("nothing", object{"task_id": task}))
		checkLastMessage(t, events, "On it.")
		agent.mu.Lock()
		defer agent.mu.Unlock()
		if distinct := slices.Compact(slices.Clone(agent.contexts)); len(agent.contexts) != 3 || len(distinct) != 1 || distinct[0] == "" {
			t.Errorf("contexts of the messages = %q, want the same three times", agent.contexts)
		}
	})
}

// continueTask streams a message that continues a task. The SDK's server publishes a question a moment before it accepts
// the answer, and refuses an answer that comes in between: it is sent again.
func (w *workspace) continueTask(key string, body object) []orq.Event {
	w.t.Helper()
	for {
		events := w.play(key, body)
		errored, failed := events[len(events)-1].Data.(*orq.Errored)
		if !failed || !strings.Contains(errored.Error, "task execution is already in progress") {
			return events
		}
	}
}

func TestA2AConversationSurvivesAFailure(t *testing.T) {
	t.Parallel()
	var asked []string
	record := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var request struct {
				Params struct{ Message orq.Message }
			}
			if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
				t.Error(err)
			}
			asked = append(asked, request.Params.Message.TaskID+" "+request.Params.Message.ContextID)
			answer(w, r)
		}
	}
	question := `{"kind":"task","id":"t","contextId":"c","status":{"state":"input-required","message":{"role":"agent","messageId":"q","parts":[{"kind":"text","text":"Which?"}]}}}`
	w := open(t, sandbox.Options{})
	w.register("far", scriptAgent(t, false, record(answerRPC(question)), record(answerWith(503, "text/plain", "")), record(answerRPC(taskJSON("completed", artifactJSON("Fine.")))),
		record(answerRPC(`{"kind":"message","messageId":"m","role":"agent","parts":[{"kind":"text","text":"Yes."}]}`))).URL)
	task := taskOf(t, w.play("far", say("go")))
	failed := w.play("far", say("this", object{"task_id": task}))
	data[*orq.Errored](t, failed)
	if got := w.response("far", task).Output; len(got) != 0 {
		t.Errorf("output of a failed turn = %v, want none", got)
	}
	w.play("far", say("this", object{"task_id": task}))
	w.play("far", say("thanks", object{"task_id": task}))
	if diff := cmp.Diff([]string{" ", "t c", "t c", " c"}, asked); diff != "" {
		t.Errorf("task and context of the messages (-want +got):\n%s", diff)
	}
}

func TestPaceDoesNotDelayA2AAgents(t *testing.T) {
	t.Parallel()
	const pieces, pace = 400, 50 * time.Millisecond
	results := []string{taskJSON("working", "")}
	for range pieces {
		results = append(results, `{"kind":"artifact-update","taskId":"t","append":true,"artifact":`+artifactJSON("x")+`}`)
	}
	w := open(t, sandbox.Options{Pace: pace})
	w.register("far", scriptAgent(t, true, answerEvents(append(results, taskJSON("completed", artifactJSON(strings.Repeat("x", pieces))))...)).URL)
	began := time.Now()
	texts, _ := thoughtTexts(w.play("far", say("go")))
	if took, limit := time.Since(began), pieces*pace/2; took > limit || len(texts) != pieces {
		t.Errorf("%d pieces took %v, want %d in at most %v", len(texts), took, pieces, limit)
	}
}

func TestUnusualStreamsOfA2AAgents(t *testing.T) {
	t.Parallel()
	question := `{"kind":"status-update","taskId":"t","contextId":"c","final":%t,"status":{"state":"input-required","message":{"role":"agent","messageId":"q","parts":[{"kind":"text","text":"Which?"}]}}}`
	unended := func(final bool) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			answerEvents(taskJSON("working", ""), fmt.Sprintf(question, final))(w, r)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}
	}
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"a question, and no end":       {unended(false), "Which?"},
		"a final question, and no end": {unended(true), "Which?"},
		"events without data":          {answerWith(200, "text/event-stream", "event: ping\n\n: hello\n\nevent: ping\ndata:\n\ndata: {\"jsonrpc\":\"2.0\",\"result\":"+taskJSON("completed", artifactJSON("Fine."))+"}\n\n"), "Fine."},
		"a broken event, and no task":  {answerWith(200, "text/event-stream", "data: {\"jsonrpc\n\ndata: {\"jsonrpc\":\"2.0\",\"result\":{\"kind\":\"message\",\"messageId\":\"m\",\"role\":\"agent\",\"parts\":[{\"text\":\"Fine.\"}]}}\n\n"), "Fine.\n[sandbox] Events of the A2A agent could not be read: a part of its answer may be missing."},
		"numbers with many digits":     {answerRPC(taskJSON("completed", `{"artifactId":"a","parts":[{"kind":"data","data":{"n":12345678901234567890}}]}`)), `{"n":12345678901234567890}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			w.register("far", scriptAgent(t, true, test.answer).URL)
			checkLastMessage(t, w.play("far", say("go")), test.want)
		})
	}
}

func TestNullsFromA2AAgentAreSkipped(t *testing.T) {
	t.Parallel()
	var server *httptest.Server
	server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/card" {
			fmt.Fprintf(w, `{"name":"Far","supportedInterfaces":[null,{"url":%q,"protocolBinding":"JSONRPC","protocolVersion":"1.0"}]}`, server.URL)
			return
		}
		answerRPC(`{"task":{"id":"t","contextId":"c","history":[null],"artifacts":[null,{"artifactId":"a","parts":[null,{"text":"Fine."}]}],`+
			`"status":{"state":"TASK_STATE_COMPLETED","message":{"messageId":"m","role":"ROLE_AGENT","parts":[null]}}}}`)(w, r)
	})
	w := open(t, sandbox.Options{})
	w.register("far", server.URL)
	checkLastMessage(t, w.play("far", say("go")), "Fine.")
}

func TestA2AAgentReceivesTheMessage(t *testing.T) {
	t.Parallel()
	forEachProtocol(t, func(t *testing.T, w *workspace, _ *sdkAgent, _ bool) {
		events := w.play("far", object{"variables": object{"city": "Ghent"}, "message": object{"role": "user", "parts": []object{
			{"kind": "text", "text": "/fail {{city}}"},
			{"kind": "file", "file": object{"bytes": "aGk=", "mimeType": "text/plain", "name": "hi.txt"}},
			{"kind": "file", "file": object{"uri": "https://example.com/x.png", "mimeType": "image/png"}},
			{"kind": "error", "error": "no trains"},
		}}})
		checkLastMessage(t, events, "/fail Ghent  ; [104 105] text/plain hi.txt; https://example.com/x.png image/png ; no trains  ")
	})
}

func TestEndOfRunCancelsTheA2ATask(t *testing.T) {
	t.Parallel()
	forEachProtocol(t, func(t *testing.T, w *workspace, agent *sdkAgent, _ bool) {
		s := w.stream("/v2/agents/far/stream-task", say("wait"))
		<-agent.working
		for event, ok := s.next(); ok && event.Type != orq.EventThought; event, ok = s.next() {
		}
		call[struct{}](w, 204, "DELETE", "/v2/agents/far", nil)
		if got := data[*orq.StreamError](t, s.rest()).Error; got != "the agent was deleted" {
			t.Errorf("error = %q, want %q", got, "the agent was deleted")
		}
		<-agent.canceled
	})
}

func TestTeamWithAnA2AAgent(t *testing.T) {
	t.Parallel()
	forEachProtocol(t, func(t *testing.T, w *workspace, _ *sdkAgent, _ bool) {
		w.create("near", toolSettings(object{"type": "call_sub_agent"}), object{"team_of_agents": []object{{"key": "far"}}})
		for input, want := range map[string]string{
			"work": `call_sub_agent returned {"agent_key":"far","answer":"one two three\n{\"stops\":3}\nDone."}`,
			"fail": "call_sub_agent failed: the agent far gave up: the A2A agent failed: no fuel, ***.",
		} {
			events := w.play("near", say(`/tool call_sub_agent {"agent_key": "far", "input": "`+input+`"}`))
			data[*orq.HandedOff](t, events)
			if got := data[*orq.Inactive](t, events).LastMessage; !strings.Contains(got, want) {
				t.Errorf("last message = %q, want it to contain %q", got, want)
			}
		}
	})
}

func TestBrokenA2AStreamFallsBackToPolling(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string][]http.HandlerFunc{
		"by the end": {
			answerEvents(taskJSON("working", ""), `{"kind":"artifact-update","taskId":"t","artifact":`+artifactJSON("one ")+`}`),
			answerRPC(taskJSON("working", artifactJSON("one two "))), answerWith(502, "text/plain", ""), answerRPC(taskJSON("completed", artifactJSON("one two three"))),
		},
		"in an event": {
			answerWith(200, "text/event-stream", `data: {"jsonrpc":"2.0","result":`+taskJSON("working", artifactJSON("one "))+"}\n\ndata: {"),
			answerRPC(taskJSON("completed", artifactJSON("one two three"))),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			w.register("far", scriptAgent(t, true, answers...).URL)
			events := w.play("far", say("go"))
			texts, _ := thoughtTexts(events)
			if got := strings.Join(texts, ""); got != "one two three" {
				t.Errorf("thoughts = %q, want %q: nothing lost, nothing twice", got, "one two three")
			}
			checkLastMessage(t, events, "one two three")
		})
	}
}

func TestUnknownA2AStreamMethodFallsBackToSend(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	unknown := answerWith(404, "application/json", `{"jsonrpc":"2.0","id":"1","error":{"code":-32601,"message":"Method not found"}}`)
	w.register("far", scriptAgent(t, true, unknown, answerRPC(`{"kind":"message","messageId":"m","role":"agent","parts":[{"kind":"text","text":"hi"}]}`)).URL)
	checkLastMessage(t, w.play("far", say("go")), "hi")
}

func TestHeadersAreSentToTheirHostOnly(t *testing.T) {
	t.Parallel()
	headers := object{"headers": object{"X-Key": object{"value": "hush-1"}}}
	seen := make(chan string, 2)
	record := func(w http.ResponseWriter, r *http.Request) {
		seen <- r.Header.Get("X-Key")
		w.WriteHeader(http.StatusUnauthorized)
	}
	agent := serve(t, record)
	w := open(t, sandbox.Options{})
	w.register("far", serveCard(t, `{"name":"x","url":"`+agent.URL+`/rpc"}`).URL, headers)
	want := "the A2A agent at " + agent.URL + "/rpc answered with status 401; its headers were not sent, because agent_url and card_url name another place"
	if got := data[*orq.Errored](t, w.play("far", say("hi"))).Error; got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
	if got := <-seen; got != "" {
		t.Errorf("header X-Key at another host = %q, want none", got)
	}

	var home *httptest.Server
	home = serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/card":
			fmt.Fprintf(w, `{"name":"x","url":%q}`, home.URL+"/rpc")
		case "/rpc":
			seen <- r.Header.Get("X-Key")
			http.Redirect(w, r, agent.URL, http.StatusTemporaryRedirect)
		}
	})
	w.register("home", home.URL, headers)
	w.play("home", say("hi"))
	if diff := cmp.Diff([]string{"hush-1", ""}, []string{<-seen, <-seen}); diff != "" {
		t.Errorf("header X-Key at the agent's host and after a redirect (-want +got):\n%s", diff)
	}
}
