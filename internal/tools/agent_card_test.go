package tools

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRegistrationSummarizesTheCard(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	_, registered := s.succeed(t, "register_a2a_agent", registration(t))
	summary, _ := registered["card"].(fields)
	for name, want := range map[string]any{"name": "Planner", "protocol_version": "0.3.0", "streaming": true} {
		if got := summary[name]; got != want {
			t.Errorf("card[%q] = %v, want %v", name, got, want)
		}
	}
	if diff := cmp.Diff([]any{"Plan a trip", "book"}, summary["skills"]); diff != "" {
		t.Errorf("skills differ (-want +got):\n%s", diff)
	}
}

func TestCardWithFieldsOfOtherTypesIsSummarized(t *testing.T) {
	t.Parallel()
	got := newAgentCard([]byte(`{"name":"Planner","protocolVersion":0.3,"capabilities":[],"skills":[{"id":"book"}]}`))
	if diff := cmp.Diff(&agentCard{Name: "Planner", Skills: []string{"book"}}, got); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	for _, other := range []string{``, `[]`, `{`} {
		if got := newAgentCard([]byte(other)); got != nil {
			t.Errorf("summary of %q = %+v, want nil", other, got)
		}
	}
}
