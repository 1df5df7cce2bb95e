package a2a_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// follow asks an agent of A2A 0.3 that is a function, and returns what it has answered and how long that took. It has to be
// called in a bubble of synctest.
func follow(t *testing.T, streams bool, agent roundTripper) (answer a2a.Answer, explained string, took time.Duration) {
	t.Helper()
	return followSlowly(t, streams, 0, agent)
}

// followSlowly is follow with a reader that takes its time for each event.
func followSlowly(t *testing.T, streams bool, pause time.Duration, agent roundTripper) (answer a2a.Answer, explained string, took time.Duration) {
	t.Helper()
	card := `{"name":"Far","url":"http://far.example","capabilities":{"streaming":false}}`
	if streams {
		card = strings.Replace(card, "false", "true", 1)
	}
	client, err := a2a.Dial(a2a.Agent{Card: json.RawMessage(card)}, agent)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	answer, err = client.Ask(t.Context(), question(), func([]orq.Part) error {
		time.Sleep(pause)
		return nil
	})
	if err != nil {
		explained = client.Explain(err)
	}
	return answer, explained, time.Since(start)
}

// What an agent sends after the state that ends its task is a part of the answer, and a stream that stays open is left.
func TestWhatComesAfterTheEndOfATask(t *testing.T) {
	t.Parallel()
	const (
		submitted = `{"kind":"task","id":"t1","contextId":"c1","status":{"state":"submitted"}}`
		ended     = `{"kind":"status-update","taskId":"t1","status":{"state":"completed"},"final":false}`
		final     = `{"kind":"status-update","taskId":"t1","status":{"state":"completed","message":{"messageId":"a1","parts":[{"text":"Done."}]}},"final":true}`
		failed    = `{"kind":"status-update","taskId":"t1","status":{"state":"failed","message":{"parts":[{"text":"no fuel"}]}}}`
		working   = `{"kind":"status-update","taskId":"t1","status":{"state":"working"}}`
		message   = `{"kind":"message","taskId":"t1","messageId":"a2","role":"agent","parts":[{"text":"pong"}]}`
		artifact  = `{"kind":"artifact-update","taskId":"t1","artifact":{"artifactId":"a","parts":[{"text":"pong"}]}}`
	)
	for name, test := range map[string]struct {
		events            []string
		state, text, fail string
	}{
		"nothing":                         {[]string{submitted, final}, "completed", "Done.", ""},
		"a message":                       {[]string{submitted, ended, message}, "completed", "pong", ""},
		"a message after a message":       {[]string{submitted, final, message}, "completed", "Done.\npong", ""},
		"the same message":                {[]string{submitted, final, final}, "completed", "Done.", ""},
		"an artifact":                     {[]string{submitted, ended, artifact}, "completed", "pong", ""},
		"an artifact and a message":       {[]string{submitted, final, artifact}, "completed", "pong\nDone.", ""},
		"an artifact after a snapshot":    {[]string{strings.Replace(submitted, "submitted", "completed", 1), artifact}, "completed", "pong", ""},
		"a state of the past":             {[]string{submitted, final, working, artifact}, "completed", "pong\nDone.", ""},
		"a message after a failure":       {[]string{submitted, failed, message}, "failed", "", "no fuel\npong"},
		"an artifact after a failure":     {[]string{submitted, failed, artifact}, "failed", "pong", "no fuel"},
		"a failure after the success":     {[]string{submitted, ended, failed}, "failed", "", "no fuel"},
		"a task that goes on after words": {[]string{submitted, message, working, artifact, final}, "completed", "pong\nDone.", ""},
		"an error":                        {[]string{submitted, final, `{}"`}, "completed", "Done.", ""},
	} {
		for how, open := range map[string]bool{"open": true, "ended": false} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var body []string
					for _, event := range test.events {
						body = append(body, `{"jsonrpc":"2.0","id":"1","result":`+event+`}`)
					}
					got, err, took := follow(t, true, func(r *http.Request) (*http.Response, error) {
						if open {
							return openStream(r, events(body...)), nil
						}
						return response(r, "text/event-stream", io.NopCloser(strings.NewReader(events(body...)))), nil
					})
					want := time.Duration(0)
					if open {
						want = time.Second
					}
					text := orq.Message{Parts: got.Parts}.Text()
					if err != "" || got.State != test.state || text != test.text || got.FailureReason != test.fail || took != want {
						t.Errorf("state %s, text %q, reason %q, error %q after %v, want %s, %q, %q after %v", got.State, text, got.FailureReason, err, took, test.state, test.text, test.fail, want)
					}
				})
			})
		}
	}
}

