package tools

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// isMasked is the problem of an argument that was copied from a result in which secrets are masked. Sent to the API, the mask would
// replace the secret.
const isMasked = "is masked, not the value: give the value, or leave it out"

// checkMaskedTexts reports the texts of which a part is masked, such as the password in a URL. A text that is the mask as a
// whole came from no result: get_agent masks only parts of these.
func checkMaskedTexts(texts map[string]string, report func(path, message string)) {
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		if text := texts[path]; text != redact.Mask && redact.IsMasked(text) {
			report(path, "has a part that is masked (***): give the whole value, or leave it out")
		}
	}
}

// checkMasked reports every masked value within value, which may be a string, a list or an object.
func checkMasked(path string, value any, report func(path, message string)) {
	switch value := value.(type) {
	case string:
		if redact.IsMasked(value) {
			report(path, isMasked)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			checkMasked(fieldpath.Join(path, name), value[name], report)
		}
	case []any:
		for i, item := range value {
			checkMasked(fieldpath.Index(path, i), item, report)
		}
	}
}

// checkMaskedFields is checkMasked for the fields of a struct, as they are sent. The sequences that stop a model are none of a
// credential's, and three asterisks may be one.
func checkMaskedFields(path string, fields any, report func(path, message string)) {
	sent, err := json.Marshal(fields)
	var value any
	if err != nil || json.Unmarshal(sent, &value) != nil {
		return // it could not be sent, either
	}
	checkMasked(path, withoutStop(value), report)
}

// withoutStop returns what a model or a list of them is configured with, without the sequences that stop it.
func withoutStop(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if parameters, ok := value["parameters"].(map[string]any); ok {
			delete(parameters, "stop")
		}
	case []any:
		for _, item := range value {
			withoutStop(item)
		}
	}
	return value
}
