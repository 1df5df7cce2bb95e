package tools

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCheckArgumentsFindsWhatACallWouldRefuse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ tool, arguments, want string }{
		"valid":              {"invoke_agent", `{"key": "a", "message": "hello"}`, ""},
		"as another API":     {"invoke_agent", `{"arguments": {"key": "a", "message": "hello"}}`, ""},
		"misspelt":           {"invoke_agent", `{"key": "a", "message": "hello", "mod": "stream"}`, "mod: unknown; did you mean mode?"},
		"of the wrong type":  {"list_agents", `{"limit": "many"}`, "limit: must be"},
		"against a rule":     {"list_agents", `{"cursor": "a", "before": "b"}`, "before: cannot be given together with cursor"},
		"two problems":       {"get_agent", `{"kee": 1}`, "The arguments of get_agent have 2 problems"},
		"with a secret name": {"get_agent", `{"key": "a", "api_key": "sk-hidden"}`, "api_key: unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			selected, err := Select(Selection{Names: []string{test.tool}})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if err := selected[0].CheckArguments(t.Context(), json.RawMessage(test.arguments)); err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) || test.want == "" && got != "" || strings.Contains(got, "hidden") {
				t.Errorf("CheckArguments(%s) = %q, want %q in it and no secret", test.arguments, got, test.want)
			}
		})
	}
}
