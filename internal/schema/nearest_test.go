package schema_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		name       string
		candidates []string
		max        int
		want       []string
	}{
		"one letter":          {"streem", []string{"auto", "stream"}, 3, []string{"stream"}},
		"two letters swapped": {"kye", []string{"key", "path"}, 3, []string{"key"}},
		"camel case":          {"maxIterations", []string{"max_cost", "max_iterations"}, 1, []string{"max_iterations"}},
		"a part of it":        {"prompt", []string{"role", "system_prompt"}, 3, []string{"system_prompt"}},
		"the best first":      {"agent-b", []string{"agent-cc", "agent-b2", "agent_b"}, 2, []string{"agent_b", "agent-b2"}},
		"nothing near":        {"colour", []string{"key", "path"}, 3, nil},
		"short names":         {"a", []string{"b", "ab"}, 3, nil},
		"no candidates":       {"a", nil, 3, nil},
		"none wanted":         {"key", []string{"key"}, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := schema.Nearest(test.name, test.candidates, test.max)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Nearest(%q) (-want +got):\n%s", test.name, diff)
			}
		})
	}
}
