package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// cardOfBoth offers both generations of A2A.
const cardOfBoth = `{"name":"Far agent","supportedInterfaces":[
	{"url":"https://far.example/rpc","protocolBinding":"JSONRPC","protocolVersion":"0.3"},
	{"url":"https://far.example/v1","protocolBinding":"HTTP+JSON","protocolVersion":"1.0"}]}`

// external sends a request to an operation on external agents and returns the agent of the answer.
func (w *workspace) external(method, path string, body any) object {
	w.t.Helper()
	return call[struct{ Agent object }](w, 200, method, "/v2/agents/external"+path, body).Agent
}

func TestExternalAgents(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)
	w := open(t, sandbox.Options{Now: func() time.Time { return now }})
	server := serveCard(t, cardV03)
	got := w.external("POST", "", object{"key": "far", "display_name": "Far", "agent_url": server.URL})
	want := object{
		"agent_id": got["agent_id"], "key": "far", "display_name": "Far", "description": "", "path": "Default",
		"project_id": got["project_id"], "agent_url": server.URL, "headers": object{},
		"protocol_version": "0.3.0", "preferred_transport": "JSONRPC",
		"cached_card":       object{"name": "Far agent", "url": "https://far.example/rpc", "protocolVersion": "0.3.0"},
		"card_refreshed_at": "2026-10-01T12:00:00.000Z", "created_at": "2026-10-01T12:00:00.000Z",
		"updated_at": "2026-10-01T12:00:00.000Z", "created_by_id": "", "updated_by_id": "", "version": "1.0.0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("registered agent (-want +got):\n%s", diff)
	}
	for _, ref := range []string{"far", got["agent_id"].(string)} {
		if diff := cmp.Diff(want, w.external("GET", "/"+ref, nil)); diff != "" {
			t.Errorf("agent %s (-want +got):\n%s", ref, diff)
		}
	}
}

// The agents of /v2/agents/external and those of POST /v2/agents/a2a are the same.
func TestExternalAgentsAreThoseOfMarch(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	server := serveCard(t, cardV03)
	w.create("helper")
	old := w.register("old", server.URL)
	today := w.external("POST", "", registration("new", server.URL))

	if got := w.external("GET", "/old", nil); got["agent_id"] != old.ID || got["agent_url"] != server.URL {
		t.Errorf("agent of March = %v, want id %s and agent_url %s", got, old.ID, server.URL)
	}
	agent := call[orq.Agent](w, 200, "GET", "/v2/agents/new", nil)
	if agent.ID != today["agent_id"] || agent.Type != "a2a" || agent.A2A.AgentURL != server.URL {
		t.Errorf("external agent in March's form = %s, want type a2a, id %v and agent_url %s", agent.Raw, today["agent_id"], server.URL)
	}
	if diff := cmp.Diff([]string{"new", "old", "helper"}, w.list("").keys()); diff != "" {
		t.Errorf("list of all agents (-want +got):\n%s", diff)
	}
	call[struct{}](w, 204, "DELETE", "/v2/agents/new", nil)
	if got, want := w.refused(404, "GET", "/v2/agents/external/new", nil), `there is no external agent "new"`; got != want {
		t.Errorf("deleted agent: message = %q, want %q", got, want)
	}
}

func TestListOfExternalAgents(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	server := serveCard(t, cardV03)
	ids := map[string]string{}
	for i := range 4 {
		key := fmt.Sprintf("far%d", i)
		ids[key] = w.register(key, server.URL).ID
		w.create(fmt.Sprintf("own%d", i))
	}
	for name, test := range map[string]struct {
		query string
		keys  []string
		more  bool
	}{
		"everything, newest first": {"", []string{"far3", "far2", "far1", "far0"}, false},
		"first page":               {"?limit=2", []string{"far3", "far2"}, true},
		"last page":                {"?limit=2&starting_after=" + ids["far2"], []string{"far1", "far0"}, false},
		"before":                   {"?limit=1&ending_before=" + ids["far1"], []string{"far2"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call[page](w, 200, "GET", "/v2/agents/external"+test.query, nil)
			if diff := cmp.Diff(test.keys, got.keys()); diff != "" || got.HasMore != test.more || got.Object != "list" {
				t.Errorf("object %q, has_more = %t, want list and %t; keys (-want +got):\n%s", got.Object, got.HasMore, test.more, diff)
			}
		})
	}
	want := `limit: must be a whole number from 1 to 200, got "0"`
	if got := w.refused(400, "GET", "/v2/agents/external?limit=0", nil); got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
}

