package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// agentUpdated is the output of update_agent.
type agentUpdated struct {
	Changes []change `json:"changes" jsonschema:"required"`
	agentChanged
}

// change is a field of an agent that an update changed. Before or After is empty where the field was not set.
type change struct {
	// Field is the path of the field, such as settings.max_cost.
	Field string `json:"field" jsonschema:"required"`
	// Before and After are text, or JSON. Of long values only the part around the first difference is kept.
	Before string `json:"before,omitzero"`
	After  string `json:"after,omitzero"`
}

// Text lists the changes, then describes the agent.
func (o agentUpdated) Text() string {
	if len(o.Changes) == 0 {
		return "Nothing changed, the agent was like that already. " + o.agentChanged.Text()
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s of agent %s:\n", pluralize(len(o.Changes), "change"), o.Key)
	for _, changed := range o.Changes {
		text.WriteString(changed.line() + "\n")
	}
	return text.String() + o.agentChanged.Text()
}

func (o agentUpdated) truncated(cuts []cut) output {
	o.agentChanged = o.agentChanged.truncated(cuts).(agentChanged)
	return o
}

// line returns the change as a line, or several if a value has several.
func (c change) line() string {
	before, after := c.Before, c.After
	if before == "" {
		before = "(not set)"
	}
	if after == "" {
		after = "(not set)"
	}
	if strings.Contains(before+after, "\n") {
		return fmt.Sprintf("- %s, before:\n%s\n  after:\n%s", c.Field, indented(before), indented(after))
	}
	return fmt.Sprintf("- %s: %s -> %s", c.Field, before, after)
}

func indented(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }

// changesBetween compares the API's JSON of an agent before and after an update. Values are masked only after the comparison,
// so that a changed secret is listed. Fields that the service changes at every update are left out.
func changesBetween(before, after string) []change {
	changes := []change{}
	old, updated := fieldsOf(before), fieldsOf(after)
	for _, path := range updated.paths {
		if updated.values[path] != old.values[path] {
			changes = append(changes, newChange(path, old.masked[path], updated.masked[path]))
		}
	}
	for _, path := range old.paths {
		if _, ok := updated.values[path]; !ok {
			changes = append(changes, newChange(path, old.masked[path], ""))
		}
	}
	return changes
}

// agentFields holds the fields of an agent by path.
type agentFields struct {
	// paths are in the order of the agent's JSON.
	paths  []string
	values map[string]string
	// masked are the values with secrets masked.
	masked map[string]string
}

func fieldsOf(agent string) agentFields {
	raw, err := json.Marshal(newAgentDetail(agent))
	if err != nil {
		return agentFields{}
	}
	f := agentFields{values: map[string]string{}, masked: map[string]string{}}
	walkFields("", gjson.ParseBytes(raw), func(path, value string) {
		f.paths = append(f.paths, path)
		f.values[path] = value
	})
	walkFields("", gjson.ParseBytes(redact.JSON(raw)), func(path, value string) { f.masked[path] = value })
	return f
}

// comparedByField are the paths of the objects whose fields are compared one by one.
var comparedByField = []string{"", "model", "settings", "a2a", "variables"}

// ignoredFields change with every update.
var ignoredFields = []string{"updated", "other"}

// walkFields calls visit for value, or for each field within it if its path is in comparedByField.
func walkFields(path string, value gjson.Result, visit func(path, value string)) {
	switch {
	case slices.Contains(ignoredFields, path), value.Type == gjson.Null:
	case !value.IsObject() || !slices.Contains(comparedByField, path):
		visit(path, canonical(value))
	default:
		value.ForEach(func(name, member gjson.Result) bool {
			walkFields(fieldpath.Join(path, name.Str), member, visit)
			return true
		})
	}
}

// canonical returns a string as it is, and any other value as JSON with sorted fields, because field order is no change.
func canonical(value gjson.Result) string {
	if !value.IsObject() && !value.IsArray() {
		return value.String()
	}
	decoder := json.NewDecoder(strings.NewReader(value.Raw))
	decoder.UseNumber()
	var decoded any
	if decoder.Decode(&decoded) != nil {
		return value.Raw
	}
	sorted, err := json.Marshal(decoded)
	if err != nil {
		return value.Raw
	}
	return string(sorted)
}

const (
	// maxChangeBytes bounds each side of a change.
	maxChangeBytes = 400
	// changeContext is the number of bytes kept before the place where two long values begin to differ.
	changeContext = 40
)

// newChange shortens two long values to the part around their first difference.
func newChange(field, before, after string) change {
	start := 0
	if max(len(before), len(after)) > maxChangeBytes {
		for start < min(len(before), len(after)) && before[start] == after[start] {
			start++
		}
		start = max(0, start-changeContext)
	}
	return change{Field: field, Before: excerpt(before, start), After: excerpt(after, start)}
}

// excerpt returns up to maxChangeBytes of text from about start, with an ellipsis at each end that is cut.
func excerpt(text string, start int) string {
	if start >= len(text) {
		start = 0
	}
	rest, begins := relay.TextFrom(text, start)
	part := head(rest, maxChangeBytes)
	if len(part) < len(rest) {
		part += "…"
	}
	if begins > 0 {
		part = "…" + part
	}
	return part
}
