package sandbox_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

var inBrackets = regexp.MustCompile(`\[\d+\]`)

// TestEveryRuleOfTheContractHolds sends bodies that break one rule of the contract each. The refusal must name the field.
func TestEveryRuleOfTheContractHolds(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]struct {
		edition                 contract.Edition
		method, operation, path string
	}{
		"create":            {contract.March, "POST", "/v2/agents", "/v2/agents"},
		"update":            {contract.March, "PATCH", "/v2/agents/{agent_key}", "/v2/agents/helper"},
		"register":          {contract.March, "POST", "/v2/agents/a2a", "/v2/agents/a2a"},
		"run":               {contract.March, "POST", "/v2/agents/run", "/v2/agents/run"},
		"stream-run":        {contract.March, "POST", "/v2/agents/stream-run", "/v2/agents/stream-run"},
		"task":              {contract.March, "POST", "/v2/agents/{key}/task", "/v2/agents/helper/task"},
		"respond":           {contract.March, "POST", "/v2/agents/{agent_key}/responses", "/v2/agents/helper/responses"},
		"stream-task":       {contract.March, "POST", "/v2/agents/{key}/stream-task", "/v2/agents/helper/stream-task"},
		"register external": {contract.September, "POST", "/v2/agents/external", "/v2/agents/external"},
		"update external":   {contract.September, "PATCH", "/v2/agents/external/{agent_key}", "/v2/agents/external/far"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			w.create("helper")
			for _, broken := range o.edition.BodiesOf(t, o.method, o.operation).Broken {
				field, _, _ := strings.Cut(strings.TrimPrefix(broken.Rule, "."), " ")
				status, answer := w.send(w.request(o.method, o.path, broken.Body))
				message := strings.ReplaceAll(inBrackets.ReplaceAllString(string(answer), "[]"), "x-extra", "*")
				if status != 400 || !strings.Contains(message, field) {
					t.Errorf("%s: status %d, want 400 with a message that names %s: %.300s", broken.Rule, status, field, answer)
				}
			}
		})
	}
}