func TestVersionAndTransportOfExternalAgents(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	server := serveCard(t, cardOfBoth)
	chosen := func(agent object) [2]any { return [2]any{agent["protocol_version"], agent["preferred_transport"]} }
	for key, test := range map[string]struct {
		demand object
		want   [2]any
	}{
		"none":      {nil, [2]any{"0.3", "JSONRPC"}},
		"version":   {object{"protocol_version": "1.0"}, [2]any{"1.0", "HTTP+JSON"}},
		"transport": {object{"preferred_transport": "HTTP+JSON"}, [2]any{"1.0", "HTTP+JSON"}},
		"empty":     {object{"protocol_version": "", "preferred_transport": ""}, [2]any{"0.3", "JSONRPC"}},
	} {
		if got := chosen(w.external("POST", "", registration(key, server.URL, test.demand))); got != test.want {
			t.Errorf("%s: version and transport = %q, want %q", key, got, test.want)
		}
	}
	for want, demand := range map[string]object{
		`protocol_version: the agent card offers no version "2.0"`:                      {"protocol_version": "2.0"},
		`preferred_transport: the agent card offers no transport "GRPC" of the version`: {"preferred_transport": "GRPC"},
	} {
		if got := w.refused(400, "POST", "/v2/agents/external", registration("x", server.URL, demand)); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
	if got, want := chosen(w.external("PATCH", "/version", object{"protocol_version": ""})), [2]any{"0.3", "JSONRPC"}; got != want {
		t.Errorf("version and transport without a demand = %q, want %q", got, want)
	}
}

// A demanded version decides how the agent is called.
func TestExternalAgentsAreCalledAsDemanded(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	var path atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/card" {
			fmt.Fprint(w, strings.ReplaceAll(cardOfBoth, "https://far.example", "http://"+r.Host))
			return
		}
		path.Store(r.URL.Path)
		http.Error(w, "no", http.StatusTeapot)
	})
	w.external("POST", "", registration("far", server.URL))
	for demand, want := range map[string]string{"": "/rpc", "1.0": "/v1/message:send"} {
		w.external("PATCH", "/far", object{"protocol_version": demand})
		w.play("far", say("hi"))
		if got := path.Load(); got != want {
			t.Errorf("with version %q the agent was called at %v, want %s", demand, got, want)
		}
	}
	w.external("PATCH", "/far", object{"protocol_version": "3"})
	if got, want := data[*orq.Errored](t, w.play("far", say("hi"))).Error, "registered for 3"; !strings.Contains(got, want) {
		t.Errorf("run with a version that the card lacks: message = %q, want it to contain %q", got, want)
	}
}

// An address without a host on a card is on the host of the card, with the agent's headers.
func TestExternalAgentsAreCalledAtRelativeAddresses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	var called atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/agent-card.json" {
			fmt.Fprint(w, `{"name":"Far","url":"/rpc"}`)
			return
		}
		called.Store(r.URL.Path + " " + r.Header.Get("X-A"))
	})
	w.external("POST", "", registration("far", server.URL+"/far", object{
		"card_url": server.URL + "/.well-known/agent-card.json", "headers": object{"X-A": object{"value": "v"}},
	}))
	w.play("far", say("hi"))
	if got, want := called.Load(), "/rpc v"; got != want {
		t.Errorf("the agent was called at %v, want %s", got, want)
	}
}

