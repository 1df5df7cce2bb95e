package sandbox_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

const (
	cardV02 = `{"name":"Far agent","url":"https://far.example/rpc","version":"1.0.0","protocolVersion":"0.2.6","capabilities":{},"skills":[]}`
	cardV03 = `{"name":"Far agent","url":"https://far.example/rpc","protocolVersion":"0.3.0"}`
	cardV10 = `{"name":"Far agent","supportedInterfaces":[{"url":"https://far.example/rpc","protocolBinding":"JSONRPC"}]}`
)

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

// serveCard serves a card at /card and nowhere else.
func serveCard(t *testing.T, card string) *httptest.Server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/card" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, card)
	})
}

func registration(key, url string, changes ...object) object {
	return with(object{
		"key": key, "display_name": "Far", "description": "", "path": "Default", "agent_url": url,
	}, changes...)
}

func (w *workspace) register(key, url string, changes ...object) orq.Agent {
	w.t.Helper()
	return call[orq.Agent](w, 201, "POST", "/v2/agents/a2a", registration(key, url, changes...))
}

func TestRegister(t *testing.T) {
	t.Parallel()
	for version, card := range map[string]string{"0.2": cardV02, "0.3": cardV03, "1.0": cardV10} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			server := serveCard(t, card)
			got := w.register("far", server.URL)
			if got.Type != "a2a" || got.DisplayName != "Far" || got.A2A.AgentURL != server.URL || got.Status != "live" {
				t.Errorf("agent = %s, want type a2a, display name Far, agent_url %s and status live", got.Raw, server.URL)
			}
			if diff := cmp.Diff(card, string(got.A2A.CachedCard)); diff != "" {
				t.Errorf("cached card (-want +got):\n%s", diff)
			}
			again := call[orq.Agent](w, 200, "GET", "/v2/agents/far", nil)
			if diff := cmp.Diff(string(got.Raw), string(again.Raw)); diff != "" {
				t.Errorf("agent read back (-registered +read):\n%s", diff)
			}
		})
	}
}

