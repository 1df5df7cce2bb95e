package tools

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestExplainMissingAgentSuggestsSimilarKeys(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct{ tool, arguments, want string }{
		"similar keys":   {"get_agent", `{"key": "support-ex"}`, "No agent has the key support-ex (404). Closest: support-eu, support-us."},
		"an old version": {"get_agent", `{"key": "billing@9.0.0"}`, "No agent has the key billing@9.0.0 (404). Closest: billing."},
		"no similar key": {"get_agent", `{"key": "zzz"}`, "No agent has the key zzz (404). orq.ai's list_agents shows the agents there are."},
		"an update":      {"update_agent", `{"key": "biling", "role": "r"}`, "No agent has the key biling (404). Closest: billing."},
		"a deletion":     {"delete_agent", `{"key": "biling", "confirm": "biling"}`, "No agent has the key biling (404). Closest: billing."},
		"a run":          {"invoke_agent", `{"key": "biling", "message": "m"}`, "No agent has the key biling (404). Closest: billing."},
		"a streamed run": {"invoke_agent", `{"key": "biling", "message": "m", "mode": "stream"}`, "No agent has the key biling (404). Closest: billing."},
		"a card refresh": {"refresh_agent_card", `{"key": "biling"}`, "No agent has the key biling (404). Closest: billing."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			for _, key := range []string{"support-us", "support-eu", "billing"} {
				s.succeed(t, "create_agent", `{"key": "`+key+`", "role": "r", "description": "d", "instructions": "i", "model": "m"}`)
			}
			if diff := cmp.Diff(each.want, s.refused(t, each.tool, each.arguments)); diff != "" {
				t.Errorf("error text differs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExplainMissingNeverSuggestsTheKeyItself uses a service that answers a run with 404 although it lists the agent.
func TestExplainMissingNeverSuggestsTheKeyItself(t *testing.T) {
	t.Parallel()
	s := serve(t, withoutExternal(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet && r.URL.Path == "/v2/agents":
			answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": [`+agentJSON(t, fields{"key": "a1"})+`]}`)
		default:
			answer(w, http.StatusNotFound, `{"message": "Agent not found"}`)
		}
	}))
	const want = "orq.ai answered 404 for agent a1: Agent not found. But there is an agent with the key a1: the server may lack this operation. Check ORQ_BASE_URL."
	if got := s.refused(t, "invoke_agent", `{"key": "a1", "message": "m"}`); got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

// TestExplainMissingIsBounded uses a service that answers 404 to a run, and nothing to the requests that find out why.
func TestExplainMissingIsBounded(t *testing.T) {
	t.Parallel()
	for name, hangs := range map[string]func(*http.Request) bool{
		"the list":  func(r *http.Request) bool { return r.URL.Path == "/v2/agents" },
		"the agent": func(r *http.Request) bool { return r.URL.Path == "/v2/agents/a1" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &service{}
				s.connect(t, "http://orq.test", transportFunc(func(r *http.Request) (*http.Response, error) {
					if hangs(r) {
						return neverRespond(r)
					}
					return handlerTransport{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if r.Method == http.MethodGet {
							answer(w, http.StatusOK, `{"object": "list", "has_more": false, "data": []}`)
							return
						}
						answer(w, http.StatusNotFound, `{"message": "there is no agent a1"}`)
					})}.RoundTrip(r)
				}))
				began := time.Now()
				const want = "No agent has the key a1 (404). orq.ai's list_agents shows the agents there are."
				if got := s.refused(t, "invoke_agent", `{"key": "a1", "message": "m", "mode": "background"}`); got != want {
					t.Errorf("error = %q, want %q", got, want)
				}
				if took := time.Since(began); took > 3*time.Second {
					t.Errorf("the call took %v, want at most 3 s", took)
				}
			})
		})
	}
}
