package a2a_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	pong      = `{"message":{"messageId":"a1","role":"ROLE_AGENT","parts":[{"text":"pong"}]}}`
	begun     = `{"kind":"task","id":"t1","contextId":"c1","status":{"state":"working"}}`
	completed = `{"kind":"task","id":"t1","contextId":"c1","status":{"state":"completed"},"artifacts":[{"artifactId":"a","parts":[{"kind":"text","text":"pong"}]}]}`
)

// answers are ways to answer a request: a status, a content type and a body.
type answers = struct {
	status     int
	kind, body string
}

func rpcError(code string) answers {
	return answers{200, "application/json", `{"jsonrpc":"2.0","id":"1","error":{"code":` + code + `,"message":"no"}}`}
}

func inStream(a answers) answers { return answers{a.status, "text/event-stream", events(a.body)} }

func withStatus(a answers, status int) answers { return answers{status, a.kind, a.body} }

func TestAgentThatDoesNotStreamIsAskedWithout(t *testing.T) {
	t.Parallel()
	rest := func(status int, fields string) answers {
		return answers{status, "application/json", `{"error":{"message":"no",` + fields + `}}`}
	}
	rpc := map[string]answers{
		"unsupported operation": rpcError("-32004"), "in the stream": inStream(rpcError("-32004")), "with a status": withStatus(rpcError("-32004"), 400),
		"no such method": rpcError("-32601"), "the code as a text": rpcError(`"-32004"`),
		"404": {404, "text/plain", "not found"}, "405": {405, "text/html", "<html>"}, "406": {406, "", ""}, "501": {501, "application/json", "{}"},
	}
	cases := map[string]map[string]answers{
		"0.2": rpc, "0.3": rpc, "1.0": rpc,
		"1.0 HTTP": {
			"reason":        rest(400, `"code":400,"status":"FAILED_PRECONDITION","details":[{"@type":"t","reason":"UNSUPPORTED_OPERATION"}]`),
			"unimplemented": rest(501, `"code":501,"status":"UNIMPLEMENTED"`), "code of JSON-RPC": rest(400, `"code":-32004`),
			"problem": {400, "application/problem+json", `{"type":"https://a2a-protocol.org/errors/unsupported-operation","title":"no"}`},
			"404":     {404, "text/plain", "not found"}, "405": {405, "text/html", "<html>"}, "501": {501, "application/json", "{}"},
		},
	}
	for dialect, refusals := range cases {
		for name, refusal := range refusals {
			t.Run(dialect+" "+name, func(t *testing.T) {
				t.Parallel()
				got := askAgent(t, dialect, true, func(w http.ResponseWriter, r request) {
					if r.call == "stream" {
						reply(w, refusal.status, refusal.kind, refusal.body)
						return
					}
					reply(w, 200, "application/json", rpcResult(dialect, pong))
				})
				if got.text != "pong" || got.state != "completed" || got.calls != "stream send" {
					t.Errorf("outcome = %+v, want pong after stream and send", got)
				}
			})
		}
	}
}

func TestAgentThatRefusesAConfigurationIsAskedWithout(t *testing.T) {
	t.Parallel()
	for dialect := range dialects {
		for name, refusal := range map[string]answers{
			"invalid params": rpcError("-32602"), "invalid request": rpcError("-32600"), "unsupported operation": rpcError("-32004"),
			"incompatible modes": rpcError("-32005"), "400": {400, "text/plain", "no"}, "422": {422, "application/json", `{"detail":[{"loc":["params","configuration"],"msg":"extra"}]}`},
		} {
			t.Run(dialect+" "+name, func(t *testing.T) {
				t.Parallel()
				got := askAgent(t, dialect, false, func(w http.ResponseWriter, r request) {
					if r.message["configuration"] != nil {
						reply(w, refusal.status, refusal.kind, refusal.body)
						return
					}
					reply(w, 200, "application/json", rpcResult(dialect, pong))
				})
				if got.text != "pong" || got.calls != "send send" {
					t.Errorf("outcome = %+v, want pong after two calls", got)
				}
			})
		}
	}
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	modes := []any{"text", "text/plain", "application/json"}
	for dialect, want := range map[string]map[string]any{
		"0.2": {"blocking": false, "acceptedOutputModes": modes}, "0.3": {"blocking": false, "acceptedOutputModes": modes},
		"1.0": {"returnImmediately": true}, "1.0 HTTP": {"returnImmediately": true},
	} {
		askAgent(t, dialect, false, func(w http.ResponseWriter, r request) {
			if diff := cmp.Diff(any(want), r.message["configuration"]); diff != "" {
				t.Errorf("%s: configuration (-want +got):\n%s", dialect, diff)
			}
			reply(w, 200, "application/json", rpcResult(dialect, pong))
		})
	}
}