// The wait for late events is for the agent, and not for the reader.
func TestSlowReadersGetWhatComesAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var body []string
		for _, text := range []string{"one", "two", "three"} {
			body = append(body, `{"kind":"status-update","taskId":"t1","status":{"state":"completed","message":{"messageId":"`+text+`","parts":["`+text+`"]}}}`)
		}
		got, err, took := followSlowly(t, true, time.Minute, func(r *http.Request) (*http.Response, error) {
			return openStream(r, events(body...)), nil
		})
		if text := (orq.Message{Parts: got.Parts}).Text(); text != "one\ntwo\nthree" || err != "" || took != 3*time.Minute+time.Second {
			t.Errorf("text %q, error %q after %v, want all three after 3m1s", text, err, took)
		}
	})
}

// A state that A2A does not have ends the exchange with its name; it is not polled until the run's time is over.
func TestUnknownStatesEndWithTheirName(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]string{
		`{"state":"paused"}`:                 `the A2A agent at http://far.example reports the state "paused" of its task, which A2A does not have`,
		`{"state":"TASK_STATE_UNSPECIFIED"}`: `the A2A agent at http://far.example reports the state "TASK_STATE_UNSPECIFIED" of its task, which A2A does not have`,
		`{"state":"unknown"}`:                `the A2A agent at http://far.example reports the state "unknown" of its task, which A2A does not have`,
		`{"state":""}`:                       `the A2A agent at http://far.example reports no state of its task`,
		`null`:                               `the A2A agent at http://far.example reports no state of its task`,
	} {
		for _, streams := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				result := `{"jsonrpc":"2.0","id":"1","result":{"kind":"task","id":"t1","status":` + status + `,"artifacts":[{"parts":["so far"]}]}}`
				requests := 0
				got, err, took := follow(t, streams, func(r *http.Request) (*http.Response, error) {
					requests++
					return response(r, "application/json", io.NopCloser(strings.NewReader(result))), nil
				})
				if text := (orq.Message{Parts: got.Parts}).Text(); err != want || text != "so far" || requests != 5 || took > 2*time.Second {
					t.Errorf("status %s: text %q, error %q after %v and %d requests, want %q, with 3 polls and a cancel", status, text, err, took, requests, want)
				}
			})
		}
	}
}

// A state may be one of the agent's own for a while.
func TestUnknownStatesPass(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		states := []string{"queued", "queued", "queued", "working", "queued", "queued", "completed"}
		got, err, _ := follow(t, false, func(r *http.Request) (*http.Response, error) {
			result := `{"jsonrpc":"2.0","result":{"kind":"task","id":"t1","status":{"state":"` + states[0] + `"}}}`
			states = states[1:]
			return response(r, "application/json", io.NopCloser(strings.NewReader(result))), nil
		})
		if got.State != "completed" || err != "" {
			t.Errorf("state %s, error %q, want completed", got.State, err)
		}
	})
}

