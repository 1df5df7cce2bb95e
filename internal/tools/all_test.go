package tools

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

func all(t *testing.T) []Tool {
	t.Helper()
	list, err := All(Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestEveryToolIsPortable(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		for kind, advertised := range map[string]json.RawMessage{"input": tool.InputSchema, "output": tool.OutputSchema} {
			for _, problem := range schema.Violations(advertised) {
				t.Errorf("%s %s: %s: %s", tool.Name, kind, problem.Path, problem.Message)
			}
		}
	}
}

func TestToolsMatchTheirSnapshots(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		listed, err := json.Marshal(tool.MCP())
		if err != nil {
			t.Fatal(err)
		}
		checkGenerated(t, filepath.Join("testdata", "snapshots", tool.Name+".json"), indentedJSON(t, string(listed))+"\n")
	}
}