func TestHeadersOfExternalAgents(t *testing.T) {
	t.Parallel()
	var seen atomic.Value
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen.Store(r.Header.Get("X-Secret"))
		fmt.Fprint(w, cardV03)
	})
	w := open(t, sandbox.Options{})
	encrypted := func(value string) object { return object{"X-Secret": object{"value": value, "encrypted": true}} }
	shown := func(agent, want object) {
		t.Helper()
		if diff := cmp.Diff(want, agent["headers"]); diff != "" {
			t.Errorf("headers (-want +got):\n%s", diff)
		}
	}
	sent := func(want string) {
		t.Helper()
		w.external("POST", "/far:refreshCard", nil)
		if got := seen.Load(); got != want {
			t.Errorf("header sent = %q, want %q", got, want)
		}
	}
	patch := func(body object) object { return w.external("PATCH", "/far", body) }

	shown(w.external("POST", "", registration("far", server.URL, object{"headers": encrypted("hush")})), encrypted(""))
	sent("hush")
	shown(patch(object{"headers": encrypted("")}), encrypted(""))
	sent("hush")
	shown(patch(object{"headers": object{"X-Secret": object{"encrypted": true}}}), encrypted(""))
	sent("hush")
	shown(patch(object{"headers": object{}}), encrypted(""))
	sent("hush")
	patch(object{"headers": encrypted("changed")})
	sent("changed")
	shown(patch(object{"clear_headers": true}), object{})
	sent("")
	for want, body := range map[string]object{
		"clear_headers: cannot be combined with headers":                         {"clear_headers": true, "headers": encrypted("v")},
		"headers.X-Secret.value: is empty, and there is no stored value to keep": {"headers": encrypted("")},
	} {
		if got := w.refused(400, "PATCH", "/v2/agents/external/far", body); got != want {
			t.Errorf("message = %q, want %q", got, want)
		}
	}
}

func TestRefreshOfExternalAgents(t *testing.T) {
	t.Parallel()
	var card atomic.Value
	card.Store(cardV03)
	var now atomic.Int64
	w := open(t, sandbox.Options{Now: func() time.Time { return time.UnixMilli(now.Load()) }})
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, card.Load()) })
	w.create("helper")
	before := w.external("POST", "", registration("far", server.URL, object{"card_url": server.URL + "/my-card"}))

	card.Store(cardOfBoth)
	now.Add(5000)
	after := w.external("POST", "/"+before["agent_id"].(string)+"%3ArefreshCard", nil)
	if after["protocol_version"] != "0.3" || after["card_refreshed_at"] != "1970-01-01T00:00:05.000Z" || after["created_at"] != before["created_at"] {
		t.Errorf("agent = %v, want version 0.3, a new card_refreshed_at and the old created_at", after)
	}
	if diff := cmp.Diff(after, w.external("GET", "/far", nil)); diff != "" {
		t.Errorf("agent read back (-refreshed +read):\n%s", diff)
	}
	card.Store("broken")
	for key, test := range map[string]struct {
		status int
		want   string
	}{
		"ghost":  {404, `there is no external agent "ghost"`},
		"helper": {404, `there is no external agent "helper"`},
		"far":    {400, "agent card: " + server.URL + `/my-card is not JSON (content type "text/plain; charset=utf-8")`},
	} {
		if got := w.refused(test.status, "POST", "/v2/agents/external/"+key+":refreshCard", nil); got != test.want {
			t.Errorf("%s: message = %q, want %q", key, got, test.want)
		}
	}
	if diff := cmp.Diff(after, w.external("GET", "/far", nil)); diff != "" {
		t.Errorf("agent after a failed refresh (-want +got):\n%s", diff)
	}
}

func TestUpdateOfExternalAgents(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	server := serveCard(t, cardV03)
	w.create("helper")
	want := w.external("POST", "", registration("far", server.URL, object{"card_url": server.URL + "/card"}))
	got := w.external("PATCH", "/far", object{
		"display_name": "Farther", "description": "d", "path": "Other/x", "project_id": "p", "agent_url": server.URL + "/x", "card_url": "",
	})
	delete(want, "card_url")
	want = with(want, object{
		"display_name": "Farther", "description": "d", "path": "Other/x", "project_id": "p", "agent_url": server.URL + "/x",
		"updated_at": got["updated_at"],
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("updated agent (-want +got):\n%s", diff)
	}
	same := w.external("PATCH", "/far", object{})
	if diff := cmp.Diff(got, with(same, object{"updated_at": got["updated_at"]})); diff != "" {
		t.Errorf("agent after an empty update (-want +got):\n%s", diff)
	}
	for key, test := range map[string]struct {
		status int
		body   object
		want   string
	}{
		"ghost":  {404, object{}, `there is no external agent "ghost"`},
		"helper": {404, object{}, `there is no external agent "helper"`},
		"far":    {400, object{"card_url": server.URL + "/x", "display_name": "X"}, "card_url: must differ from agent_url"},
	} {
		if got := w.refused(test.status, "PATCH", "/v2/agents/external/"+key, test.body); got != test.want {
			t.Errorf("%s: message = %q, want %q", key, got, test.want)
		}
	}
	if got := w.external("GET", "/far", nil)["display_name"]; got != "Farther" {
		t.Errorf("display_name after a refused update = %v, want Farther", got)
	}
}

func TestRegisterExternalRefuses(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("taken")
	server := serveCard(t, cardV03)
	for name, test := range map[string]struct {
		change object
		status int
		want   string
	}{
		"taken key":    {object{"key": "taken"}, 409, `there is already an agent with the key "taken"`},
		"no card":      {object{"agent_url": server.URL + "/deeper"}, 400, "/deeper/card was answered with status 404"},
		"same URLs":    {object{"card_url": server.URL}, 400, "card_url: must differ from agent_url"},
		"no name":      {object{"display_name": ""}, 400, "display_name: must not be empty"},
		"no value":     {object{"headers": object{"X-A": object{}}}, 400, "headers.X-A.value: is required"},
		"two problems": {object{"key": "a b", "agent_url": nil}, 400, `agent_url: is required`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := w.refused(test.status, "POST", "/v2/agents/external", registration("far", server.URL, test.change)); !strings.Contains(got, test.want) {
				t.Errorf("message = %q, want it to contain %q", got, test.want)
			}
		})
	}
}

