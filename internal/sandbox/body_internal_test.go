package sandbox

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// The rules know each property of the contract, and a body is read alike with something unknown beside it.
func TestRulesKnowTheContract(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]struct {
		method, path string
		rules        object
		request      func() any
	}{
		"create":   {"POST", "/v2/agents", createRules(), func() any { return new(orq.CreateAgentRequest) }},
		"update":   {"PATCH", "/v2/agents/{agent_key}", updateRules(), func() any { return new(orq.UpdateAgentRequest) }},
		"register": {"POST", "/v2/agents/a2a", registerRules(), func() any { return new(orq.RegisterA2ARequest) }},
		"run":      {"POST", "/v2/agents/stream-run", runRules(), func() any { return new(orq.RunRequest) }},
		"task":     {"POST", "/v2/agents/{key}/stream-task", invokeRules(), func() any { return new(orq.InvokeRequest) }},
		"respond":  {"POST", "/v2/agents/{agent_key}/responses", respondRules(), func() any { return new(respondRequest) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, value := range contract.BodiesOf(t, o.method, o.path).Values {
				body, err := json.Marshal(value)
				if err != nil {
					t.Fatal(err)
				}
				want, got := o.request(), o.request()
				if err := parseStrictly(body, o.rules, want); err != nil {
					t.Errorf("body %d: %v", i, err)
				}
				if err := parse(append([]byte(`{"x":{"y":[{}]},`), body[1:]...), o.rules, got); err != nil {
					t.Errorf("body %d with more: %v", i, err)
				}
				if diff := cmp.Diff(want, got, cmp.Comparer(sameJSON)); diff != "" {
					t.Errorf("body %d: %s", i, diff)
				}
			}
		})
	}
}

// sameJSON compares texts of JSON whose names may be in another order.
func sameJSON(a, b json.RawMessage) bool {
	one, err := canonical(a)
	if err != nil {
		return false
	}
	other, err := canonical(b)
	return err == nil && bytes.Equal(one, other)
}
