package tools

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExplainMissingAgentSuggestsSimilarKeys(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct{ tool, arguments, want string }{
		"similar keys":   {"get_agent", `{"key": "support-ex"}`, "No agent has the key support-ex. Closest: support-eu, support-us."},
		"an old version": {"get_agent", `{"key": "billing@9.0.0"}`, "No agent has the key billing@9.0.0. Closest: billing."},
		"no similar key": {"get_agent", `{"key": "zzz"}`, "No agent has the key zzz. list_agents shows the agents there are."},
		"an update":      {"update_agent", `{"key": "biling", "role": "r"}`, "No agent has the key biling. Closest: billing."},
		"a deletion":     {"delete_agent", `{"key": "biling", "confirm": "biling"}`, "No agent has the key biling. Closest: billing."},
		"a run":          {"invoke_agent", `{"key": "biling", "message": "m"}`, "No agent has the key biling. Closest: billing."},
		"a streamed run": {"invoke_agent", `{"key": "biling", "message": "m", "mode": "stream"}`, "No agent has the key biling. Closest: billing."},
		"a card refresh": {"refresh_agent_card", `{"key": "biling"}`, "No agent has the key biling. Closest: billing."},
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
