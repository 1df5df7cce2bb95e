package tools

import (
	"net/http"
	"strings"
	"testing"
)

func TestAgentDetailMasksSecretsInBothForms(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, agentJSON(t, fields{
			"variables": fields{"api_key": "hidden-1", "nested": fields{"password": "hidden-2"}, "name": "shown"},
			"settings": fields{"tools": []any{fields{
				"id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "action_type": "http", "requires_approval": false, "headers": fields{"X-Tenant": "hidden-3"},
			}}},
			"later_addition": fields{"client_secret": "hidden-4"},
		}))
	})
	text, structure := s.succeed(t, "get_agent", `{"key": "support"}`)
	if both := text + encode(t, structure); strings.Contains(both, "hidden") || !strings.Contains(both, "shown") {
		t.Errorf("get_agent = %s\nwant every secret masked, and the other variable shown", both)
	}
}

func TestAgentDetailKeepsLargeIntegers(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, strings.Replace(agentJSON(t, fields{"variables": fields{"order": 0}}), `"order":0`, `"order":9007199254740993`, 1))
	})
	if text, _ := s.succeed(t, "get_agent", `{"key": "support"}`); !strings.Contains(text, "order 9007199254740993") {
		t.Errorf("get_agent = %s\nwant the variable with all its digits", text)
	}
}
