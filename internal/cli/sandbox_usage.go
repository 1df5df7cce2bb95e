package cli

import (
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// exampleKey is the key in the commands for a workspace that takes any.
const exampleKey = "sandbox"

// sandboxUsage describes how to use a workspace: commands that can be pasted into a shell. With keyed they read the key
// from ORQ_MCP_SANDBOX_KEY, so that it is not printed. Without a model server the rule engine plays the agents.
func sandboxUsage(base string, keyed bool, models modelFlags, generation sandbox.Generation) string {
	access, key := "Any key will do, here "+exampleKey+".", exampleKey
	if keyed {
		access, key = "ORQ_MCP_SANDBOX_KEY must hold its key.", "$ORQ_MCP_SANDBOX_KEY"
	}
	players, message := "Rules play its agents; --model-url lets models do it.", `/tool current_date\n/count 20\nWhat day is it?`
	if models.ModelURL != "" {
		players, message = "The models of "+models.ModelURL+" play its agents: write one of them in place of openai/gpt-4o.", "What day is it?"
	}
	if models.Model != "" {
		players = "The model " + models.Model + " of " + models.ModelURL + " plays its agents, whatever model they name."
	}
	run := `/v2/agents/helper/stream-task" {headers} -d '{"message": {"role": "user", "parts": [{"kind": "text", "text": "{message}"}]}}'`
	if generation == sandbox.GenerationToday {
		run = `/v3/router/responses" {headers} -d '{"model": "agent/helper", "input": "{message}", "stream": true}'`
	}
	headers := `-H "Authorization: Bearer ` + key + `" -H "Content-Type: application/json"`
	run = strings.NewReplacer("{headers}", headers, "{message}", message).Replace(run)
	// A wildcard address accepts connections but is none to connect to.
	reachable := strings.NewReplacer("[::]", "127.0.0.1", "0.0.0.0", "127.0.0.1").Replace(base)
	return strings.NewReplacer("{base}", base, "{access}", access, "{players}", players, "{reachable}", reachable, "{key}", key, "{run}", run).Replace(
		`The workspace listens on {base}
{access} {players}

Create an agent, watch it run, list:
  curl "{reachable}/v2/agents" -H "Authorization: Bearer {key}" -H "Content-Type: application/json" -d '{"key": "helper", "role": "Helper", "description": "Helps", "instructions": "Help.", "path": "Default", "model": "openai/gpt-4o", "settings": {"tools": [{"type": "current_date"}]}}'
  curl -N "{reachable}{run}
  curl "{reachable}/v2/agents?limit=10" -H "Authorization: Bearer {key}"
The same as a tool:
  ORQ_BASE_URL="{reachable}" ORQ_API_KEY="{key}" orq-mcp call list_agents

`)
}
