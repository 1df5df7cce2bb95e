package tools

import "testing"

func TestCreateAgentRequests(t *testing.T) {
	t.Parallel()
	const line = "POST /v2/agents"
	checkWire(t, "create_agent", []exchange{
		{
			"required fields only", `{` + requiredOfAnAgent + `, "model": "m"}`, line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "settings": {}}`,
		},
		{
			"all fields",
			`{` + requiredOfAnAgent + `, ` + modelArguments + `, ` + sharedOptions + `, ` + sharedSettings + `, ` + knowledgeIDs + `,
				"path": "Sales/eu", "display_name": "n", "source": "experiment", "tools": ` + everyTool + `}`,
			line,
			`{` + requiredOfAnAgent + `, ` + modelBody + `, ` + sharedOptions + `, ` + knowledgeBody + `,
				"path": "Sales/eu", "display_name": "n", "source": "experiment", "settings": {` + sharedSettings + `, "tools": ` + everyTool + `}}`,
		},
		{
			"the API's own forms",
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "integration_id": null, "parameters": {"temperature": 1}, "retry": {"count": 1}, "fallback_models": ["f"]},
				"settings": {"max_iterations": 3, "tools": [{"type": "current_date"}]}, "knowledge_bases": [{"knowledge_id": "k1"}, "k2"]}`,
			line,
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": {"temperature": 1}, "retry": {"count": 1}}, "fallback_models": ["f"],
				"settings": {"max_iterations": 3, "tools": [{"type": "current_date"}]}, ` + knowledgeBody + `, "path": "Default"}`,
		},
		{
			"a model given as an object beside its settings",
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": {"temperature": 1}}, "model_settings": {"retry": {"count": 1}}}`,
			line,
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": {"temperature": 1}, "retry": {"count": 1}}, "path": "Default", "settings": {}}`,
		},
		{
			"digits within a model's parameters", `{` + requiredOfAnAgent + `, "model": "m", "model_settings": {"parameters": ` + bigSchema + `}}`, line,
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": ` + bigSchema + `}, "path": "Default", "settings": {}}`,
		},
		{
			"digits within a fallback model's parameters", `{` + requiredOfAnAgent + `, "model": "m", "fallback_models": [{"id": "f", "parameters": ` + bigSchema + `}]}`, line,
			`{` + requiredOfAnAgent + `, "model": "m", "fallback_models": [{"id": "f", "parameters": ` + bigSchema + `}], "path": "Default", "settings": {}}`,
		},
		{
			"tools as they are read back",
			`{` + requiredOfAnAgent + `, "model": "m", "tools": [
				{"id": "1", "action_type": "current_date", "display_name": "Date", "description": "d", "requires_approval": false},
				{"id": "2", "key": "weather", "action_type": "http", "requires_approval": true, "timeout": 120, "conditions": [{"condition": "c", "operator": "=", "value": "v"}]},
				{"id": "3", "action_type": "code", "requires_approval": false},
				{"id": "4", "key": "docs", "action_type": "mcp", "tool_id": "t1", "requires_approval": false},
				{"id": "5", "action_type": "openai:web_search", "requires_approval": false}]}`,
			line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "settings": {"tools": [
				{"type": "current_date", "requires_approval": false}, {"type": "http", "key": "weather", "requires_approval": true, "timeout": 120},
				{"type": "code", "id": "3", "requires_approval": false}, {"type": "mcp", "key": "docs", "tool_id": "t1", "requires_approval": false},
				{"type": "openai:web_search", "requires_approval": false}]}}`,
		},
		{
			"what came after March",
			`{` + requiredOfAnAgent + `, "model": "m", "skills": "writing", "chat_exposed": true, "model_settings": {"reasoning_effort": "max"}, "tools": [
				{"type": "advisor"}, {"type": "sidekick", "configuration": {"depth": 2}}, {"type": "Code_Interpreter"},
				{"type": "file_system", "configuration": {"file_system_key": "docs", "access_mode": "read_write"}},
				{"type": "http", "key": "weather", "timeout": 7.5}, {"type": "openai:web_search", "key": "k", "timeout": 600, "configuration": {"size": "large"}}]}`,
			line,
			`{` + requiredOfAnAgent + `, "model": {"id": "m", "parameters": {"reasoning_effort": "max"}}, "path": "Default", "skills": ["writing"],
				"settings": {"chat_exposed": true, "tools": [
				{"type": "advisor"}, {"type": "sidekick", "configuration": {"depth": 2}}, {"type": "code_interpreter"},
				{"type": "file_system", "configuration": {"file_system_key": "docs", "access_mode": "read_write"}},
				{"type": "http", "key": "weather", "timeout": 7.5}, {"type": "openai:web_search", "key": "k", "timeout": 600, "configuration": {"size": "large"}}]}}`,
		},
		{
			"such tools as they are read back",
			`{` + requiredOfAnAgent + `, "model": "m", "tools": [
				{"id": "1", "action_type": "file_system", "requires_approval": false, "timeout": 120, "configuration": {"file_system_key": "docs"}},
				{"id": "2", "key": "sum", "action_type": "code", "requires_approval": false, "timeout": 7, "configuration": {}},
				{"id": "3", "key": "k", "action_type": "openai:web_search", "requires_approval": false, "timeout": 9, "configuration": {"size": "large"}}]}`,
			line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "settings": {"tools": [
				{"type": "file_system", "requires_approval": false, "configuration": {"file_system_key": "docs"}},
				{"type": "code", "key": "sum", "requires_approval": false, "timeout": 7},
				{"type": "openai:web_search", "key": "k", "requires_approval": false, "timeout": 9, "configuration": {"size": "large"}}]}}`,
		},
		{
			"lists and objects as JSON text",
			`{` + requiredOfAnAgent + `, "model": "m", "tools": "[{\"type\": \"current_date\"}]", "variables": "{\"a\": 9007199254740993}", "max_iterations": "7", "memory_stores": "m1"}`,
			line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "variables": {"a": 9007199254740993}, "memory_stores": ["m1"],
				"settings": {"max_iterations": 7, "tools": [{"type": "current_date"}]}}`,
		},
		{
			"the input wrapped once more, with optional fields empty",
			`{"arguments": {` + requiredOfAnAgent + `, "model": "m", "path": "", "display_name": null}}`, line,
			`{` + requiredOfAnAgent + `, "model": "m", "path": "Default", "settings": {}}`,
		},
	})
}