// An internal agent whose key is the name of a route can be changed by its id only, as at the service.
func TestAgentsNamedLikeARoute(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	agent := w.create("external")
	if got := call[page](w, 200, "GET", "/v2/agents/external", nil); len(got.Data) != 0 {
		t.Errorf("GET /v2/agents/external = %v, want the empty list of external agents", got.keys())
	}
	if got := call[orq.Agent](w, 200, "GET", "/v2/agents/"+agent.ID, nil); got.Key != "external" {
		t.Errorf("key of the agent by its id = %q, want external", got.Key)
	}
	w.play("external", say("hi"))
}

// Every property of the contract is read back, but for the values of headers.
func TestEveryPropertyOfExternalAgentsIsReadBack(t *testing.T) {
	t.Parallel()
	server := serveCard(t, cardOfBoth)
	for name, o := range map[string]struct{ method, operation, path string }{
		"register": {"POST", "/v2/agents/external", ""},
		"update":   {"PATCH", "/v2/agents/external/{agent_key}", "/far"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, value := range contract.September.BodiesOf(t, o.method, o.operation).Values {
				w := open(t, sandbox.Options{})
				w.external("POST", "", registration("far", server.URL, object{"headers": object{"x-extra": object{"value": "v"}}}))
				body := clone(t, value).(object)
				body = with(body, object{
					"agent_url": server.URL, "card_url": server.URL + "/card", "protocol_version": "1.0", "preferred_transport": "HTTP+JSON",
				})
				key := "far"
				if body["key"] != nil {
					key = "new"
					body["key"] = key
				}
				if body["clear_headers"] == true {
					delete(body, "headers")
				}
				w.external(o.method, o.path, body)
				delete(body, "clear_headers")
				edit(body, []string{"headers", "*", "value"}, func(fields object, name string) { delete(fields, name) })
				for _, missing := range missingFrom("", clone(t, body), w.external("GET", "/"+key, nil)) {
					t.Errorf("body %d: property %s", i, missing)
				}
			}
		})
	}
}

func TestExternalAgentsSurviveARestart(t *testing.T) {
	t.Parallel()
	server := serveCard(t, cardOfBoth)
	data := t.TempDir() + "/agents.db"
	w := open(t, sandbox.Options{Data: data})
	want := w.external("POST", "", registration("far", server.URL, object{
		"protocol_version": "1.0", "headers": object{"X-A": object{"value": "v", "encrypted": true}},
	}))
	w.close()
	w = open(t, sandbox.Options{Data: data})
	if diff := cmp.Diff(want, w.external("GET", "/far", nil)); diff != "" {
		t.Errorf("agent after a restart (-before +after):\n%s", diff)
	}
	w.close()
	exported, err := sandbox.Export(data)
	if err != nil {
		t.Fatal(err)
	}
	box := openBox(t, sandbox.Options{})
	if _, err := box.Seed(t.Context(), exported); err != nil {
		t.Fatalf("seed of %s: %v", exported, err)
	}
	if got := serveBox(t, box).external("GET", "/far", nil)["protocol_version"]; got != "1.0" {
		t.Errorf("protocol_version after export and seed = %v, want 1.0", got)
	}
}
