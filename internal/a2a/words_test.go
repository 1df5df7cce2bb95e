package a2a_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestWordsOfAgentsAreRepeated(t *testing.T) {
	t.Parallel()
	rpc := func(fields string) answers {
		return answers{200, "application/json", `{"jsonrpc":"2.0","id":"1","error":{` + fields + `}}`}
	}
	for want, failure := range map[string]answers{
		"refused: Internal error: the tool is gone":            rpc(`"code":-32603,"message":"Internal error","data":"the tool is gone"`),
		`refused: Internal error: {"skill":"x","token":"***"}`: rpc(`"code":-32603,"message":"Internal error.","data":{"skill":"x","token":"abcdef"}`),
		"refused: it does not say why":                         rpc(`"code":-32603`),
		"refused: words":                                       {200, "application/json", `{"error":"words"}`},
		"refused: no model: try later":                         {200, "text/event-stream", events(`{"error":{"code":-32603,"message":"no model","data":{"error":"try later"}}}`)},
		"refused: bad skill":                                   {500, "application/json", `{"error":{"code":500,"status":"INTERNAL","message":"bad skill","details":[{"@type":"t","reason":"R","domain":"a2a-protocol.org"}]}}`},
		"answered with status 503: busy, come back":            {503, "text/plain", "busy,\n come back\n"},
		"answered with status 500: boom":                       {500, "application/json", `{"detail":"boom"}`},
		"answered with status 500: boom at once":               {500, "application/json", `{"detail":"boom\nat once"}`},
		"answered with status 500: words alone":                {500, "application/json", `"words alone"`},
		"answered with status 502":                             {502, "text/html", "<html><h1>Bad Gateway</h1>"},
		"answered with status 401: who?; it has no headers, which are set in a2a.headers":                                      {401, "application/json", `{"error":{"code":401,"message":"who?"}}`},
		"gave an answer that cannot be read: there is neither a result nor an error in it: Forbidden":                          {200, "application/json", `{"message":"Forbidden"}`},
		"gave an answer that cannot be read: it is not JSON: Agent is asleep":                                                  {200, "text/plain", "Agent is\nasleep"},
		"answered with a web page: its card names another address than that of the agent; this address is the one on its card": {200, "text/plain", " <!DOCTYPE html>"},
	} {
		got := askAgent(t, "0.3", strings.Contains(failure.kind, "event"), func(w http.ResponseWriter, _ request) {
			reply(w, failure.status, failure.kind, failure.body)
		})
		if got.err != want {
			t.Errorf("answer %d %s: error = %q, want %q", failure.status, failure.body, got.err, want)
		}
	}
}

// What is no answer is described without the words of Go's decoders and connections.
func TestUnreadableAnswersAreDescribed(t *testing.T) {
	t.Parallel()
	for want, failure := range map[string]answers{
		"it is not JSON: character 6 is wrong":               {200, "application/json", `{"a" 1}`},
		"it is not JSON: it ends too early":                  {200, "application/json", `{"result":`},
		"it is not JSON: there is more than one value in it": {200, "text/event-stream", events("{} {}")},
		"the connection ended early":                         {200, "text/event-stream", ": broken"},
	} {
		got := askAgent(t, "0.3", strings.Contains(failure.kind, "event"), func(w http.ResponseWriter, _ request) {
			reply(w, failure.status, failure.kind, failure.body)
			if strings.HasSuffix(failure.body, "broken") {
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}
		})
		if want = "gave an answer that cannot be read: " + want; got.err != want {
			t.Errorf("answer %s: error = %q, want %q", failure.body, got.err, want)
		}
	}
}

// Whatever an agent repeats of its headers and of its address is masked, before the words are cut.
func TestWordsOfAgentsHoldNoSecret(t *testing.T) {
	t.Parallel()
	const header, password, query = "Zq7-header-value", "Zq7-password-value", "Zq7-query-value"
	for pad := 900; pad < 1003; pad += 7 {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, known, _ := r.BasicAuth()
			reply(w, 500, "text/plain", strings.Repeat("x ", pad/2)+r.Header.Get("X-Key")+" "+known+" "+r.URL.RawQuery+" "+strings.Repeat("y ", 1000))
		}))
		transport := &http.Transport{}
		address := strings.Replace(server.URL, "//", "//far:"+password+"@", 1) + "/rpc?api_key=" + query
		client, err := a2a.Dial(a2a.Agent{
			Card: json.RawMessage(`{"url":"` + address + `"}`), Headers: map[string]string{"X-Key": header}, Origins: []string{server.URL},
		}, transport)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Ask(t.Context(), question(), func([]orq.Part) error { return nil })
		if got := client.Explain(err); strings.Contains(got, "Zq7") || len(got) > 1003 || !strings.Contains(got, "status 500: x x") {
			t.Errorf("Explain = %q (%d bytes), want at most 1003 bytes without a secret", got, len(got))
		}
		transport.CloseIdleConnections()
		server.Close()
	}
}

// A card may name an address that the agent alone can reach: the error shows where it comes from.
func TestErrorsNameTheCardThatNamesTheAddress(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	const hint = "; this address is the one on its card"
	const elsewhere = hint + ", which was read from https://far.example/card: if the agent is elsewhere, correct the card and refresh it"
	for name, test := range map[string]struct{ address, cardURL, want string }{
		"another port":          {gone.URL + "/rpc", "https://far.example/card?key=1", elsewhere},
		"another service":       {other.URL + "/rpc", "https://far.example/card", "answered with status 404: 404 page not found" + elsewhere},
		"the place of the card": {gone.URL + "/rpc", gone.URL + "/card", "refused" + hint},
		"another path":          {other.URL + "/rpc", other.URL + "/card", "answered with status 404: 404 page not found" + hint},
		"a name of a container": {"http://weather-agent.invalid:9999/", "https://far.example/card", elsewhere},
	} {
		transport := &http.Transport{}
		client, err := a2a.Dial(a2a.Agent{Card: json.RawMessage(`{"url":"` + test.address + `"}`), CardURL: test.cardURL}, transport)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Ask(t.Context(), question(), func([]orq.Part) error { return nil })
		got := client.Explain(err)
		if !strings.HasPrefix(got, "the A2A agent at "+test.address+" ") || !strings.HasSuffix(got, test.want) {
			t.Errorf("%s: Explain = %q, want the address and %q", name, got, test.want)
		}
		transport.CloseIdleConnections()
	}
}