func TestKeysAreUniqueAcrossBothKinds(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	card := serveCard(t, cardV03)
	own, far := w.create("own"), w.register("far", card.URL)
	for want, request := range map[string]struct {
		method, path string
		body         object
	}{
		`"far"`:     {"POST", "/v2/agents", agentBody("far")},
		`"own"`:     {"POST", "/v2/agents/a2a", registration("own", card.URL)},
		`key "far"`: {"PATCH", "/v2/agents/own", object{"key": "far"}},
		`key "own"`: {"PATCH", "/v2/agents/far", object{"key": "own"}},
	} {
		if got := w.refused(409, request.method, request.path, request.body); !strings.Contains(got, want) {
			t.Errorf("message = %q, want it to contain %s", got, want)
		}
	}
	for _, agent := range []orq.Agent{own, far} {
		if diff := cmp.Diff(agent, call[orq.Agent](w, 200, "GET", "/v2/agents/"+agent.ID, nil)); diff != "" {
			t.Errorf("agent %s after the refused requests (-want +got):\n%s", agent.Key, diff)
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("taken")
	good := serveCard(t, cardV03)
	elsewhere := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, good.URL+"/card", http.StatusFound) })
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	many := object{}
	for i := range 21 {
		many[fmt.Sprintf("X-%d", i)] = object{"value": "v"}
	}
	for name, test := range map[string]struct {
		url    string
		change object
		status int
		want   string
	}{
		"taken key":        {good.URL, object{"key": "taken"}, 409, `there is already an agent with the key "taken"`},
		"unreachable":      {closed.URL, nil, 400, "agent card: " + closed.URL + "/card cannot be reached"},
		"status":           {good.URL + "/deeper", nil, 400, "/deeper/card was answered with status 404; give the address of the card as card_url: most agents have it at " + good.URL + "/.well-known/agent-card.json, older ones at /.well-known/agent.json"},
		"status of card":   {good.URL, object{"card_url": good.URL + "/x"}, 400, "/x was answered with status 404; give the address of the card as card_url: "},
		"web page":         {serveCard(t, "<html>").URL, nil, 400, `/card is not JSON (content type "text/html; charset=utf-8"); give the address of the card as card_url: `},
		"nothing":          {serveCard(t, "").URL, nil, 400, `/card is not JSON`},
		"two":              {serveCard(t, cardV03+cardV03).URL, nil, 400, `/card is not JSON`},
		"null":             {serveCard(t, "null").URL, nil, 400, "/card is not an agent card"},
		"without endpoint": {serveCard(t, `{"name":"x","supportedInterfaces":[{}]}`).URL, nil, 400, "/card is not an agent card"},
		"not a card":       {serveCard(t, `{"name":"x"}`).URL, nil, 400, "/card is not an agent card: it needs name, and url or supportedInterfaces with a url"},
		"array":            {serveCard(t, `[]`).URL, nil, 400, "/card is not an agent card"},
		"too large":        {serveCard(t, `"`+strings.Repeat("x", 1<<20)+`"`).URL, nil, 400, "/card is larger than 1048576 bytes"},
		"to another host":  {elsewhere.URL, nil, 400, "was answered with status 302"},
		"same URLs":        {good.URL, object{"card_url": good.URL}, 400, "card_url: must differ from agent_url"},
		"not a URL":        {"far away", nil, 400, "agent_url: must be an http or https URL"},
		"file URL":         {good.URL, object{"card_url": "file:///etc/passwd"}, 400, "card_url: must be an http or https URL"},
		"no display name":  {good.URL, object{"display_name": ""}, 400, "display_name: must not be empty"},
		"too many headers": {good.URL, object{"headers": many}, 400, "headers: must have at most 20 entries, got 21"},
		"long value":       {good.URL, object{"headers": object{"X-A": object{"value": strings.Repeat("v", 2049)}}}, 400, "headers.X-A.value: must have at most 2048 characters, got 2049"},
		"bad value":        {good.URL, object{"headers": object{"X-A": object{"value": "a\r\nb"}}}, 400, "headers.X-A.value: must not hold control characters"},
		"bad name":         {good.URL, object{"headers": object{"X A": object{"value": "v"}}}, 400, "headers: must match"},
		"no value":         {good.URL, object{"headers": object{"X-A": object{}}}, 400, "headers.X-A.value: is required"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := w.refused(test.status, "POST", "/v2/agents/a2a", registration("far", test.url, test.change)); !strings.Contains(got, test.want) {
				t.Errorf("message = %q, want it to contain %q", got, test.want)
			}
		})
	}
}

func TestHeadersAreSentAndNeverShown(t *testing.T) {
	t.Parallel()
	var seen atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen.Store([2]string{r.Header.Get("X-Secret"), r.Header.Get("X-Plain")})
		fmt.Fprint(w, cardV03)
	})
	w := open(t, sandbox.Options{})
	sent := func(want ...string) {
		t.Helper()
		if got := seen.Load().([2]string); got != [2]string(want) {
			t.Errorf("headers sent = %q, want %q", got, want)
		}
	}
	refresh := func() { call[struct{}](w, 200, "POST", "/v2/agents/far/card/refresh", object{}) }
	hidden := func(agent orq.Agent, want string) {
		t.Helper()
		if raw := string(agent.Raw); strings.Contains(raw, "hush") || !strings.Contains(raw, want) {
			t.Errorf("answer = %s, want it to contain %s and no value of a header", raw, want)
		}
	}
	patch := func(headers object) orq.Agent {
		return call[orq.Agent](w, 200, "PATCH", "/v2/agents/far", object{"a2a": object{"headers": headers}})
	}

	hidden(w.register("far", server.URL, object{"headers": object{
		"X-Secret": object{"value": "hush-1", "encrypted": true}, "X-Plain": object{"value": "hush-2"},
	}}), `"headers":{"X-Plain":{"value":"","encrypted":false},"X-Secret":{"value":"","encrypted":true}}`)
	sent("hush-1", "hush-2")
	hidden(call[orq.Agent](w, 200, "GET", "/v2/agents/far", nil), `"X-Secret"`)
	hidden(w.list("").Data[0], `"X-Secret"`)

	hidden(patch(object{"X-Secret": object{"value": "", "encrypted": true}}), `"headers":{"X-Secret":{"value":"","encrypted":true}}`)
	refresh()
	sent("hush-1", "")

	patch(object{"X-Secret": object{"value": "hush-3", "encrypted": true}})
	refresh()
	sent("hush-3", "")

	want := "a2a.headers.X-New.value: is empty, and there is no stored value to keep"
	got := w.refused(400, "PATCH", "/v2/agents/far", object{"a2a": object{"headers": object{"X-New": object{"value": ""}}}})
	if got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
}

