package tools

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
)

// bodyPaths maps arguments to their path in the body where the two differ. Fields within an argument move along.
var bodyPaths = strings.NewReplacer(
	"^max_iterations", ".settings.max_iterations", "^max_execution_time", ".settings.max_execution_time", "^max_cost", ".settings.max_cost",
	"^tool_approval_required", ".settings.tool_approval_required", "^evaluators", ".settings.evaluators", "^guardrails", ".settings.guardrails",
	"^chat_exposed", ".settings.chat_exposed", "^tools", ".settings.tools", "^model_settings", ".model", "^knowledge_bases[]", ".knowledge_bases[].knowledge_id",
	"^new_key", ".key", "^version_increment", ".versionIncrement", "^version_description", ".versionDescription",
	"^tool_results[]", ".message.parts[]", "^", ".",
)

// flattened maps flat fields of an inline tool to their path in the body.
var flattened = map[string]string{
	".settings.tools[].method": ".settings.tools[].http.blueprint.method", ".settings.tools[].connection_type": ".settings.tools[].mcp.connection_type",
}

// ourBounds lists the advertised bounds that the contract does not have, by tool, with the reason.
var ourBounds = map[string]map[string]string{
	"update_agent":       {"key required": "it names the agent, in the path"},
	"register_a2a_agent": {"agent_url minLength": "no URL is empty"},
	"invoke_agent": {
		"key required": "it names the agent, in the path", "mode enum": "the argument is not the API's",
		"wait_seconds minimum": "the argument is not the API's", "wait_seconds maximum": "the argument is not the API's",
	},
	"run_agent": {
		"mode enum": "the argument is not the API's", "wait_seconds minimum": "the argument is not the API's", "wait_seconds maximum": "the argument is not the API's",
	},
}

// TestAdvertisedBoundsMatchTheContract checks that each advertised bound is a bound of the contract for the same property.
// TestBodiesThatBreakTheContractAreNotSent checks the other direction.
func TestAdvertisedBoundsMatchTheContract(t *testing.T) {
	t.Parallel()
	contract.Require(t)
	bodies := map[string]map[string][]contract.Property{}
	for _, o := range operations() {
		if bodies[o.tool] == nil {
			bodies[o.tool] = map[string][]contract.Property{}
		}
		for path, properties := range o.contractBodies(t).Properties {
			bodies[o.tool][path] = append(bodies[o.tool][path], properties...)
		}
	}
	for tool, properties := range bodies {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			var root map[string]any
			if err := json.Unmarshal(toolNamed(t, tool).InputSchema, &root); err != nil {
				t.Fatal(err)
			}
			var own []string
			compared := 0
			walkBounds(root, "^", func(path, keyword string, value any) {
				compared++
				at := bodyPaths.Replace(path)
				if inner, ok := flattened[at]; ok {
					at = inner
				}
				if !hasBound(properties[at], keyword, value) {
					own = append(own, path[1:]+" "+keyword)
				}
			})
			slices.Sort(own)
			if diff := cmp.Diff(slices.Sorted(maps.Keys(ourBounds[tool])), own); diff != "" {
				t.Errorf("bounds that the contract does not have (-want +got):\n%s", diff)
			}
			t.Logf("%d bounds, %d of our own", compared, len(own))
		})
	}
}

// walkBounds visits the bounds within a schema. A path begins with ^.
func walkBounds(schema map[string]any, at string, visit func(path, keyword string, value any)) {
	for _, keyword := range []string{"minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems", "enum"} {
		if value, ok := schema[keyword]; ok {
			visit(at, keyword, value)
		}
	}
	inside := strings.Replace(at+".", "^.", "^", 1)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		visit(inside+fmt.Sprint(name), "required", true)
	}
	properties, _ := schema["properties"].(map[string]any)
	for name, property := range properties {
		walkBounds(property.(map[string]any), inside+name, visit)
	}
	if items, ok := schema["items"].(map[string]any); ok {
		walkBounds(items, at+"[]", visit)
	}
}

// hasBound reports whether one of the contract's schemas for a property, or an alternative of it, has a bound.
func hasBound(properties []contract.Property, keyword string, value any) bool {
	return slices.ContainsFunc(properties, func(p contract.Property) bool {
		if keyword == "required" {
			return p.Required
		}
		bound := p.Schema[keyword]
		if above, ok := p.Schema["exclusiveMinimum"].(float64); ok && keyword == "minimum" && bound == nil {
			bound = above + 1 // of an integer
		}
		return reflect.DeepEqual(bound, value)
	})
}
