package validate

import (
	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
)

var toolKeyPattern = lazy.Regexp{Text: orq.ToolKeyPattern}

// Run is the rules of POST /v2/agents/run and /v2/agents/stream-run.
func Run() Object {
	return append(invocationRules(),
		need("key", text{Min: 1, Match: agentKeyPattern.Get()}),
		need("model", modelRules()),
		may("fallback_models", list{Of: modelRules()}),
		need("role", text{Min: 1}),
		need("instructions", text{Min: 1}),
		need("path", text{}),
		may("description", text{Min: 1}),
		may("system_prompt", text{Min: 1, Null: true}),
		may("memory_stores", list{Of: text{}}),
		may("knowledge_bases", list{Of: Object{need("knowledge_id", text{})}}),
		may("team_of_agents", list{Of: Object{need("key", text{}), may("role", text{})}}),
		need("settings", settingsRules(inlineToolRules())),
	)
}

// Invoke is the rules of POST /v2/agents/{key}/task and .../stream-task.
func Invoke() Object {
	return append(invocationRules(), may("configuration", Object{may("blocking", boolean{})}))
}

// Respond is the rules of POST /v2/agents/{agent_key}/responses.
func Respond() Object {
	return append(Invoke(),
		may("background", boolean{}), may("stream", boolean{}), may("conversation", Object{need("_id", text{Min: 1})}))
}

func invocationRules() Object {
	identity := Object{
		need("id", text{}),
		may("display_name", text{}),
		may("email", text{Format: "email"}),
		may("metadata", list{Of: dict{Of: anything{}}}),
		may("logo_url", text{}),
		may("tags", list{Of: text{}}),
	}
	return Object{
		may("task_id", text{}),
		need("message", messageRules()),
		may("variables", dict{Of: anything{}}),
		may("identity", identity),
		may("contact", identity),
		may("thread", Object{need("id", text{}), may("tags", list{Of: text{}})}),
		may("memory", Object{need("entity_id", text{})}),
		may("metadata", dict{Of: anything{}}),
		may("engine", engineRules()),
		may("stream_timeout_seconds", number{Min: 1, Max: 3600, Whole: true}),
	}
}

func messageRules() rule {
	part := variants{By: "kind", Of: map[string]Object{
		"text":        {need("text", text{})},
		"file":        {need("file", fileRules{}), may("metadata", dict{Of: anything{}})},
		"tool_result": {need("tool_call_id", text{Min: 1}), may("result", anything{}), may("metadata", dict{Of: anything{}})},
		"error":       {need("error", text{}), may("code", number{})},
	}}
	result := variants{By: "kind", Of: map[string]Object{"tool_result": part.Of["tool_result"]}}
	common := Object{may("messageId", text{})}
	return variants{By: "role", Of: map[string]Object{
		"user": append(common, need("parts", list{Of: part})),
		"tool": append(common, need("parts", list{Of: result})),
	}}
}

// fileRules require the content of a file or its address.
type fileRules struct{}

func (r fileRules) check(at string, value any, problems *apierror.Problems) {
	r.object().check(at, value, problems)
	if file, ok := value.(map[string]any); ok && file["uri"] == nil && file["bytes"] == nil {
		problems.Add(fieldpath.Join(at, "bytes"), "is required, or %s", fieldpath.Join(at, "uri"))
	}
}

func (r fileRules) prune(at string, value any, removed *[]string) {
	r.object().prune(at, value, removed)
}

func (fileRules) object() Object {
	return Object{may("uri", text{}), may("bytes", text{Min: 1}), may("mimeType", text{}), may("name", text{})}
}

// inlineToolRules are the rules of a tool of a run: built in, or defined on the spot.
func inlineToolRules() rule {
	of := builtInTools()
	of["http"] = definedTool(true, need("http", httpToolRules()), may("timeout", toolTimeout(maxHTTPTimeout)))
	of["code"] = definedTool(true, may("timeout", toolTimeout(maxCodeTimeout)), need("code_tool", Object{
		may("parameters", parameterRules(text{OneOf: []string{"object"}})),
		need("language", text{OneOf: []string{"python"}}),
		need("code", text{Min: 1}),
	}))
	of["function"] = definedTool(false, need("function", Object{
		need("name", text{}),
		may("description", text{}),
		may("strict", boolean{}),
		may("parameters", parameterRules(text{OneOf: []string{"object"}})),
	}))
	of["json_schema"] = definedTool(true, need("json_schema", Object{
		need("name", text{Min: 1, Max: orq.MaxToolKey}),
		need("description", text{}),
		need("schema", parameterRules(text{})),
		may("strict", boolean{}),
	}))
	of["mcp"] = definedTool(true, need("mcp", mcpToolRules()))
	return also{notReadShape{}, variants{By: "type", Of: of}}
}

func definedTool(described bool, definition ...field) Object {
	return append(Object{
		need("key", text{Min: 1, Max: orq.MaxToolKey, Match: toolKeyPattern.Get()}),
		may("_id", text{}),
		may("display_name", text{}),
		{"description", text{}, described},
		may("requires_approval", boolean{}),
	}, definition...)
}

func parameterRules(typ text) rule {
	return open{of: Object{need("type", typ), need("properties", dict{Of: anything{}}), need("required", list{Of: text{}})}}
}

func httpToolRules() rule {
	return Object{
		need("blueprint", Object{
			need("url", text{}),
			need("method", text{OneOf: []string{"GET", "POST", "PUT", "DELETE"}}),
			may("headers", dict{Of: textOr{Object{need("value", text{}), may("encrypted", boolean{})}}}),
			may("body", dict{Of: anything{}}),
			may("timeout", toolTimeout(maxHTTPTimeout)),
		}),
		may("arguments", dict{Of: Object{
			need("type", text{OneOf: []string{"string", "number", "boolean"}}),
			need("description", text{}),
			may("send_to_model", boolean{}),
			may("default_value", anything{}),
		}}),
	}
}

func mcpToolRules() rule {
	return Object{
		need("server_url", text{Format: "url"}),
		may("headers", dict{Of: Object{need("value", text{}), may("encrypted", boolean{})}}),
		need("tools", list{Of: Object{
			may("id", text{}),
			need("name", text{}),
			may("description", text{}),
			need("schema", open{of: Object{
				need("type", text{OneOf: []string{"object"}}),
				may("properties", dict{Of: anything{}}),
				may("required", list{Of: text{}}),
			}}),
		}}),
		need("connection_type", text{OneOf: []string{"http", "sse"}}),
	}
}
