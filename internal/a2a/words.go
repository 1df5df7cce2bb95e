package a2a

import (
	"encoding/json"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// wordsOf returns the words of an error on one line, and those of its data as JSON when it has data without words. It is
// empty when there are none. Explain bounds them: secrets are masked first, and could not be found if they were cut.
func wordsOf(value any) string {
	words := errortext.In(value).Text
	if data := asObject(value).object("data", "detail", "details"); len(data) > 0 && errortext.In(map[string]any(data)).Text == "" {
		if encoded, err := json.Marshal(data); err == nil {
			words = errortext.Join(words, redact.JSONString(string(encoded)))
		}
	}
	return oneLine(words)
}

// oneLine returns a text without line breaks.
func oneLine(text string) string {
	return strings.Join(strings.Fields(truncate.BytePrefix(text, maxErrorBody)), " ")
}
