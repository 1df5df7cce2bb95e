package tools

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tiktoken-go/tokenizer"

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

// TestToolsFitTheTokenBudget counts what a model pays for the list: name, description and input schema.
func TestToolsFitTheTokenBudget(t *testing.T) {
	t.Parallel()
	encoding, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	ceilings := map[string]int{
		"create_agent": 860, "run_agent": 930, "update_agent": 570, "invoke_agent": 450, "register_a2a_agent": 200,
		"list_agents": 150, "get_agent": 150, "delete_agent": 150, "refresh_agent_card": 150, "get_agent_response": 150,
	}
	const budget = 3500
	total := 0
	for _, tool := range all(t) {
		shown, err := json.Marshal(struct {
			Name        string          `json:"name"`
			Description string          `json:"description"`
			InputSchema json.RawMessage `json:"inputSchema"`
		}{tool.Name, tool.Description, tool.InputSchema})
		if err != nil {
			t.Fatal(err)
		}
		tokens, err := encoding.Count(string(shown))
		if err != nil {
			t.Fatal(err)
		}
		total += tokens
		t.Logf("%-20s %5d of %5d", tool.Name, tokens, ceilings[tool.Name])
		if tokens > ceilings[tool.Name] {
			t.Errorf("%s costs %d tokens, more than %d", tool.Name, tokens, ceilings[tool.Name])
		}
	}
	t.Logf("%-20s %5d of %5d", "all", total, budget)
	if total > budget {
		t.Errorf("the tools cost %d tokens, more than %d", total, budget)
	}
}
