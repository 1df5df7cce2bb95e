package agents

import (
	"maps"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// AddFunctions adds the functions of a request to the tools of the agent that it runs. A function that the agent has already
// is that of the agent, with the schema of the request if it has none. The agent that is stored does not change.
func AddFunctions(rec *store.Record, functions []orq.FunctionTool) error {
	defined := make([]orq.RunTool, len(functions))
	for i := range functions {
		defined[i] = orq.RunTool{Type: "function", Key: functions[i].Name, Function: &functions[i]}
	}
	schemas, err := schemasOf(defined)
	if err != nil {
		return err
	}
	maps.Copy(schemas, rec.Tools)
	rec.Tools = schemas
	for _, tool := range readRunTools(defined) {
		has := slices.ContainsFunc(rec.Agent.Settings.Tools, func(own orq.AgentTool) bool { return run.ToolName(own) == tool.Key })
		if !has {
			rec.Agent.Settings.Tools = append(rec.Agent.Settings.Tools, tool)
		}
	}
	return nil
}
