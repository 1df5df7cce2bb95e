package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// bearer are the headers with which an agent of a sandbox is registered.
func bearer() object {
	return object{"headers": object{"Authorization": object{"value": "Bearer key", "encrypted": true}}}
}

// asLegacy and withoutStreams change a card, so that a client speaks A2A 0.3 or does not stream.
func asLegacy(card object)       { delete(card, "supportedInterfaces") }
func withoutStreams(card object) { card["capabilities"] = object{"streaming": false} }

// serveChanged serves a card of far's agent that was changed. It returns its URL.
func serveChanged(t *testing.T, far *workspace, key string, change ...func(object)) string {
	t.Helper()
	card := call[object](far, 200, "GET", "/v2/agents/"+key+"/a2a/card", nil)
	for _, each := range change {
		each(card)
	}
	encoded, err := json.Marshal(card)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, string(encoded)) }).URL
}

// chainVersions are the changes of cards that make the client use each version, streaming and not.
func chainVersions() map[string][]func(object) {
	return map[string][]func(object){
		"1.0 streamed": nil, "1.0 polled": {withoutStreams}, "0.3 streamed": {asLegacy}, "0.3 polled": {asLegacy, withoutStreams},
	}
}

// forEachChain runs a test with the agent far of a workspace, which is the agent helper of the same or another sandbox.
func forEachChain(t *testing.T, test func(t *testing.T, w *workspace, streams bool)) {
	t.Helper()
	for _, where := range []string{"the same sandbox", "another sandbox"} {
		for version, changes := range chainVersions() {
			t.Run(where+", "+version, func(t *testing.T) {
				t.Parallel()
				w := openA2A(t, sandbox.Options{Key: "key"})
				far := w
				if where == "another sandbox" {
					far = openA2A(t, sandbox.Options{Key: "key"})
				}
				far.create("helper", toolSettings(object{"type": "function", "key": "get_weather"}))
				registered := bearer()
				if changes != nil {
					registered["card_url"] = serveChanged(t, far, "helper", changes...)
				}
				w.register("far", far.url+"/v2/agents/helper/a2a", registered)
				test(t, w, !strings.Contains(version, "polled"))
			})
		}
	}
}

func TestSandboxAgentIsAnExternalAgent(t *testing.T) {
	t.Parallel()
	forEachChain(t, func(t *testing.T, w *workspace, streams bool) {
		events := w.play("far", say("/count 2\nHello"))
		last := data[*orq.Inactive](t, events)
		if got := last.LastMessage; !strings.HasPrefix(got, "1 2 [sandbox]") || !strings.HasSuffix(got, "You wrote: Hello") || last.FinishReason != "stop" {
			t.Errorf("last message = %q, finish reason %s, want the agent's answer, once, and stop", got, last.FinishReason)
		}
		texts, _ := thoughtTexts(events)
		if got := strings.Join(texts, ""); got != last.LastMessage {
			t.Errorf("thoughts = %q, want the answer once", texts)
		}
		if streams && len(texts) != 3 {
			t.Errorf("thoughts = %q, want a piece for each of the agent's", texts)
		}
	})
}

func TestSandboxAgentPausesForItsExternalCaller(t *testing.T) {
	t.Parallel()
	forEachChain(t, func(t *testing.T, w *workspace, _ bool) {
		events := w.play("far", say("/tool get_weather"))
		task := data[*orq.ExecutionStarted](t, events).AgentTaskID
		asked := data[*orq.Inactive](t, events).LastMessage
		if !strings.Contains(asked, "I need the result of get_weather") || !strings.Contains(asked, `"tool_calls"`) {
			t.Errorf("question = %q, want the pending call", asked)
		}
		if got := w.response("far", task); got.FinishReason != "stop" || len(got.PendingToolCalls) != 0 {
			t.Errorf("response = %+v, want finish reason stop and no pending call of the caller's own", got)
		}
		answered := data[*orq.Inactive](t, w.play("far", say("sunny", object{"task_id": task})))
		if !strings.Contains(answered.LastMessage, `get_weather returned "sunny"`) {
			t.Errorf("answer = %q, want the result", answered.LastMessage)
		}
		next := data[*orq.Inactive](t, w.play("far", say("And now?", object{"task_id": task})))
		if !strings.HasSuffix(next.LastMessage, "You wrote: And now?") {
			t.Errorf("next answer = %q, want that of another task", next.LastMessage)
		}
	})
}

func TestSandboxAgentIsCanceledByItsExternalCaller(t *testing.T) {
	t.Parallel()
	for version, changes := range chainVersions() {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			polled, canceled := make(chan struct{}, 1000), make(chan struct{}, 1)
			far := observeA2A(t, sandbox.Options{}, func(body string) {
				switch {
				case strings.Contains(body, `"tasks/get"`), strings.Contains(body, `"GetTask"`):
					polled <- struct{}{}
				case strings.Contains(body, `"tasks/cancel"`), strings.Contains(body, `"CancelTask"`):
					canceled <- struct{}{}
				}
			})
			far.create("helper")
			w := openA2A(t, sandbox.Options{})
			registered := bearer()
			registered["card_url"] = serveChanged(t, far, "helper", changes...)
			w.register("far", far.url+"/v2/agents/helper/a2a", registered)
			s := w.stream("/v2/agents/far/stream-task", say("/count 1\n/slow 10m"))
			// From now on the caller knows the task. The text of the agent reaches it although nothing follows.
			if strings.Contains(version, "polled") {
				<-polled
			} else if event := s.until(orq.EventThought); event.Step().Text != "1 " {
				t.Errorf("thought = %q, want the agent's", event.Step().Text)
			}
			call[struct{}](w, 204, "DELETE", "/v2/agents/far", nil)
			<-canceled
		})
	}
}

