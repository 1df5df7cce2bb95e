package sandbox_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

var inBrackets = regexp.MustCompile(`\[\d+\]`)

// TestEveryRuleOfTheContractHolds sends bodies that break one rule of an edition of the contract each, unless another edition
// allows them. The refusal must name the field.
func TestEveryRuleOfTheContractHolds(t *testing.T) {
	t.Parallel()
	const march, september = contract.March, contract.September
	for name, o := range map[string]struct {
		edition                 contract.Edition
		method, operation, path string
	}{
		"create":                 {march, "POST", "/v2/agents", "/v2/agents"},
		"create, September":      {september, "POST", "/v2/agents", "/v2/agents"},
		"update":                 {march, "PATCH", "/v2/agents/{agent_key}", "/v2/agents/helper"},
		"update, September":      {september, "PATCH", "/v2/agents/{agent_key}", "/v2/agents/helper"},
		"register":               {march, "POST", "/v2/agents/a2a", "/v2/agents/a2a"},
		"register external":      {september, "POST", "/v2/agents/external", "/v2/agents/external"},
		"update external":        {september, "PATCH", "/v2/agents/external/{agent_key}", "/v2/agents/external/far"},
		"run":                    {march, "POST", "/v2/agents/run", "/v2/agents/run"},
		"run, September":         {september, "POST", "/v2/agents/run", "/v2/agents/run"},
		"stream-run":             {march, "POST", "/v2/agents/stream-run", "/v2/agents/stream-run"},
		"stream-run, September":  {september, "POST", "/v2/agents/stream-run", "/v2/agents/stream-run"},
		"task":                   {march, "POST", "/v2/agents/{key}/task", "/v2/agents/helper/task"},
		"task, September":        {september, "POST", "/v2/agents/{key}/task", "/v2/agents/helper/task"},
		"respond":                {march, "POST", "/v2/agents/{agent_key}/responses", "/v2/agents/helper/responses"},
		"respond, September":     {september, "POST", "/v2/agents/{agent_key}/responses", "/v2/agents/helper/responses"},
		"stream-task":            {march, "POST", "/v2/agents/{key}/stream-task", "/v2/agents/helper/stream-task"},
		"stream-task, September": {september, "POST", "/v2/agents/{key}/stream-task", "/v2/agents/helper/stream-task"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			w.create("helper")
			for _, broken := range o.edition.BodiesOf(t, o.method, o.operation).Broken {
				if march.Allows(t, o.method, o.path, broken.Body) || september.Allows(t, o.method, o.path, broken.Body) {
					continue // what either edition allows is accepted
				}
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
