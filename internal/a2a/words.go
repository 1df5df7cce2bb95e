package a2a

import (
	"encoding/json"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// The fields in which errors have their words: the first that is there of each list, joined.
var (
	headlines = []string{"message", "msg", "title", "error", "errorMessage", "description"}
	details   = []string{"detail", "details", "data", "errorDescription", "errors", "reason", "cause"}
)

// wordsOf returns the words of an error in the forms in which frameworks write them: a text, an object of JSON-RPC with
// data, problem+json, a list of failed checks. It is empty when there are none. Explain bounds them: secrets are masked
// first, and could not be found if they were cut.
func wordsOf(value any) string { return wordsAt(value, 0) }

func wordsAt(value any, depth int) string {
	if depth > maxNesting {
		return ""
	}
	switch v := value.(type) {
	case string:
		return oneLine(v)
	case []any:
		var all []string
		for _, item := range v[:min(len(v), maxNesting)] {
			if words := wordsAt(item, depth+1); words != "" {
				all = append(all, words)
			}
		}
		return strings.Join(all, "; ")
	case map[string]any:
		return objectWords(v, depth)
	}
	return ""
}

func objectWords(o object, depth int) string {
	if o.get("@type") != nil { // a detail of google.rpc.Status: the rest of it is for programs
		return wordsAt(o.get("message", "description", "fieldViolations"), depth+1)
	}
	words := wordsAt(o.get(headlines...), depth+1)
	detail := o.get(details...)
	more := wordsAt(detail, depth+1)
	if data := asObject(detail); more == "" && len(data) > 0 {
		if encoded, err := json.Marshal(detail); err == nil {
			more = oneLine(redact.JSONString(string(encoded)))
		}
	}
	if where := o.place(); where != "" && words != "" {
		words = where + ": " + words
	}
	switch {
	case words == "":
		return more
	case more == "" || strings.Contains(words, more):
		return words
	}
	return strings.TrimRight(words, ".: ") + ": " + more
}

// place returns the path of the field that a failed check is about, as Pydantic writes it.
func (o object) place() string {
	var path []string
	for _, step := range o.list("loc") {
		if name := scalar(step); name != "" {
			path = append(path, name)
		}
	}
	return strings.Join(path, ".")
}

// oneLine returns a text without line breaks.
func oneLine(text string) string {
	return strings.Join(strings.Fields(truncate.BytePrefix(text, maxErrorBody)), " ")
}
