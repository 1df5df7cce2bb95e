package tools

import (
	"maps"
	"slices"
)

// The functions of this file convert bodies of the contract to arguments of the tools in the advertised, flat form. They share no
// code with the tools, which convert in the other direction.

// flatAgent moves the settings up and splits the model into its id and the rest.
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
	renameField(body, "versionIncrement", "version_increment")
	renameField(body, "versionDescription", "version_description")
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

// flatInlineTool moves the fields of a definition up.
func flatInlineTool(tool fields) {
	renameField(tool, "_id", "id")
	for _, name := range []string{"http", "code_tool", "function", "json_schema", "mcp"} {
		definition, ok := tool[name].(fields)
		if !ok {
			continue
		}
		delete(tool, name)
		if blueprint, ok := definition["blueprint"].(fields); ok {
			delete(definition, "blueprint")
			renameField(blueprint, "timeout", "request_timeout")
			maps.Copy(definition, blueprint)
		}
		delete(definition, "language") // there is only one
		renameField(definition, "server_url", "url")
		renameField(definition, "schema", "parameters")
		renameField(definition, "description", "inner_description")
		maps.Copy(tool, definition)
	}
}

// flatInvocation splits the message into text, files and tool results, unless only the API's form can express it.
func flatInvocation(body fields) fields {
	if memory, ok := body["memory"].(fields); ok {
		delete(body, "memory")
		maps.Copy(body, memory)
		renameField(body, "entity_id", "memory_entity_id")
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
	renameField(file, "bytes", "base64")
	renameField(file, "mimeType", "mime_type")
	if metadata, ok := part["metadata"]; ok {
		file["metadata"] = metadata
	}
	return file
}

// splitMessages splits a body into bodies whose messages are valid: a user's parts and tool results do not go together. With
// apiForm the messages keep their id and error parts, which the flat form does not have.
func splitMessages(body fields, apiForm bool) []fields {
	message := body["message"].(fields)
	parts, _ := message["parts"].([]any)
	userParts := slices.DeleteFunc(slices.Clone(parts), isNot("text", "file", "error"))
	toolParts := slices.DeleteFunc(slices.Clone(parts), isNot("tool_result"))
	if len(userParts) == 0 {
		userParts = []any{fields{"kind": "text", "text": "hello"}}
	}
	if !apiForm {
		userParts = slices.DeleteFunc(userParts, isNot("text", "file"))
	}
	var all []fields
	for role, parts := range map[string][]any{"user": userParts, "tool": toolParts} {
		if len(parts) == 0 {
			continue
		}
		one := fields{"role": role, "parts": parts}
		if apiForm {
			one["messageId"] = message["messageId"]
		}
		whole := maps.Clone(body)
		whole["message"] = one
		all = append(all, whole)
	}
	return all
}

// isNot returns a predicate for parts of a message that are of none of the kinds.
func isNot(kinds ...string) func(any) bool {
	return func(part any) bool {
		kind, _ := part.(fields)["kind"].(string)
		return !slices.Contains(kinds, kind)
	}
}

// renameField renames a property, if the object has it.
func renameField(object fields, from, to string) {
	if value, ok := object[from]; ok {
		delete(object, from)
		object[to] = value
	}
}
