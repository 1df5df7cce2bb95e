package tools

import (
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

// apiField matches the paths of API fields that are arguments of another name. A path begins after a blank or a mark, so that
// names of models and agents in a text stay.
var apiField = lazy.Regexp{Text: `(^|[\s"'` + "`" + `([{,:])(?:body\.)?(memory\.entity_id|(?:previous_)?response_id\b|settings\.[a-z]|model\.id\b|model\.(?:parameters|retry)\b|version(?:Increment|Description)\b)`}

// argumentNames returns a text of the API with the names of the tools' arguments in place of those of the API's fields.
func argumentNames(text string) string {
	return apiField.Get().ReplaceAllStringFunc(text, func(match string) string {
		parts := apiField.Get().FindStringSubmatch(match)
		return parts[1] + argumentOf(parts[2])
	})
}

// argumentName returns the name of the argument for a field of an update.
func argumentName(field string) string {
	if field == "key" {
		return "new_key"
	}
	return argumentOf(field)
}

// argumentOf returns the name of the argument for the path of a field, which may be cut after its beginning.
func argumentOf(path string) string {
	switch path {
	case "memory.entity_id":
		return "memory_entity_id"
	case "previous_response_id", "response_id":
		return "task_id"
	case "model.id":
		return "model"
	case "versionIncrement":
		return "version_increment"
	case "versionDescription":
		return "version_description"
	}
	if rest, ok := strings.CutPrefix(path, "settings."); ok {
		return rest
	}
	if rest, ok := strings.CutPrefix(path, "model."); ok {
		return "model_settings." + rest
	}
	return path
}
