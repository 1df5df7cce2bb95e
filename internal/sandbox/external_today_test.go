package sandbox_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// openToday returns a workspace of today with the agents own0, far and own1, in the order of their age, and the id of far.
func openToday(t *testing.T) (w *workspace, far string) {
	t.Helper()
	w = open(t, sandbox.Options{Generation: sandbox.GenerationToday})
	server := serveCard(t, cardV03)
	w.create("own0")
	far = w.external("POST", "", registration("far", server.URL))["agent_id"].(string)
	w.create("own1")
	return w, far
}

func TestTheListOfTodayHasInternalAgentsOnly(t *testing.T) {
	t.Parallel()
	w, far := openToday(t)
	newest := call[orq.Agent](w, 200, "GET", "/v2/agents/own1", nil).ID
	for query, want := range map[string]struct {
		keys []string
		more bool
	}{
		"":                          {[]string{"own1", "own0"}, false},
		"?type=internal":            {[]string{"own1", "own0"}, false},
		"?limit=1":                  {[]string{"own1"}, true},
		"?starting_after=" + newest: {[]string{"own0"}, false},
		"?starting_after=" + far:    {[]string{"own0"}, false},
		"?ending_before=" + far:     {[]string{"own1"}, false},
	} {
		if got := w.list(query); !cmp.Equal(got.keys(), want.keys) || got.HasMore != want.more {
			t.Errorf("list%s = %v with has_more %t, want %v with %t", query, got.keys(), got.HasMore, want.keys, want.more)
		}
	}
	if got, want := w.refused(400, "GET", "/v2/agents?type=a2a", nil), `type: must be one of internal, got "a2a"`; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
}

func TestOperationsOfTodayKnowInternalAgentsOnly(t *testing.T) {
	t.Parallel()
	w, far := openToday(t)
	before := w.external("GET", "/far", nil)
	for _, ref := range []string{"far", far, "far@1.0.0", far + "@1.0.0"} {
		for method, body := range map[string]any{"GET": nil, "PATCH": object{"description": "d"}} {
			if got, want := w.refused(404, method, "/v2/agents/"+ref, body), `there is no agent "`+ref+`"`; got != want {
				t.Errorf("%s of %s: message = %q, want %q", method, ref, got, want)
			}
		}
	}
	if diff := cmp.Diff(before, w.external("GET", "/far", nil)); diff != "" {
		t.Errorf("external agent after the refused updates (-want +got):\n%s", diff)
	}
	if got, want := w.refused(409, "POST", "/v2/agents", agentBody("far")), `there is already an agent with the key "far"`; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
	if got, want := w.refused(400, "PATCH", "/v2/agents/own0@1.0.0", object{}), `agent_key: a version cannot be changed; update "own0"`; got != want {
		t.Errorf("message = %q, want %q", got, want)
	}
	call[struct{}](w, 204, "DELETE", "/v2/agents/far", nil)
	w.refused(404, "GET", "/v2/agents/external/far", nil)
}

// The field a2a was taken out of the API, so that today's does not know it, for no type of agent.
func TestTodayIgnoresTheConnectionInAnUpdate(t *testing.T) {
	t.Parallel()
	body := object{"description": "d", "a2a": object{"agent_url": "https://far.example/x"}}
	w, _ := openToday(t)
	if got := call[orq.Agent](w, 200, "PATCH", "/v2/agents/own0", body); got.Description != "d" || got.A2A != nil {
		t.Errorf("agent = %s, want the description d and no a2a", got.Raw)
	}
	for _, g := range []sandbox.Generation{sandbox.GenerationBoth, sandbox.GenerationMarch} {
		w := open(t, sandbox.Options{Generation: g})
		w.create("own0")
		if got, want := w.refused(400, "PATCH", "/v2/agents/own0", body), "a2a: the agent is not an A2A agent"; got != want {
			t.Errorf("generation %s: message = %q, want %q", g, got, want)
		}
	}
}
