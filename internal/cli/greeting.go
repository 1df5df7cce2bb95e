package cli

import "strings"

// greeting says how to use a workspace, in lines that work when they are pasted. A key is named and never shown. Without
// a model server, rules play the agents.
func greeting(base string, keyed bool, modelServer string) string {
	about, key := "Any key will do, here "+sandboxKey+".", sandboxKey
	if keyed {
		about, key = "ORQ_MCP_SANDBOX_KEY must hold its key.", "$ORQ_MCP_SANDBOX_KEY"
	}
	plays, asks := "Rules play its agents; --model-url lets models do it.", `/tool current_date\n/count 20\nWhat day is it?`
	if modelServer != "" {
		plays, asks = "The models of "+modelServer+" play its agents: write one of them in place of openai/gpt-4o.", "What day is it?"
	}
	near := strings.NewReplacer("[::]", "127.0.0.1", "0.0.0.0", "127.0.0.1").Replace(base) // one of all addresses
	return strings.NewReplacer("{base}", base, "{about}", about, "{plays}", plays, "{near}", near, "{key}", key, "{asks}", asks).Replace(
		`The workspace listens on {base}
{about} {plays}

Create an agent, watch it run, list:
  curl "{near}/v2/agents" -H "Authorization: Bearer {key}" -H "Content-Type: application/json" -d '{"key": "helper", "role": "Helper", "description": "Helps", "instructions": "Help.", "path": "Default", "model": "openai/gpt-4o", "settings": {"tools": [{"type": "current_date"}]}}'
  curl -N "{near}/v2/agents/helper/stream-task" -H "Authorization: Bearer {key}" -H "Content-Type: application/json" -d '{"message": {"role": "user", "parts": [{"kind": "text", "text": "{asks}"}]}}'
  curl "{near}/v2/agents?limit=10" -H "Authorization: Bearer {key}"
The same as a tool:
  ORQ_BASE_URL="{near}" ORQ_API_KEY="{key}" orq-mcp call list_agents

`)
}