func TestSandboxAgentFailsForItsExternalCaller(t *testing.T) {
	t.Parallel()
	forEachChain(t, func(t *testing.T, w *workspace, _ bool) {
		if got := data[*orq.Errored](t, w.play("far", say("/fail no fuel"))).Error; got != "the A2A agent failed: no fuel" {
			t.Errorf("error = %q, want the agent's own words", got)
		}
	})
}

func TestDroppedStreamOfASandboxAgentIsRecovered(t *testing.T) {
	t.Parallel()
	forEachChain(t, func(t *testing.T, w *workspace, _ bool) {
		last := data[*orq.Inactive](t, w.play("far", say("/count 1\n/drop\n/slow 400ms\nHello"))).LastMessage
		if !strings.HasSuffix(last, "You wrote: Hello") {
			t.Errorf("last message = %q, want the answer", last)
		}
	})
}

// A sandbox agent asks another, which asks a third one, which asks the user.
func TestChainOfSandboxAgentsPauses(t *testing.T) {
	t.Parallel()
	w := openA2A(t, sandbox.Options{})
	w.create("c", toolSettings(object{"type": "function", "key": "get_weather"}))
	w.register("b", w.url+"/v2/agents/c/a2a", bearer())
	w.register("a", w.url+"/v2/agents/b/a2a", bearer())
	events := w.play("a", say("/tool get_weather"))
	asked := data[*orq.Inactive](t, events).LastMessage
	if got := strings.Count(asked, "I need the result"); got != 1 {
		t.Errorf("question = %q, want it once", asked)
	}
	answered := w.play("a", say("sunny", object{"task_id": data[*orq.ExecutionStarted](t, events).AgentTaskID}))
	if got := data[*orq.Inactive](t, answered).LastMessage; strings.Count(got, `get_weather returned "sunny"`) != 1 {
		t.Errorf("answer = %q, want the result once", got)
	}
}

func TestRingOfExternalAgentsIsBounded(t *testing.T) {
	t.Parallel()
	for name, ring := range map[string][]string{"itself": {"a"}, "by way of others": {"a", "b", "c"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := openA2A(t, sandbox.Options{})
			for _, key := range ring {
				// The ring is closed by an update: an agent's card is read when it is registered.
				w.create("first-" + key)
				w.register(key, w.url+"/v2/agents/first-"+key+"/a2a", bearer())
			}
			for i, key := range ring {
				next := ring[(i+1)%len(ring)]
				call[orq.Agent](w, 200, "PATCH", "/v2/agents/"+key, object{"a2a": object{"agent_url": w.url + "/v2/agents/" + next + "/a2a"}})
				call[object](w, 200, "POST", "/v2/agents/"+key+"/card/refresh", nil)
			}
			failed := data[*orq.Errored](t, w.play("a", say("Hello?")))
			if !strings.Contains(failed.Error, "8 A2A agents have passed the message on, which is the limit") {
				t.Errorf("error = %q, want the limit named", failed.Error)
			}
		})
	}
}

// A foreign client may claim any number of hops: the least that it can win is a refusal.
func TestHopsOfAForeignClient(t *testing.T) {
	t.Parallel()
	w := openA2A(t, sandbox.Options{})
	w.create("helper")
	w.register("far", w.url+"/v2/agents/helper/a2a", bearer())
	for hops, want := range map[string]string{"-9": `"completed"`, "many": `"completed"`, "7": `"completed"`, "8": `"failed"`, "99": `"failed"`} {
		r := w.request("POST", "/v2/agents/far/a2a", object{"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": object{
			"message": object{"kind": "message", "messageId": "m", "role": "user", "parts": []object{{"kind": "text", "text": "Hi"}}},
		}})
		r.Header.Set("X-Orq-Sandbox-Hops", hops)
		if _, body := w.send(r); !strings.Contains(string(body), `"status":{"state":`+want) {
			t.Errorf("answer after %s hops = %s, want state %s", hops, body, want)
		}
	}
}

// until returns the next event of a type.
func (s *stream) until(typ orq.EventType) orq.Event {
	s.t.Helper()
	for event, ok := s.next(); ok; event, ok = s.next() {
		if event.Type == typ {
			return event
		}
	}
	s.t.Fatalf("the stream ends without %s", typ)
	return orq.Event{}
}

// The operations of September 2026 register a sandbox agent and run it.
func TestSandboxAgentIsAnExternalAgentOfTheResponsesAPI(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"0.3", "1.0"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			var methods []string
			var mu sync.Mutex
			w := observeA2A(t, sandbox.Options{Generation: sandbox.GenerationToday}, func(body string) {
				mu.Lock()
				defer mu.Unlock()
				methods = append(methods, body)
			})
			w.create("helper")
			body := registration("far", w.url+"/v2/agents/helper/a2a", bearer(), object{"protocol_version": version})
			call[object](w, 200, "POST", "/v2/agents/external", body)
			answer := call[object](w, 200, "POST", routerPath, object{"model": "agent/far", "input": "Hello"})
			encoded, err := json.Marshal(answer["output"])
			if err != nil || !strings.Contains(string(encoded), "You wrote: Hello") {
				t.Errorf("output = %s, %v, want the agent's answer", encoded, err)
			}
			want := map[string]string{"0.3": `"message/stream"`, "1.0": `"SendStreamingMessage"`}[version]
			mu.Lock()
			defer mu.Unlock()
			if got := strings.Join(methods, "\n"); !strings.Contains(got, want) {
				t.Errorf("requests = %s, want the method %s", got, want)
			}
		})
	}
}
