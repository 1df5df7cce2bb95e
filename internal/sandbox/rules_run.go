package sandbox

import "regexp"

var toolKeyPattern = regexp.MustCompile(`^[A-Za-z]([A-Za-z0-9]*([_-][A-Za-z0-9]+)*)?$`)

// runRules are the rules of POST /v2/agents/run and /v2/agents/stream-run.
func runRules() object {
	return append(invocationRules(),
		need("key", text{Min: 1, Match: agentKeyPattern}),
		need("model", modelRules()),
		may("fallback_models", list{Of: modelRules()}),
		need("role", text{Min: 1}),
		need("instructions", text{Min: 1}),
		need("path", text{}),
		may("description", text{Min: 1}),
		may("system_prompt", text{Min: 1}),
		may("memory_stores", list{Of: text{}}),
		may("knowledge_bases", list{Of: object{need("knowledge_id", text{})}}),
		may("team_of_agents", list{Of: object{need("key", text{}), may("role", text{})}}),
		need("settings", settingsRules(inlineToolRules())),
	)
}

// invokeRules are the rules of POST /v2/agents/{key}/task and .../stream-task.
func invokeRules() object {
	return append(invocationRules(), may("configuration", object{may("blocking", boolean{})}))
}

func invocationRules() object {
	identity := object{
		need("id", text{}),
		may("display_name", text{}),
		may("email", text{Format: "email"}),
		may("metadata", list{Of: dict{Of: anything{}}}),
		may("logo_url", text{}),
		may("tags", list{Of: text{}}),
	}
	return object{
		may("task_id", text{}),
		need("message", messageRules()),
		may("variables", dict{Of: anything{}}),
		may("identity", identity),
		may("contact", identity),
		may("thread", object{need("id", text{}), may("tags", list{Of: text{}})}),
		may("memory", object{need("entity_id", text{})}),
		may("metadata", dict{Of: anything{}}),
		may("engine", engineRules()),
		may("stream_timeout_seconds", number{Min: 1, Max: 3600, Whole: true}),
	}
}

func messageRules() rule {
	part := variants{By: "kind", Of: map[string]object{
		"text":        {need("text", text{})},
		"file":        {need("file", fileRules{}), may("metadata", dict{Of: anything{}})},
		"tool_result": {need("tool_call_id", text{Min: 1}), may("result", anything{}), may("metadata", dict{Of: anything{}})},
		"error":       {need("error", text{}), may("code", number{})},
	}}
	result := variants{By: "kind", Of: map[string]object{"tool_result": part.Of["tool_result"]}}
	common := object{may("messageId", text{})}
	return variants{By: "role", Of: map[string]object{
		"user": append(common, need("parts", list{Of: part})),
		"tool": append(common, need("parts", list{Of: result})),
	}}
}

// fileRules want the content of a file or where it is.
type fileRules struct{}

func (r fileRules) check(at string, value any, to *problems) {
	r.object().check(at, value, to)
	if file, ok := value.(map[string]any); ok && file["uri"] == nil && file["bytes"] == nil {
		to.add(join(at, "bytes"), "is required, or %s", join(at, "uri"))
	}
}

func (r fileRules) prune(at string, value any, cut *[]string) { r.object().prune(at, value, cut) }

func (fileRules) object() object {
	return object{may("uri", text{}), may("bytes", text{Min: 1}), may("mimeType", text{}), may("name", text{})}
}

// inlineToolRules are the rules of a tool of a run: built in, or defined on the spot.
func inlineToolRules() rule {
	of := map[string]object{}
	for _, typ := range builtInTools() {
		of[typ] = object{may("requires_approval", boolean{})}
	}
	of["http"] = definedTool(true, need("http", httpToolRules()))
	of["code"] = definedTool(true, need("code_tool", object{
		may("parameters", parameterRules(text{OneOf: []string{"object"}})),
		need("language", text{OneOf: []string{"python"}}),
		need("code", text{Min: 1}),
	}))
	of["function"] = definedTool(false, need("function", object{
		need("name", text{}),
		may("description", text{}),
		may("strict", boolean{}),
		may("parameters", parameterRules(text{OneOf: []string{"object"}})),
	}))
	of["json_schema"] = definedTool(true, need("json_schema", object{
		need("name", text{Min: 1, Max: 64}),
		need("description", text{}),
		need("schema", parameterRules(text{})),
		may("strict", boolean{}),
	}))
	of["mcp"] = definedTool(true, need("mcp", mcpToolRules()))
	return also{notReadShape{}, variants{By: "type", Of: of}}
}

func definedTool(described bool, definition field) object {
	return object{
		need("key", text{Min: 1, Max: 64, Match: toolKeyPattern}),
		may("_id", text{}),
		may("display_name", text{}),
		{"description", text{}, described},
		may("requires_approval", boolean{}),
		definition,
	}
}

func parameterRules(typ text) rule {
	return open{of: object{need("type", typ), need("properties", dict{Of: anything{}}), need("required", list{Of: text{}})}}
}

func httpToolRules() rule {
	return object{
		need("blueprint", object{
			need("url", text{}),
			need("method", text{OneOf: []string{"GET", "POST", "PUT", "DELETE"}}),
			may("headers", dict{Of: textOr{object{need("value", text{}), may("encrypted", boolean{})}}}),
			may("body", dict{Of: anything{}}),
		}),
		may("arguments", dict{Of: object{
			need("type", text{OneOf: []string{"string", "number", "boolean"}}),
			need("description", text{}),
			may("send_to_model", boolean{}),
			may("default_value", anything{}),
		}}),
	}
}

func mcpToolRules() rule {
	return object{
		need("server_url", text{Format: "url"}),
		may("headers", dict{Of: object{need("value", text{}), may("encrypted", boolean{})}}),
		need("tools", list{Of: object{
			may("id", text{}),
			need("name", text{}),
			may("description", text{}),
			need("schema", open{of: object{
				need("type", text{OneOf: []string{"object"}}),
				may("properties", dict{Of: anything{}}),
				may("required", list{Of: text{}}),
			}}),
		}}),
		need("connection_type", text{OneOf: []string{"http", "sse"}}),
	}
}
