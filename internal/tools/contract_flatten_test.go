package tools

import (
	"maps"
	"slices"
)

// What follows writes bodies of the contract as the arguments of the tools in their advertised, flat form. It shares no
// code with the tools, which do the same in the other direction.

// flatAgent moves the settings up, and splits the model into its id and the rest.
func flatAgent(body fields) fields {
	if settings, ok := body["settings"].(fields); ok {
		delete(body, "settings")
		maps.Copy(body, settings)
	}
	if model, ok := body["model"].(fields); ok {
		delete(body, "model")
		if id, ok := model["id"]; ok {
			delete(model, "id")
			body["model"] = id
		}
		body["model_settings"] = model
	}
	bases, _ := body["knowledge_bases"].([]any)
	for i, base := range bases {
		if id, ok := base.(fields)["knowledge_id"]; ok {
			bases[i] = id
		}
	}
	return body
}

func flatUpdate(body fields) fields {
	moved(body, "versionIncrement", "version_increment")
	moved(body, "versionDescription", "version_description")
	if connection, ok := body["a2a"].(fields); ok {
		flatHeaders(connection)
	}
	return flatAgent(body)
}

// flatHeaders splits headers into their values and the names of those that are not encrypted.
func flatHeaders(owner fields) fields {
	headers, ok := owner["headers"].(fields)
	if !ok {
		return owner
	}
	var plain []any
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		header := headers[name].(fields)
		if value, ok := header["value"]; ok {
			headers[name] = value
		}
		if header["encrypted"] == false {
			plain = append(plain, name)
		}
	}
	owner["plain_headers"] = plain
	return owner
}

func flatRun(body fields) fields {
	flatAgent(body)
	tools, _ := body["tools"].([]any)
	for _, tool := range tools {
		flatInlineTool(tool.(fields))
	}
	return flatInvocation(body)
}

// flatInlineTool moves the inside of a definition up.
func flatInlineTool(tool fields) {
	moved(tool, "_id", "id")
	for _, name := range []string{"http", "code_tool", "function", "json_schema", "mcp"} {
		definition, ok := tool[name].(fields)
		if !ok {
			continue
		}
		delete(tool, name)
		if blueprint, ok := definition["blueprint"].(fields); ok {
			delete(definition, "blueprint")
			maps.Copy(definition, blueprint)
		}
		delete(definition, "language") // there is but one
		moved(definition, "server_url", "url")
		moved(definition, "schema", "parameters")
		moved(definition, "description", "inner_description")
		maps.Copy(tool, definition)
	}
}

// flatInvocation splits the message into text, files and tool results, unless only the API's own form can say it.
func flatInvocation(body fields) fields {
	if memory, ok := body["memory"].(fields); ok {
		delete(body, "memory")
		maps.Copy(body, memory)
		moved(body, "entity_id", "memory_entity_id")
	}
	message, _ := body["message"].(fields)
	parts, _ := message["parts"].([]any)
	if len(message) != 2 || !slices.ContainsFunc(parts, isNot("error")) {
		return body
	}
	delete(body, "message")
	var files, results []any
	for _, part := range parts {
		part := part.(fields)
		switch part["kind"] {
		case "text":
			body["message"] = part["text"]
		case "file":
			files = append(files, flatFile(part))
		case "tool_result":
			delete(part, "kind")
			results = append(results, part)
		}
	}
	if files != nil {
		body["files"] = files
	}
	if results != nil {
		body["tool_results"] = results
	}
	return body
}

func flatFile(part fields) fields {
	file, ok := part["file"].(fields)
	if !ok {
		return fields{}
	}
	moved(file, "bytes", "base64")
	moved(file, "mimeType", "mime_type")
	if metadata, ok := part["metadata"]; ok {
		file["metadata"] = metadata
	}
	return file
}

// sayings are bodies whose messages can each be one call's, and together say what one body's says: a user's parts and
// the results of tools do not mix. In the API's own form a message has an id and may tell of errors.
func sayings(body fields, own bool) []fields {
	message := body["message"].(fields)
	parts, _ := message["parts"].([]any)
	said := slices.DeleteFunc(slices.Clone(parts), isNot("text", "file", "error"))
	answered := slices.DeleteFunc(slices.Clone(parts), isNot("tool_result"))
	if len(said) == 0 {
		said = []any{fields{"kind": "text", "text": "hello"}}
	}
	if !own {
		said = slices.DeleteFunc(said, isNot("text", "file"))
	}
	var all []fields
	for role, parts := range map[string][]any{"user": said, "tool": answered} {
		if len(parts) == 0 {
			continue
		}
		one := fields{"role": role, "parts": parts}
		if own {
			one["messageId"] = message["messageId"]
		}
		whole := maps.Clone(body)
		whole["message"] = one
		all = append(all, whole)
	}
	return all
}

// isNot tells which parts of a message are of none of some kinds.
func isNot(kinds ...string) func(any) bool {
	return func(part any) bool {
		kind, _ := part.(fields)["kind"].(string)
		return !slices.Contains(kinds, kind)
	}
}

// moved gives a property another name.
func moved(object fields, from, to string) {
	if value, ok := object[from]; ok {
		delete(object, from)
		object[to] = value
	}
}