// An agent without a lookup of tasks leaves the last state that it has reported.
func TestUnknownStateIsNamedWhenThereIsNoLookup(t *testing.T) {
	t.Parallel()
	got := askAgent(t, "0.3", true, func(w http.ResponseWriter, r request) {
		if r.call == "stream" {
			reply(w, 200, "text/event-stream", events(rpcResult("0.3", `{"kind":"task","id":"t1","status":{"state":"DONE"}}`)))
			return
		}
		reply(w, 200, "application/json", rpcError("-32601").body)
	})
	if want := `reports the state "DONE" of its task, which A2A does not have`; got.err != want {
		t.Errorf("outcome = %+v, want error %q", got, want)
	}
}

// A lookup that does not end holds the call up for a while, and not until the run's time is over.
func TestLookupsAreBounded(t *testing.T) {
	t.Parallel()
	working := `{"jsonrpc":"2.0","id":"1","result":{"kind":"task","id":"t1","status":{"state":"working"}}}`
	completed := strings.Replace(working, "working", "completed", 1)
	for name, test := range map[string]struct {
		lookup  func(*http.Request) (*http.Response, error)
		state   string
		err     string
		seconds time.Duration
	}{
		"an open stream": {func(r *http.Request) (*http.Response, error) { return openStream(r, events(completed)), nil }, "completed", "", 0},
		"an open stream without events": {
			func(r *http.Request) (*http.Response, error) { return openStream(r, ": hello\n\n"), nil },
			"working", "the A2A agent at http://far.example has not answered a lookup of its task within 30s, in 5 tries", 5 * 30,
		},
		"no answer": {
			func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			},
			"working", "the A2A agent at http://far.example has not answered a lookup of its task within 30s, in 5 tries", 5 * 30,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				got, err, took := follow(t, false, func(r *http.Request) (*http.Response, error) {
					requests++
					if requests == 1 || requests == 1+maxLookups+1 { // the message, and the cancel
						return response(r, "application/json", io.NopCloser(strings.NewReader(working))), nil
					}
					return test.lookup(r)
				})
				if got.State != test.state || err != test.err || took.Truncate(10*time.Second) != test.seconds*time.Second {
					t.Errorf("state %s, error %q after %v, want %s, %q after about %d s", got.State, err, took, test.state, test.err, test.seconds)
				}
			})
		})
	}
}

// maxLookups is how many lookups in a row may fail.
const maxLookups = 5

// What a broken event had is taken from the task; if that cannot be had, the answer is not told as whole.
func TestBrokenEventsAreReplacedByALookup(t *testing.T) {
	t.Parallel()
	piece := func(text string) string {
		return rpcResult("0.3", `{"kind":"artifact-update","taskId":"t1","append":true,"artifact":{"artifactId":"a","parts":[{"text":"`+text+`"}]}}`)
	}
	ended := rpcResult("0.3", `{"kind":"status-update","taskId":"t1","status":{"state":"completed"},"final":true}`)
	whole := rpcResult("0.3", `{"kind":"task","id":"t1","status":{"state":"completed"},"artifacts":[{"artifactId":"a","parts":[{"text":"one two three"}]}]}`)
	for name, test := range map[string]struct {
		lost, lookup, text string
		incomplete         bool
		calls              string
	}{
		"replaced":        {piece("two ")[:60], whole, "one two three", false, "stream get"},
		"no lookup":       {piece("two ")[:60], rpcError("-32601").body, "one three", true, "stream get"},
		"an older lookup": {piece("two ")[:60], strings.Replace(whole, "completed", "working", 1), "one three", true, "stream get"},
		"a sign of life":  {"{}", whole, "one three", false, "stream"},
		"a text":          {"ping", whole, "one three", false, "stream"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := askAgent(t, "0.3", true, func(w http.ResponseWriter, r request) {
				if r.call == "stream" {
					reply(w, 200, "text/event-stream", events(piece("one "), test.lost, piece("three"), ended))
					return
				}
				reply(w, 200, "application/json", test.lookup)
			})
			if got.state != "completed" || got.text != test.text || got.incomplete != test.incomplete || got.calls != test.calls {
				t.Errorf("outcome = %+v, want text %q, incomplete %t after %s", got, test.text, test.incomplete, test.calls)
			}
		})
	}
}