func TestRefresh(t *testing.T) {
	t.Parallel()
	var card atomic.Value
	card.Store(cardV03)
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, card.Load()) })
	w := open(t, sandbox.Options{})
	w.create("helper")
	w.register("far", server.URL, object{"card_url": server.URL + "/my-card"})

	card.Store(cardV10)
	got := call[orq.RefreshedCard](w, 200, "POST", "/v2/agents/far/card/refresh", nil)
	if got.Message == "" || !bytes.Contains(got.Card, []byte(`"supportedInterfaces"`)) {
		t.Errorf("answer = %+v, want a message and the new card", got)
	}
	if got := string(call[orq.Agent](w, 200, "GET", "/v2/agents/far", nil).A2A.CachedCard); got != cardV10 {
		t.Errorf("stored card = %s, want %s", got, cardV10)
	}

	card.Store("broken")
	for key, test := range map[string]struct {
		status int
		want   string
	}{
		"ghost":  {404, `there is no agent "ghost"`},
		"helper": {400, `key: the agent "helper" is not an A2A agent`},
		"far":    {400, "agent card: " + server.URL + `/my-card is not JSON (content type "text/plain; charset=utf-8")`},
	} {
		if got := w.refused(test.status, "POST", "/v2/agents/"+key+"/card/refresh", nil); got != test.want {
			t.Errorf("%s: message = %q, want %q", key, got, test.want)
		}
	}
	card.Store(`{"name":"Far agent","url":"far.example:443","preferredTransport":"GRPC"}`)
	want := `the agent's card offers GRPC 0.3 at "far.example:443"`
	if got := w.refused(400, "POST", "/v2/agents/far/card/refresh", nil); !strings.Contains(got, want) {
		t.Errorf("refresh with a card that cannot be called: message = %q, want it to contain %q", got, want)
	}
	if got := string(call[orq.Agent](w, 200, "GET", "/v2/agents/far", nil).A2A.CachedCard); got != cardV10 {
		t.Errorf("card after failed refreshes = %s, want %s", got, cardV10)
	}
}

func TestUpdateOfA2A(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	server := serveCard(t, cardV03)
	w.register("far", server.URL, object{"headers": object{"X-A": object{"value": "v"}}})
	got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/far", object{"description": "d", "a2a": object{"agent_url": server.URL + "/x"}})
	if got.Description != "d" || got.A2A.AgentURL != server.URL+"/x" || len(got.A2A.Headers) != 1 {
		t.Errorf("agent = %s, want description d, agent_url %s/x and one header", got.Raw, server.URL)
	}
	for want, body := range map[string]object{
		"a2a.card_url: must differ from agent_url": {"a2a": object{"card_url": server.URL + "/x"}},
		"instructions: an A2A agent has none: it runs elsewhere; settings: an A2A agent has none: it runs elsewhere": {
			"instructions": "i", "settings": object{},
		},
	} {
		if got := w.refused(400, "PATCH", "/v2/agents/far", body); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
}
