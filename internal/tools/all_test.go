package tools

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

var update = flag.Bool("update", false, "rewrite the snapshots in testdata")

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
		var indented bytes.Buffer
		if err := json.Indent(&indented, listed, "", "  "); err != nil {
			t.Fatal(err)
		}
		indented.WriteByte('\n')
		path := filepath.Join("testdata", "snapshots", tool.Name+".json")
		if *update {
			if err := os.WriteFile(path, indented.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), indented.String()); diff != "" {
			t.Errorf("%s differs from its snapshot; if that is meant: go test ./internal/tools -update\n%s", tool.Name, diff)
		}
	}
}
