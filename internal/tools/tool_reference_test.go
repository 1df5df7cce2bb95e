package tools

import (
	"fmt"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestStoredToolErrors(t *testing.T) {
	t.Parallel()
	with := func(tool string) string {
		return `{` + requiredOfAnAgent + `, "model": "m", "tools": [{"type": "current_date"}, ` + tool + `]}`
	}
	var mistakes []mistake
	for _, stored := range storedTools {
		rest := ""
		if stored == "mcp" {
			rest = `, "tool_id": "t"`
		} else {
			mistakes = append(mistakes, mistake{
				stored + " with a tool_id", with(fmt.Sprintf(`{"type": %q, "key": "k", "tool_id": "t"}`, stored)),
				"tools[1].tool_id: not used for type=" + stored,
			})
		}
		mistakes = append(mistakes, mistake{
			stored + " without key and id", with(fmt.Sprintf(`{"type": %q%s}`, stored, rest)),
			"tools[1].key: key or id is required for type=" + stored,
		})
	}
	for _, builtIn := range orq.AllBuiltInTools() {
		mistakes = append(mistakes, mistake{
			builtIn + " with a key", with(fmt.Sprintf(`{"type": %q, "key": "k", "configuration": {"file_system_key": "docs"}}`, builtIn)),
			"tools[1].key: not used for type=" + builtIn,
		})
	}
	checkMistakes(t, "create_agent", append(mistakes, []mistake{
		{"a built-in with an id", with(`{"type": "current_date", "id": "i"}`), "tools[1].id: not used for type=current_date"},
		{"a provider's with a tool_id", with(`{"type": "openai:web_search", "tool_id": "t"}`), "tools[1].tool_id: not used for type=openai:web_search"},
		{"http that is too slow", with(`{"type": "http", "key": "k", "timeout": 600.5}`), "tools[1].timeout: must be between 1 and 600, got 600.5"},
		{"http without time", with(`{"type": "http", "key": "k", "timeout": 0}`), "tools[1].timeout: must be between 1 and 600, got 0"},
		{"code that is too slow", with(`{"type": "code", "key": "k", "timeout": 121}`), "tools[1].timeout: must be between 1 and 120, got 121"},
		{"a provider's that is too slow", with(`{"type": "openai:web_search", "timeout": 601}`), "tools[1].timeout: must be between 1 and 600, got 601"},
		{"a built-in with a timeout", with(`{"type": "sidekick", "timeout": 5}`), "tools[1].timeout: not used for type=sidekick"},
		{"a function with a timeout", with(`{"type": "function", "key": "k", "timeout": 5}`), "tools[1].timeout: not used for type=function"},
		{"a stored tool with a configuration", with(`{"type": "http", "key": "k", "configuration": {"a": 1}}`), "tools[1].configuration: not used for type=http"},
		{"a file system without a configuration", with(`{"type": "file_system"}`), "tools[1].configuration: needs file_system_id or file_system_key for type=file_system"},
		{"a file system without a name", with(`{"type": "file_system", "configuration": {"access_mode": "read_only", "file_system_key": ""}}`), "tools[1].configuration: needs file_system_id or file_system_key for type=file_system"},
		{"a file system that is a number", with(`{"type": "file_system", "configuration": {"file_system_id": 7}}`), "tools[1].configuration.file_system_id: must be a string"},
		{"a misspelt access mode", with(`{"type": "file_system", "configuration": {"file_system_key": "docs", "access_mode": "readwrite_"}}`), "tools[1].configuration.access_mode: must be one of read_only, read_write"},
		{"a built-in with a tool_id", with(`{"type": "current_date", "tool_id": "i"}`), "tools[1].tool_id: not used for type=current_date"},
		{"mcp without tool_id", with(`{"type": "mcp", "key": "k"}`), "tools[1].tool_id: required for type=mcp"},
		{
			"an unknown type", with(`{"type": "google"}`),
			"tools[1].type: must be one of " + allBuiltIns + `, http, code, function, json_schema, mcp, or provider:name; got "google" (did you mean google_search?)`,
		},
		{"no type", with(`{"key": "k"}`), "tools[1].type: required"},
		{"a misspelt field", with(`{"type": "http", "key": "k", "require_approval": true}`), "tools[1].require_approval: unknown; did you mean requires_approval?"},
	}...))
}
