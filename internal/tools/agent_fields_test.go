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
	for _, builtIn := range orq.BuiltInTools() {
		mistakes = append(mistakes, mistake{
			builtIn + " with a key", with(fmt.Sprintf(`{"type": %q, "key": "k"}`, builtIn)),
			"tools[1].key: not used for type=" + builtIn,
		})
	}
	checkMistakes(t, "create_agent", append(mistakes, []mistake{
		{"a built-in with an id", with(`{"type": "current_date", "id": "i"}`), "tools[1].id: not used for type=current_date"},
		{"a provider's with a key", with(`{"type": "openai:web_search", "key": "k"}`), "tools[1].key: not used for type=openai:web_search"},
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
