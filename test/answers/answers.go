// Package answers checks the successful results of tools: the structured content must match the tool's output schema, and
// the text must contain every value of it. Both are needed, because of four leading clients two show their model only the
// structured content, and two only the text.
package answers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Check reports an error for structured content that does not match outputSchema, and for text that is JSON or lacks one
// of its values.
func Check(t testing.TB, tool string, outputSchema, structured json.RawMessage, text string) {
	t.Helper()
	structure, err := jsonschema.UnmarshalJSON(bytes.NewReader(structured))
	if err != nil {
		t.Fatalf("the structure of %s: %v: %.300q", tool, err, structured)
	}
	schema, err := compile(outputSchema)
	if err != nil {
		t.Fatalf("the output schema of %s: %v", tool, err)
	}
	if err := schema.Validate(structure); err != nil {
		t.Errorf("the structure of %s breaks its output schema: %v", tool, err)
	}
	if strings.HasPrefix(text, "{") && json.Valid([]byte(text)) {
		t.Errorf("the text of %s is JSON, not for a reader: %.300s", tool, text)
	}
	for _, value := range missingValues("", structure, text) {
		t.Errorf("the text of %s lacks %s:\n%.3000s", tool, value, text)
	}
}

// compiled caches schemas by their JSON, because tests check many results against few schemas.
var compiled sync.Map

func compile(schema json.RawMessage) (*jsonschema.Schema, error) {
	if known, ok := compiled.Load(string(schema)); ok {
		return known.(*jsonschema.Schema), nil
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft2020)
	if err := compiler.AddResource("output", document); err != nil {
		return nil, err
	}
	ready, err := compiler.Compile("output")
	if err == nil {
		compiled.Store(string(schema), ready)
	}
	return ready, err
}

// phrases are the sentences that may stand for a value.
var phrases = map[string][]string{
	"has_more true":  {"There are more"},
	"has_more false": {"These are all", "There are no "},
	"deleted true":   {"Deleted agent"},
	"truncated true": {"Shown in part", "was cut"},
}

// hasLine reports whether text has the line, with any indentation. Most values stand on a line of their own.
func hasLine(text, line string) bool {
	return strings.Contains(text, " "+line+"\n") || strings.Contains(text, "\n"+line+"\n")
}

// missingValues returns the scalar values in value that text lacks. It searches strings line by line, and others with
// their name.
func missingValues(name string, value any, text string) []string {
	var missing []string
	switch value := value.(type) {
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(value)) {
			missing = append(missing, missingValues(field, value[field], text)...)
		}
	case []any:
		for _, item := range value {
			missing = append(missing, missingValues("", item, text)...)
		}
	case string:
		if strings.Contains(text, value) || name == "kind" && strings.Contains(text, strings.ReplaceAll(value, "_", " ")) {
			return nil // a kind is written in words
		}
		for line := range strings.Lines(value) {
			if !strings.Contains(text, strings.TrimSpace(line)) {
				missing = append(missing, fmt.Sprintf("%s %q", name, line))
			}
		}
	case nil:
	default:
		if hasLine(text, fmt.Sprintf("%s: %v", name, value)) {
			return nil
		}
		pattern := regexp.MustCompile(`(?i)(^|\W)` + regexp.QuoteMeta(name) + `:? ?` + regexp.QuoteMeta(fmt.Sprint(value)) + `(\W|$)`)
		words := phrases[fmt.Sprintf("%s %v", name, value)]
		if !pattern.MatchString(text) && !slices.ContainsFunc(words, func(words string) bool { return strings.Contains(text, words) }) {
			missing = append(missing, fmt.Sprintf("%s %v", name, value))
		}
	}
	return missing
}
