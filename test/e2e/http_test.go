package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestPagesOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	host := strings.TrimSuffix(strings.TrimPrefix(srv.url, "http://"), "/mcp")
	hello := string(encode(t, object{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": object{
		"protocolVersion": current, "capabilities": object{}, "clientInfo": clientInfo(),
	}}))
	cases := map[string]struct {
		header []string
		want   int
	}{
		"no page":              {nil, http.StatusOK},
		"its own page":         {[]string{"Origin", "http://" + host}, http.StatusOK},
		"a page on loopback":   {[]string{"Origin", "http://localhost:6274"}, http.StatusOK},
		"a foreign page":       {[]string{"Origin", "https://evil.example"}, http.StatusForbidden},
		"a page of nowhere":    {[]string{"Origin", "null"}, http.StatusForbidden},
		"a page like loopback": {[]string{"Origin", "http://localhost.evil.example"}, http.StatusForbidden},
		"a rebound name":       {[]string{"Host", "evil.example"}, http.StatusForbidden},
		"a rebound page":       {[]string{"Host", "evil.example", "Origin", "http://evil.example"}, http.StatusForbidden},
	}
	for name, from := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodDelete} {
				if from.want == http.StatusOK && method != http.MethodPost {
					continue
				}
				if status, body := fetch(t, method, srv.url, hello, from.header...); status != from.want {
					t.Errorf("%s: status = %d, want %d; body %s", method, status, from.want, body)
				}
			}
		})
	}
}

func TestHealthIsAnswered(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	status, body := fetch(t, http.MethodGet, strings.TrimSuffix(srv.url, "/mcp")+"/healthz", "")
	var health struct{ Status, Version string }
	if err := json.Unmarshal([]byte(body), &health); err != nil || status != http.StatusOK || health.Status != "ok" || health.Version == "" {
		t.Errorf("GET /healthz = %d %s, want 200 with status ok and a version", status, body)
	}
}

func TestACallersOwnKeyIsUsed(t *testing.T) {
	t.Parallel()
	for name, keyless := range map[string]bool{"beside the server's": false, "alone": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newSandbox(t, sandbox.Options{})
			// The server must not reveal a caller's key either.
			srv := serve(t, overHTTP, setup{base: u.url, keyless: keyless, secrets: []string{"ada-0b5e", "bob-77c2"}})
			for _, key := range []string{"ada-0b5e", "bob-77c2"} {
				c := connect(t, srv, identity{bearer: key})
				c.create("scout-of-" + key[:3])
				c.run("invoke_agent", object{"key": "scout-of-" + key[:3], "message": "hello"})
				for _, path := range []string{"/v2/agents", "/v2/agents/scout-of-" + key[:3] + "/stream-task"} {
					sent := u.requests("POST", path)
					if got := sent[len(sent)-1].bearer; got != key {
						t.Errorf("key of POST %s = %q, want %q", path, got, key)
					}
				}
			}
			connect(t, srv, identity{}).beginWithoutProgress("list_agents", object{}).result()
			listed := u.requests("GET", "/v2/agents")
			switch {
			case keyless && len(listed) > 0:
				t.Errorf("a caller without a key listed agents with key %q, want no request", listed[0].bearer)
			case !keyless && (len(listed) != 1 || listed[0].bearer != apiKey):
				t.Errorf("a caller without a key made %d requests, want 1 with the server's key", len(listed))
			}
		})
	}
}

func TestTheServersKeyStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0"} {
		t.Run(addr, func(t *testing.T) {
			t.Parallel()
			p := start(t, setup{base: "http://127.0.0.1:9", exit: 2}, newCapture(), "http", "--addr", addr)
			p.waitExit(waitTimeout, 2)
			want := "orq-mcp: refusing to listen on " + addr + " with the server's own key, because anybody who reaches it could use it; " +
				"listen on 127.0.0.1, or unset ORQ_API_KEY and leave out --sandbox so that each request brings its own Authorization\n"
			if got := p.stderr.String(); !strings.HasPrefix(got, want) {
				t.Errorf("stderr = %q, want prefix %q", got, want)
			}
		})
	}
}

func TestSIGTERMLetsCallsOverHTTPFinish(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newWaitingUpstream(t, a)
		c := open(t, overHTTP, w.setup())
		call := c.begin("invoke_agent", object{"key": "walker", "message": "other"})
		call.awaitProgress("task " + a.task("other") + " started")
		c.server.terminate()
		c.server.stderr.await(t, "stopping")
		close(w.release)
		if ran := decode[outcome](t, c.mustSucceed("invoke_agent", call.result()).Structured); ran.State != "completed" || ran.OutputText != "went on" {
			t.Errorf("outcome = %+v, want completed with the output %q", ran, "went on")
		}
		c.server.waitExit(exitLimit, 0)
	}, march, today, marchHTTP2, todayHTTP2)
}

func TestAnEndedSessionIsGone(t *testing.T) {
	t.Parallel()
	c := open(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	conn := c.transport.(*httpTransport)
	if conn.session == "" {
		t.Fatal("the response to initialize has no Mcp-Session-Id")
	}
	header := []string{"Mcp-Session-Id", conn.session, "Mcp-Protocol-Version", current}
	if status, body := fetch(t, http.MethodDelete, c.server.url, "", header...); status != http.StatusOK && status != http.StatusNoContent {
		t.Fatalf("DELETE: status = %d, want 200 or 204; body %s", status, body)
	}
	ping := `{"jsonrpc": "2.0", "id": 9, "method": "ping"}`
	if status, body := fetch(t, http.MethodPost, c.server.url, ping, header...); status != http.StatusNotFound {
		t.Errorf("ping after DELETE: status = %d, want 404; body %s", status, body)
	}
}

// TestAListeningStreamReceivesNothingOfCalls opens the GET stream of a session while a call runs.
func TestAListeningStreamReceivesNothingOfCalls(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		c := open(t, overHTTP, setup{base: a.newSandbox(t, sandbox.Options{}).url})
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.server.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/event-stream")
		request.Header.Set("Mcp-Session-Id", c.transport.(*httpTransport).session)
		request.Header.Set("Mcp-Protocol-Version", current)
		response, err := c.transport.(*httpTransport).web.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if media := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || media != "text/event-stream" {
			t.Fatalf("GET = %s %s, want 200 text/event-stream", response.Status, media)
		}
		c.create("counter")
		c.run("invoke_agent", object{"key": "counter", "message": "/count 10"})
		// A server that shuts down must end the stream, which otherwise would delay its exit.
		c.server.terminate()
		c.server.waitExit(exitLimit, 0)
		body, err := io.ReadAll(response.Body)
		if err != nil || strings.Contains(string(body), "data:") {
			t.Errorf("listening stream = %q, error %v, want no data", body, err)
		}
	}, march, today)
}
