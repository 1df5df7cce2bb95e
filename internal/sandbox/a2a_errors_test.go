package sandbox_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestErrorsOfA2AAgentsOverJSONRPC(t *testing.T) {
	t.Parallel()
	refusal := `{"jsonrpc":"2.0","id":"1","error":{"code":-32602,"message":"no such skill"}}`
	for name, test := range map[string]struct {
		streaming bool
		answer    http.HandlerFunc
		want      string
		requests  int
	}{
		"refused":                  {false, answerWith(200, "application/json", refusal), "refused: no such skill", 2},
		"refused with a status":    {false, answerWith(400, "application/json; charset=utf-8", refusal), "refused: no such skill", 2},
		"refused for a stream":     {true, answerWith(200, "application/json", refusal), "refused: no such skill", 1},
		"refused in the stream":    {true, answerWith(200, "text/event-stream", "data: "+refusal+"\n\n"), "refused: no such skill", 1},
		"status":                   {false, answerWith(503, "text/plain", "busy"), "answered with status 503: busy", 1},
		"credentials":              {true, answerWith(401, "application/json", `{"error":"who?"}`), "answered with status 401: who?; it has no headers, which are set in a2a.headers", 1},
		"web page":                 {true, answerWith(200, "text/html; charset=utf-8", "<html>"), "answered with a web page: its card names another address than that of the agent", 1},
		"not JSON":                 {false, answerWith(200, "application/json", "{"), "gave an answer that cannot be read: it is not JSON: it ends too early", 1},
		"neither result nor error": {false, answerWith(200, "application/json", "{}"), "gave an answer that cannot be read: there is neither a result nor an error in it", 1},
		"too large":                {false, answerWith(200, "application/json", strings.Repeat(" ", 64<<20+1)), "gave an answer that cannot be read: the answer is larger than 67108864 bytes", 1},
		"empty stream":             {true, answerWith(200, "text/event-stream", ""), "ended its stream before it had answered", 1},
		"hang-up":                  {false, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "cannot be reached: the connection ended early", 1},
		"redirect to elsewhere": {false, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusTemporaryRedirect)
		}, "cannot be reached: the connection was refused", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			server := scriptAgent(t, test.streaming, slices.Repeat([]http.HandlerFunc{test.answer}, test.requests)...)
			w.register("far", server.URL)
			events := w.play("far", say("go"))
			want := "the A2A agent at " + server.URL + " " + test.want
			if got := data[*orq.Errored](t, events); !strings.HasPrefix(got.Error, want) || got.Code != 502 {
				t.Errorf("error = %q with code %v, want %q with 502", got.Error, got.Code, want)
			}
		})
	}
}

func TestErrorsOfA2AAgentsOverHTTP(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"refused":     {answerWith(400, "application/json", `{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"no such skill"}}`), "refused: no such skill"},
		"status":      {answerWith(503, "text/plain", "busy"), "answered with status 503: busy"},
		"credentials": {answerWith(401, "application/json", `{"error":"who?"}`), "answered with status 401: who?; it has no headers, which are set in a2a.headers"},
		"not JSON":    {answerWith(200, "application/json", "{"), "gave an answer that cannot be read: "},
		"hang-up":     {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "cannot be reached: the connection ended early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agent := serve(t, test.answer)
			w := open(t, sandbox.Options{})
			w.register("far", serveCard(t, `{"name":"x","supportedInterfaces":[{"url":"`+agent.URL+`","protocolBinding":"HTTP+JSON","protocolVersion":"1.0"}]}`).URL)
			want := "the A2A agent at " + agent.URL + " " + test.want
			if got := data[*orq.Errored](t, w.play("far", say("go"))).Error; !strings.HasPrefix(got, want) {
				t.Errorf("error = %q, want it to begin with %q", got, want)
			}
		})
	}
}

func TestErrorsOmitCredentialsOfURLs(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	agent := serve(t, answerWith(503, "text/plain", "busy"))
	w.register("far", serveCard(t, `{"name":"x","url":"`+strings.Replace(agent.URL, "//", "//u:s3cr3t@", 1)+`/rpc?token=s3cr3t"}`).URL)
	want := "the A2A agent at " + agent.URL + "/rpc answered with status 503"
	if got := data[*orq.Errored](t, w.play("far", say("hi"))).Error; !strings.HasPrefix(got, want) || strings.Contains(got, "s3cr3t") {
		t.Errorf("error = %q, want it to begin with %q and to hold no credentials", got, want)
	}
	want = "agent card: " + agent.URL + "/x was answered with status 503"
	if got := w.refused(400, "POST", "/v2/agents/a2a", registration("further", agent.URL, object{"card_url": agent.URL + "/x?token=s3cr3t"})); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

func TestCardsWithoutAUsableInterfaceAreNotRegistered(t *testing.T) {
	t.Parallel()
	for card, offers := range map[string]string{
		`{"name":"x","supportedInterfaces":[{"url":"grpc.example:443","protocolBinding":"GRPC","protocolVersion":"1.0"}]}`:    `GRPC 1.0 at "grpc.example:443"`,
		`{"name":"x","url":"http://x.example","protocolVersion":"0.3.0","preferredTransport":"HTTP+JSON"}`:                    `HTTP+JSON 0.3.0 at "http://x.example"`,
		`{"name":"x","url":"far away","protocolVersion":"0.3.0"}`:                                                             `JSONRPC 0.3.0 at "far away"`,
		`{"name":"x","url":"x.example/rpc","protocolVersion":"0.3.0"}`:                                                        `JSONRPC 0.3.0 at "x.example/rpc"`,
		`{"name":"x","url":"http://x.example","protocolVersion":"latest"}`:                                                    `JSONRPC latest at "http://x.example"`,
		`{"name":"x","supportedInterfaces":[{"url":"http://x.example","protocolBinding":"JSONRPC","protocolVersion":"2.0"}]}`: `JSONRPC 2.0 at "http://x.example"`,
	} {
		w := open(t, sandbox.Options{})
		server := serveCard(t, card)
		want := "agent card: " + server.URL + "/card: agents are called by JSONRPC of A2A 0.2, 0.3 and 1.0 and by HTTP+JSON of 1.0; the agent's card offers " + offers
		if got := w.refused(400, "POST", "/v2/agents/a2a", registration("far", server.URL)); got != want {
			t.Errorf("error = %q, want %q", got, want)
		}
	}
}
