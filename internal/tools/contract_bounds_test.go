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

// filledIn are the rules of the contract that a call may break, because the tools see to it that the body does not.
var filledIn = map[string]string{
	".path required":     "it is Default",
	".settings required": "an empty object is sent",

	".description minLength":   "empty text is as good as none and is not sent",
	".system_prompt minLength": "empty text is as good as none and is not sent",

	".settings.tools[].description required":                     "an inner description stands for both",
	".settings.tools[].code_tool.language required":              "there is one language",
	".settings.tools[].function required":                        "the name is the key, and nothing else is required",
	".settings.tools[].function.name required":                   "it is the key",
	".settings.tools[].json_schema.name required":                "it is the key",
	".settings.tools[].json_schema.name minLength":               "it is the key",
	".settings.tools[].json_schema.description required":         "it is the tool's",
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

// TestWhatTheContractRefusesIsNotSent breaks each rule of the contract once, at every depth. What is sent all the same is
// held to the contract by the service.
func TestWhatTheContractRefusesIsNotSent(t *testing.T) {
	t.Parallel()
	contract.Require(t)
	var mu sync.Mutex
	accepted := map[string]bool{}
	t.Cleanup(func() {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(filledIn)), slices.Sorted(maps.Keys(accepted))); diff != "" {
			t.Errorf("rules that may be broken (-listed +accepted):\n%s", diff)
		}
	})
	for name, o := range operations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := contract.BodiesOf(t, o.method, o.path).Broken
			s := serve(t, accept(t))
			for _, broken := range all {
				s.forget()
				arguments := encode(t, o.arguments(answering(copied(t, broken.Body)), true))
				result := s.use(t, o.tool, arguments)
				switch text := textOf(t, result); {
				case !result.IsError:
					mu.Lock()
					accepted[broken.Rule] = true
					mu.Unlock()
					if filledIn[broken.Rule] == "" {
						t.Errorf("%s was not missed: %s", broken.Rule, arguments)
					}
				case len(s.lines()) > 0:
					t.Errorf("%s was sent: %v", broken.Rule, s.lines())
				case !strings.HasPrefix(text, "The arguments of "+o.tool+" are wrong") && !strings.HasSuffix(broken.Rule, " required"):
					t.Errorf("%s alone was broken, but the caller is told %s", broken.Rule, text)
				}
			}
			t.Logf("%d broken bodies", len(all))
		})
	}
}

// answering gives results of tools the role and the task that they need, so that nothing else is wrong.
func answering(body fields) fields {
	message, _ := body["message"].(fields)
	parts, _ := message["parts"].([]any)
	if len(parts) == 1 && parts[0].(fields)["kind"] == "tool_result" && message["role"] == "user" {
		message["role"], body["task_id"] = "tool", "t0"
	}
	return body
}
