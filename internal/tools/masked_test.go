package tools

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMaskedValuesAreRejected writes values that a result has masked: they would replace the secrets.
func TestMaskedValuesAreRejected(t *testing.T) {
	t.Parallel()
	const variables = `"variables": {"name": "***?", "api_key": "***", "nested": {"list": [{"token": "***"}]}}`
	want := func(tool string) string {
		return "The arguments of " + tool + " have 2 problems, nothing was sent. Correct all of them and call again:" +
			"\n- variables.api_key: " + isMasked + "\n- variables.nested.list[0].token: " + isMasked
	}
	s := serve(t, accept(t))
	for tool, arguments := range map[string]string{
		"create_agent": created(variables), "update_agent": `{"key": "k", ` + variables + `}`, "run_agent": ran(variables),
	} {
		if diff := cmp.Diff(want(tool), s.refused(t, tool, arguments)); diff != "" {
			t.Errorf("%s: error differs (-want +got):\n%s", tool, diff)
		}
	}
	checkMistakes(t, "update_agent", []mistake{
		{"a header", `{"key": "k", "a2a": {"headers": {"Authorization": {"value": "***", "encrypted": true}}}}`, "a2a.headers.Authorization: " + isMasked},
		{"a tool's configuration", `{"key": "k", "tools": [{"type": "advisor", "configuration": {"api_key": "***"}}]}`, "tools[0].configuration.api_key: " + isMasked},
		{"an evaluator's options", `{"key": "k", "evaluators": [{"id": "e", "execute_on": "input", "options": {"token": "***"}}]}`, "evaluators[0].options.token: " + isMasked},
		{"a guardrail's options", `{"key": "k", "guardrails": [{"id": "e", "execute_on": "input", "options": {"token": "***"}}]}`, "guardrails[0].options.token: " + isMasked},
	})
	checkMistakes(t, "run_agent", []mistake{
		{"the configuration of a run's tool", ran(`"tools": [{"type": "advisor", "configuration": {"api_key": "***"}}]`), "tools[0].configuration.api_key: " + isMasked},
		{"a header of a tool", ran(`"tools": [{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "GET", "headers": {"X-Key": "***"}}]`), "tools[0].headers.X-Key: " + isMasked},
	})
	if len(s.lines()) > 0 {
		t.Errorf("sent %v, want no request", s.lines())
	}
}
