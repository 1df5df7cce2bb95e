package tools

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// examples holds example arguments of each tool for the tool reference.
var examples = map[string]string{
	"list_agents":          `{"search": "billing", "limit": 10}`,
	"get_agent":            `{"key": "billing-agent", "field": "settings.tools"}`,
	"list_building_blocks": `{"kind": "tools", "search": "invoice"}`,
	"create_agent": `{
		"key": "billing-agent", "role": "Billing specialist", "description": "Answers questions about invoices",
		"instructions": "Answer in the language of {{customer}}. Look a number up before you name it.", "model": "openai/gpt-4o", "path": "Default/support",
		"model_settings": {"parameters": {"temperature": 0.2}, "retry": {"count": 2, "on_codes": [429, 503]}}, "fallback_models": ["openai/gpt-4o-mini"],
		"max_iterations": 10, "variables": {"customer": "Ada"},
		"tools": [{"type": "current_date"}, {"type": "http", "key": "invoices", "requires_approval": true}, {"type": "mcp", "key": "crm", "tool_id": "search"}],
		"guardrails": [{"id": "pii", "execute_on": "output"}]
	}`,
	"update_agent":       `{"key": "billing-agent", "instructions": "Answer shortly.", "version_increment": "minor", "version_description": "Shorter answers"}`,
	"delete_agent":       `{"key": "billing-agent", "confirm": "billing-agent"}`,
	"refresh_agent_card": `{"key": "travel-agent"}`,
	"register_a2a_agent": `{
		"key": "travel-agent", "display_name": "Travel agent", "description": "Plans trips", "agent_url": "https://agents.example.com/travel",
		"card_url": "https://agents.example.com/.well-known/agent-card.json",
		"headers": {"Authorization": "Bearer ...", "X-Tenant": "acme"}, "plain_headers": ["X-Tenant"]
	}`,
	"invoke_agent": `{
		"key": "billing-agent", "message": "What is open on this invoice?",
		"files": [{"uri": "https://files.example.com/invoice.pdf", "mime_type": "application/pdf", "name": "invoice.pdf"}],
		"identity": {"id": "customer-7"}, "variables": {"customer": "Grace"}
	}`,
	"run_agent": `{
		"key": "weather-agent", "model": "openai/gpt-4o", "role": "Forecaster", "instructions": "Tell the weather.", "message": "What is it like in Ghent?",
		"tools": [
			{"type": "http", "key": "weather", "description": "Weather of a city", "url": "https://api.example.com/weather?q={{city}}", "method": "GET",
				"arguments": {"city": {"type": "string", "description": "Name of the city"}}},
			{"type": "function", "key": "notify", "description": "Tells the caller", "parameters": {"properties": {"text": {"type": "string"}}, "required": ["text"]}}
		]
	}`,
	"get_agent_response": `{"key": "billing-agent", "task_id": "01KAEXAMPLE", "wait_seconds": 30}`,
}

// TestExamplesAreValid checks the examples against the advertised schemas, and that the tools accept them.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	for _, tool := range all(t) {
		example, err := jsonschema.UnmarshalJSON(strings.NewReader(examples[tool.Name]))
		if err != nil {
			t.Fatalf("%s: %v", tool.Name, err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(tool.InputSchema))
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource(tool.Name, document); err != nil {
			t.Fatal(err)
		}
		schema, err := compiler.Compile(tool.Name)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(example); err != nil {
			t.Errorf("example of %s does not match the schema: %v", tool.Name, err)
		}
		if text := textOf(t, s.use(t, tool.Name, examples[tool.Name])); strings.HasPrefix(text, "The arguments of") {
			t.Errorf("example of %s: %s, want valid arguments", tool.Name, text)
		}
	}
}