// What may have started something is not sent again.
func TestNothingIsStartedTwice(t *testing.T) {
	t.Parallel()
	failures := map[string]answers{
		"internal error": rpcError("-32603"), "server error": rpcError("-32000"), "no such task": withStatus(rpcError("-32001"), 404),
		"unavailable": {503, "text/plain", "busy"}, "500": {500, "application/json", `{"error":"boom"}`}, "timeout": {504, "text/html", "<html>"},
		"too many": {429, "text/plain", "later"}, "empty": {200, "text/event-stream", ""}, "nothing": {200, "application/json", ""},
		"not JSON": {200, "application/json", "{"}, "web page": {200, "text/html", "<html>"}, "null": {200, "application/json", "null"},
		"problem": {400, "application/json", `{"error":{"code":400,"message":"no","details":[{"reason":"TASK_NOT_FOUND"}]}}`},
	}
	for _, dialect := range slices.Sorted(maps.Keys(dialects)) {
		for call, streams := range map[string]bool{"send": false, "stream": true} {
			for name, failure := range failures {
				t.Run(strings.Join([]string{dialect, call, name}, " "), func(t *testing.T) {
					t.Parallel()
					got := askAgent(t, dialect, streams, func(w http.ResponseWriter, _ request) {
						reply(w, failure.status, failure.kind, failure.body)
					})
					if got.calls != call || got.err == "" {
						t.Errorf("outcome = %+v, want one call and an error", got)
					}
				})
			}
		}
	}
}

// A refusal after the task has begun is that of the task, whatever its code is.
func TestRefusalAfterTheBeginningIsNoReasonToSendAgain(t *testing.T) {
	t.Parallel()
	got := askAgent(t, "0.3", true, func(w http.ResponseWriter, r request) {
		if r.call == "stream" {
			reply(w, 200, "text/event-stream", events(rpcResult("0.3", begun), rpcError("-32004").body))
		}
	})
	if want := "stream cancel"; got.calls != want || got.err != "refused: no" {
		t.Errorf("outcome = %+v, want the refusal after %s", got, want)
	}
}

// The form of an answer decides how it is read, not the request.
func TestAnswersInAnotherForm(t *testing.T) {
	t.Parallel()
	for dialect := range dialects {
		result := rpcResult(dialect, pong)
		for name, test := range map[string]struct {
			streams bool
			answer  answers
		}{
			"one object for a stream":       {true, answers{200, "application/json", result}},
			"as text":                       {true, answers{200, "text/plain", " \n" + result}},
			"without a content type":        {true, answers{200, "", result}},
			"a list of results":             {true, answers{200, "application/json", "[" + result + "]"}},
			"lines of JSON":                 {true, answers{200, "application/x-ndjson", rpcResult(dialect, begun) + "\n" + result + "\n"}},
			"a stream for one object":       {false, answers{200, "text/event-stream", events(result)}},
			"a stream of another type":      {true, answers{200, "text/plain", ": hello\n\n" + events(result)}},
			"a stream with noise":           {true, answers{200, "text/event-stream", events("ping", "[DONE]", "null", result, "[DONE]")}},
			"a task that ended, for stream": {true, answers{200, "application/json", rpcResult(dialect, completed)}},
			"a stream that ends at once":    {true, answers{200, "text/event-stream", strings.TrimSpace(events(result))}},
			"another status of success":     {false, answers{201, "application/json", result}},
		} {
			t.Run(dialect+" "+name, func(t *testing.T) {
				t.Parallel()
				got := askAgent(t, dialect, test.streams, func(w http.ResponseWriter, _ request) {
					reply(w, test.answer.status, test.answer.kind, test.answer.body)
				})
				if got.text != "pong" || got.state != "completed" || strings.Contains(got.calls, " ") {
					t.Errorf("outcome = %+v, want pong after one call", got)
				}
			})
		}
	}
}

// One object that answers a stream may be a task that goes on: it is polled, and not begun again.
func TestTaskThatAnswersAStreamIsPolled(t *testing.T) {
	t.Parallel()
	for dialect := range dialects {
		got := askAgent(t, dialect, true, func(w http.ResponseWriter, r request) {
			result := begun
			if r.call == "get" {
				result = completed
			}
			reply(w, 200, "application/json", rpcResult(dialect, result))
		})
		if got.text != "pong" || got.calls != "stream get" {
			t.Errorf("%s: outcome = %+v, want pong after stream and get", dialect, got)
		}
	}
}

// An event of type error is the agent's word, whatever it holds and whatever came before.
func TestEventsOfTypeErrorAreRefusals(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"a text": "boom", "an object": `{"code":500,"message":"boom"}`, "an answer": rpcErrorWith("boom"), "a JSON text": `"boom"`,
	} {
		for _, before := range []string{"", events(rpcResult("0.3", begun))} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got := askAgent(t, "0.3", true, func(w http.ResponseWriter, r request) {
					if r.call == "stream" {
						reply(w, 200, "text/event-stream", before+"event: error\ndata: "+data+"\n\n")
					}
				})
				calls := "stream"
				if before != "" {
					calls = "stream cancel"
				}
				if got.err != "refused: boom" || got.calls != calls {
					t.Errorf("outcome = %+v, want boom after %s", got, calls)
				}
			})
		}
	}
}

func rpcErrorWith(words string) string {
	return `{"jsonrpc":"2.0","id":"1","error":{"code":-32603,"message":"` + words + `"}}`
}
