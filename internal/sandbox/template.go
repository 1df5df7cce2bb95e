package sandbox

import (
	"encoding/json"
	"maps"
	"regexp"
)

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}`)

// render fills {{name}} from variables; a name that is not given stays as it is. It does the same for each engine:
// what else jinja and mustache know is left as it is written.
func render(template string, variables map[string]any) string {
	return placeholder.ReplaceAllStringFunc(template, func(match string) string {
		value, ok := variables[placeholder.FindStringSubmatch(match)[1]]
		if !ok {
			return match
		}
		if s, ok := value.(string); ok {
			return s
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			return match
		}
		return string(encoded)
	})
}

// withPlaceholders adds the placeholders of template that have no value, as empty ones.
func withPlaceholders(variables map[string]any, template string) map[string]any {
	all := map[string]any{}
	for _, match := range placeholder.FindAllStringSubmatch(template, -1) {
		all[match[1]] = ""
	}
	maps.Copy(all, variables)
	return all
}

// shorten cuts text to at most limit characters, and shows that it did.
func shorten(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
