package tools

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/schema/schematest"
)

// all returns every tool, newly derived.
func all(t *testing.T) []Tool {
	t.Helper()
	list, err := All(Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestSchemasArePortable(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		for kind, advertised := range map[string]json.RawMessage{"input": tool.InputSchema, "output": tool.OutputSchema} {
			for _, problem := range schematest.Violations(advertised) {
				t.Errorf("%s schema of %s: %s: %s, want a portable schema", kind, tool.Name, problem.Path, problem.Message)
			}
		}
	}
}

func TestToolSnapshots(t *testing.T) {
	t.Parallel()
	for _, tool := range all(t) {
		listed, err := json.Marshal(tool.MCP())
		if err != nil {
			t.Fatal(err)
		}
		checkGenerated(t, filepath.Join("testdata", "snapshots", tool.Name+".json"), indentedJSON(t, string(listed))+"\n")
	}
}

func TestSelectKeepsTheOrder(t *testing.T) {
	t.Parallel()
	everything := []string{
		"list_agents", "get_agent", "list_building_blocks", "create_agent", "update_agent", "delete_agent",
		"register_a2a_agent", "refresh_agent_card", "invoke_agent", "run_agent", "get_agent_response",
	}
	for name, each := range map[string]struct {
		selection Selection
		want      []string
	}{
		"all":                   {Selection{}, everything},
		"read-only":             {Selection{ReadOnly: true}, []string{"list_agents", "get_agent", "list_building_blocks", "get_agent_response"}},
		"by name":               {Selection{Names: []string{"run_agent", "get_agent"}}, []string{"get_agent", "run_agent"}},
		"a repeated name":       {Selection{Names: []string{"get_agent", "get_agent"}}, []string{"get_agent"}},
		"read-only and by name": {Selection{ReadOnly: true, Names: []string{"run_agent", "get_agent"}}, []string{"get_agent"}},
		"none is read-only":     {Selection{ReadOnly: true, Names: []string{"run_agent"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			selected, err := All(each.selection)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, tool := range selected {
				names = append(names, tool.Name)
			}
			if diff := cmp.Diff(each.want, names); diff != "" {
				t.Errorf("tools differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSelectUnknownName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"get_agents": `there is no tool "get_agents"; did you mean get_agent, list_agents?`,
		"get_agnet":  `there is no tool "get_agnet"; did you mean get_agent?`,
		"deploy": `there is no tool "deploy"; the tools are list_agents, get_agent, list_building_blocks, create_agent, update_agent, delete_agent, ` +
			"register_a2a_agent, refresh_agent_card, invoke_agent, run_agent, get_agent_response",
	} {
		selected, err := All(Selection{Names: []string{"get_agent", name}})
		if err == nil || err.Error() != want || selected != nil {
			t.Errorf("All(%s) = %v, %v, want error %s", name, selected, err, want)
		}
	}
}
