package tools

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMaskedValuesAreRejected writes values that a result has masked: they would replace the secrets.
func TestMaskedValuesAreRejected(t *testing.T) {
	t.Parallel()
	const maskedSchema = `{"type": "object", "properties": {"api_key": {"type": "string", "default": "***"}}}`
	const variables = `"variables": {"name": "***?", "api_key": "***", "nested": {"list": [{"token": "***"}]}}`
	want := func(tool string) string {
		return "The arguments of " + tool + " have 2 problems, nothing was sent. Correct all of them and call again:" +
			"\n- variables.api_key: " + isMasked + "\n- variables.nested.list[0].token: " + isMasked
	}
	s := serve(t, accept(t))
	for tool, arguments := range map[string]string{
		"create_agent": created(variables), "update_agent": `{"key": "k", ` + variables + `}`, "run_agent": ran(variables),
	} {
		if diff := cmp.Diff(want(tool), s.refused(t, tool, arguments)); diff != "" {
			t.Errorf("%s: error differs (-want +got):\n%s", tool, diff)
		}
	}
	checkMistakes(t, "update_agent", []mistake{
		{"a header", `{"key": "k", "a2a": {"headers": {"Authorization": {"value": "***", "encrypted": true}}}}`, "a2a.headers.Authorization: " + isMasked},
		{"a tool's configuration", `{"key": "k", "tools": [{"type": "advisor", "configuration": {"api_key": "***"}}]}`, "tools[0].configuration.api_key: " + isMasked},
		{"an evaluator's options", `{"key": "k", "evaluators": [{"id": "e", "execute_on": "input", "options": {"token": "***"}}]}`, "evaluators[0].options.token: " + isMasked},
		{"a guardrail's options", `{"key": "k", "guardrails": [{"id": "e", "execute_on": "input", "options": {"token": "***"}}]}`, "guardrails[0].options.token: " + isMasked},
		{"a default in the schema of a response", `{"key": "k", "model": "m", "model_settings": {"parameters": {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": ` + maskedSchema + `}}}}}`,
			"model_settings.parameters.response_format.json_schema.schema.properties.api_key.default: " + isMasked},
		{"the same of a fallback", `{"key": "k", "fallback_models": [{"id": "m", "parameters": {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": ` + maskedSchema + `}}}}]}`,
			"fallback_models[0].parameters.response_format.json_schema.schema.properties.api_key.default: " + isMasked},
	})
	checkMistakes(t, "run_agent", []mistake{
		{"the parameters of a run's tool", ran(`"tools": [{"type": "function", "key": "f", "description": "d", "parameters": ` + maskedSchema + `}]`), "tools[0].parameters.properties.api_key.default: " + isMasked},
		{"the schema of an MCP tool", ran(`"tools": [{"type": "mcp", "key": "f", "description": "d", "url": "https://m.example", "connection_type": "http", "tools": [{"name": "t", "schema": ` + maskedSchema + `}]}]`), "tools[0].tools[0].schema.properties.api_key.default: " + isMasked},
		{"the configuration of a run's tool", ran(`"tools": [{"type": "advisor", "configuration": {"api_key": "***"}}]`), "tools[0].configuration.api_key: " + isMasked},
		{"a header of a tool", ran(`"tools": [{"type": "http", "key": "h", "description": "d", "url": "https://h.example", "method": "GET", "headers": {"X-Key": "***"}}]`), "tools[0].headers.X-Key: " + isMasked},
	})
	if len(s.lines()) > 0 {
		t.Errorf("sent %v, want no request", s.lines())
	}
}

// TestTextsWithAMaskedPartAreRejected writes texts in which a result has masked a credential.
func TestTextsWithAMaskedPartAreRejected(t *testing.T) {
	t.Parallel()
	const partly = "has a part that is masked (***): give the whole value, or leave it out"
	checkMistakes(t, "create_agent", []mistake{
		{"instructions", `{"key": "k", "role": "r", "description": "d", "instructions": "Call https://***@a.example first.", "model": "m"}`, "instructions: " + partly},
	})
	checkMistakes(t, "update_agent", []mistake{
		{"instructions", `{"key": "k", "instructions": "Call https://a.example/?api_key=*** first."}`, "instructions: " + partly},
		{"a system prompt", `{"key": "k", "system_prompt": "postgres://app:***@db/x"}`, "system_prompt: " + partly},
		{"a header in a description", `{"key": "k", "description": "Authorization: Bearer ***"}`, "description: " + partly},
		{"a URL in a variable", `{"key": "k", "variables": {"db": "postgres://app:***@db/x"}}`, "variables.db: " + isMasked},
		{"the URL of an agent", `{"key": "k", "a2a": {"agent_url": "https://***@a.example/"}}`, "a2a.agent_url: " + partly},
		{"the URL of a card", `{"key": "k", "a2a": {"card_url": "https://a.example/?access_token=***"}}`, "a2a.card_url: " + partly},
		{"a configuration", `{"key": "k", "tools": [{"type": "advisor", "configuration": {"url": "https://***@a.example"}}]}`, "tools[0].configuration.url: " + isMasked},
	})
	checkMistakes(t, "register_a2a_agent", []mistake{
		{"the URL of an agent", `{"key": "k", "display_name": "d", "description": "d", "agent_url": "https://a.example/?sig=***"}`, "agent_url: " + partly},
	})
	checkMistakes(t, "invoke_agent", []mistake{
		{"a variable", `{"key": "k", "message": "m", "variables": {"db": "redis://:***@db"}}`, "variables.db: " + isMasked},
	})
	checkMistakes(t, "run_agent", []mistake{
		{"the URL of a tool", ran(`"tools": [{"type": "http", "key": "h", "description": "d", "url": "https://***@h.example", "method": "GET"}]`), "tools[0].url: " + partly},
	})
	s := serve(t, accept(t))
	s.succeed(t, "update_agent", `{"key": "k", "model": "m", "model_settings": {"parameters": {"stop": ["***"]}}}`)
	s.succeed(t, "update_agent", `{"key": "k", "instructions": "***Bold***, a rule:\n***\nand https://a.example/***", "description": "***"}`)
}
