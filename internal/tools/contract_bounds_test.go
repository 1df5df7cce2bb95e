package tools

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
)

// filledIn lists the rules of the contract that a call may break, because the tool completes the body. It gives the reason.
var filledIn = map[string]string{
	".path required":     "the default is sent",
	".settings required": "an empty object is sent",

	".description minLength":   "empty text is not sent",
	".system_prompt minLength": "empty text is not sent",

	".settings.tools[].description required":                     "the inner description is sent for both",
	".settings.tools[].code_tool.language required":              "the only language is sent",
	".settings.tools[].function required":                        "its name is the key",
	".settings.tools[].function.name required":                   "the key is sent",
	".settings.tools[].json_schema.name required":                "the key is sent",
	".settings.tools[].json_schema.name minLength":               "the key is sent",
	".settings.tools[].json_schema.description required":         "the tool's description is sent",
	".settings.tools[].mcp.tools[].schema required":              "a schema of no parameters is sent",
	".settings.tools[].mcp.tools[].schema.type required":         "schemas are completed",
	".settings.tools[].code_tool.parameters.type required":       "schemas are completed",
	".settings.tools[].code_tool.parameters.properties required": "schemas are completed",
	".settings.tools[].code_tool.parameters.required required":   "schemas are completed",
	".settings.tools[].function.parameters.type required":        "schemas are completed",
	".settings.tools[].function.parameters.properties required":  "schemas are completed",
	".settings.tools[].function.parameters.required required":    "schemas are completed",
	".settings.tools[].json_schema.schema.type required":         "schemas are completed",
	".settings.tools[].json_schema.schema.properties required":   "schemas are completed",
	".settings.tools[].json_schema.schema.required required":     "schemas are completed",
}

// TestBodiesThatBreakTheContractAreNotSent breaks each rule of the contract once, at every depth. The service checks the
// requests that are sent all the same against the contract.
func TestBodiesThatBreakTheContractAreNotSent(t *testing.T) {
	t.Parallel()
	contract.Require(t)
	var mu sync.Mutex
	accepted := map[string]bool{}
	t.Cleanup(func() {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(filledIn)), slices.Sorted(maps.Keys(accepted))); diff != "" {
			t.Errorf("broken rules that are accepted (-want +got):\n%s", diff)
		}
	})
	for name, o := range operations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := o.contractBodies(t).Broken
			s := serve(t, accept(t))
			for _, broken := range all {
				s.forget()
				arguments := encode(t, o.arguments(withToolRole(jsonCopy(t, broken.Body)), true))
				result := s.use(t, o.tool, arguments)
				switch text := textOf(t, result); {
				case !result.IsError:
					mu.Lock()
					accepted[broken.Rule] = true
					mu.Unlock()
					if filledIn[broken.Rule] == "" {
						t.Errorf("%s is broken, but the call succeeded, want an error: %s", broken.Rule, arguments)
					}
				case len(s.lines()) > 0:
					t.Errorf("%s is broken, but sent %v, want no request", broken.Rule, s.lines())
				case !strings.HasPrefix(text, "The arguments of "+o.tool+" are wrong") && !strings.HasSuffix(broken.Rule, " required"):
					t.Errorf("only %s is broken: error = %s, want one problem", broken.Rule, text)
				}
			}
			t.Logf("%d broken bodies", len(all))
		})
	}
}

// withToolRole gives a message of tool results the role and the task that it needs, so that no other rule is broken.
func withToolRole(body fields) fields {
	message, _ := body["message"].(fields)
	parts, _ := message["parts"].([]any)
	if len(parts) == 1 && parts[0].(fields)["kind"] == "tool_result" && message["role"] == "user" {
		message["role"], body["task_id"] = "tool", "t0"
	}
	return body
}
