package validate

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

type respondRequest struct {
	orq.InvokeRequest
	Background, Stream bool
}

// The rules know each property of the contract, and unknown fields change nothing of what is decoded.
func TestRulesKnowTheContract(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]struct {
		edition      contract.Edition
		method, path string
		rules        Object
		request      func() any
	}{
		"create":             {contract.March, "POST", "/v2/agents", CreateAgent(), func() any { return new(orq.CreateAgentRequest) }},
		"update":             {contract.March, "PATCH", "/v2/agents/{agent_key}", UpdateAgent(), func() any { return new(orq.UpdateAgentRequest) }},
		"register":           {contract.March, "POST", "/v2/agents/a2a", RegisterA2A(), func() any { return new(orq.RegisterA2ARequest) }},
		"run":                {contract.March, "POST", "/v2/agents/stream-run", Run(), func() any { return new(orq.RunRequest) }},
		"task":               {contract.March, "POST", "/v2/agents/{key}/stream-task", Invoke(), func() any { return new(orq.InvokeRequest) }},
		"respond":            {contract.March, "POST", "/v2/agents/{agent_key}/responses", Respond(), func() any { return new(respondRequest) }},
		"create, September":  {contract.September, "POST", "/v2/agents", CreateAgent(), func() any { return new(orq.CreateAgentRequest) }},
		"update, September":  {contract.September, "PATCH", "/v2/agents/{agent_key}", UpdateAgent(), func() any { return new(orq.UpdateAgentRequest) }},
		"run, September":     {contract.September, "POST", "/v2/agents/stream-run", Run(), func() any { return new(orq.RunRequest) }},
		"task, September":    {contract.September, "POST", "/v2/agents/{key}/stream-task", Invoke(), func() any { return new(orq.InvokeRequest) }},
		"respond, September": {contract.September, "POST", "/v2/agents/{agent_key}/responses", Respond(), func() any { return new(respondRequest) }},
		"register external":  {contract.September, "POST", "/v2/agents/external", RegisterExternal(), func() any { return new(any) }},
		"update external":    {contract.September, "PATCH", "/v2/agents/external/{agent_key}", UpdateExternal(), func() any { return new(any) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, value := range o.edition.BodiesOf(t, o.method, o.path).Values {
				body, err := json.Marshal(bounded(t, value))
				if err != nil {
					t.Fatal(err)
				}
				want, got := o.request(), o.request()
				if err := DecodeStrict(body, o.rules, want); err != nil {
					t.Errorf("DecodeStrict of body %d: %v", i, err)
				}
				if err := Decode(append([]byte(`{"x":{"y":[{}]},`), body[1:]...), o.rules, got); err != nil {
					t.Errorf("Decode of body %d with unknown fields: %v", i, err)
				}
				if diff := cmp.Diff(want, got, cmp.Comparer(sameJSON)); diff != "" {
					t.Errorf("body %d, decoded with unknown fields (-without +with):\n%s", i, diff)
				}
			}
		})
	}
}

// bounded returns a copy of a body that has bounds of March where September, which was derived from client libraries, has
// lost them: of weights, and of what external agents share with A2A agents.
func bounded(t *testing.T, body any) (copied any) {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(encoded, &copied)
	}
	if err != nil {
		t.Fatal(err)
	}
	setBounded(copied)
	if fields := copied.(map[string]any); fields["agent_url"] != nil {
		fields["agent_url"], fields["card_url"] = "https://far.example", "https://far.example/card"
		if fields["key"] != nil {
			fields["key"] = "far"
		}
	}
	return copied
}

func setBounded(value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			setBounded(item)
		}
	case map[string]any:
		for name, member := range value {
			setBounded(member)
			if name == "weight" {
				value[name] = 0.25
			}
		}
	}
}

// sameJSON compares JSON whatever the order of its keys.
func sameJSON(a, b json.RawMessage) bool {
	one, err := exactjson.Canonical(a)
	if err != nil {
		return false
	}
	other, err := exactjson.Canonical(b)
	return err == nil && bytes.Equal(one, other)
}
