// Package answers holds what every successful answer of a tool must be: a structure that fits the tool's output schema,
// and a text for a reader that says all that the structure says. Of four leading clients two show their model only the
// structure, and two only the text.
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

// Check wants a good answer of a tool, whose output schema is given.
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
	for _, value := range untold("", structure, text) {
		t.Errorf("the text of %s lacks %s:\n%.3000s", tool, value, text)
	}
}

// compiled keeps schemas by their text, because the tests would compile the same ones again and again.
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

// inWords are the values that a text may tell in a sentence.
var inWords = map[string][]string{
	"has_more true":  {"There are more"},
	"has_more false": {"These are all", "There are no such agents"},
	"deleted true":   {"Deleted agent"},
	"truncated true": {"Shown in part", "was cut"},
}

// onALine reports whether the text has a line that is, but for its indentation, the given one: most values are told so.
func onALine(text, line string) bool {
	return strings.Contains(text, " "+line+"\n") || strings.Contains(text, "\n"+line+"\n")
}

// untold are the scalar values below value that text does not hold: strings line by line, others with their name.
func untold(name string, value any, text string) []string {
	var missing []string
	switch value := value.(type) {
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(value)) {
			missing = append(missing, untold(field, value[field], text)...)
		}
	case []any:
		for _, item := range value {
			missing = append(missing, untold("", item, text)...)
		}
	case string:
		if strings.Contains(text, value) {
			return nil
		}
		for line := range strings.Lines(value) {
			if !strings.Contains(text, strings.TrimSpace(line)) {
				missing = append(missing, fmt.Sprintf("%s %q", name, line))
			}
		}
	case nil:
	default:
		if onALine(text, fmt.Sprintf("%s: %v", name, value)) {
			return nil
		}
		told := regexp.MustCompile(`(?i)(^|\W)` + regexp.QuoteMeta(name) + `:? ?` + regexp.QuoteMeta(fmt.Sprint(value)) + `(\W|$)`)
		words := inWords[fmt.Sprintf("%s %v", name, value)]
		if !told.MatchString(text) && !slices.ContainsFunc(words, func(words string) bool { return strings.Contains(text, words) }) {
			missing = append(missing, fmt.Sprintf("%s %v", name, value))
		}
	}
	return missing
}
