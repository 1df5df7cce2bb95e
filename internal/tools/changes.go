package tools

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// agentUpdated is what update_agent answers.
type agentUpdated struct {
	Changes []change `json:"changes" jsonschema:"required"`
	agentChanged
}

// change is a field of an agent that is another than before. A side is absent where the field was not set.
type change struct {
	// Field is its path, like settings.max_cost.
	Field string `json:"field" jsonschema:"required"`
	// Before and After are text, or JSON; of what is long they show where it differs.
	Before string `json:"before,omitzero"`
	After  string `json:"after,omitzero"`
}

// Text tells the changes, then shows the agent.
func (o agentUpdated) Text() string {
	if len(o.Changes) == 0 {
		return "Nothing changed, the agent was like that already. " + o.agentChanged.Text()
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s of agent %s:\n", count(len(o.Changes), "change"), o.Key)
	for _, each := range o.Changes {
		text.WriteString(each.line() + "\n")
	}
	return text.String() + o.agentChanged.Text()
}

func (o agentUpdated) inPart(cuts []cut) output {
	o.agentChanged = o.agentChanged.inPart(cuts).(agentChanged)
	return o
}

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

// changesBetween compares two answers of the API about one agent, with secrets masked. What the service changes by itself
// at every update is left out.
func changesBetween(before, after json.RawMessage) []change {
	changes := []change{}
	old, now := fieldsOf(before), fieldsOf(after)
	for _, path := range now.paths {
		if now.values[path] != old.values[path] {
			changes = append(changes, newChange(path, old.shown[path], now.shown[path]))
		}
	}
	for _, path := range old.paths {
		if _, kept := now.values[path]; !kept {
			changes = append(changes, newChange(path, old.shown[path], ""))
		}
	}
	return changes
}

// agentFields are the fields of an agent by path, in order.
type agentFields struct {
	paths         []string
	values, shown map[string]string // shown has secrets masked
}

func fieldsOf(agent json.RawMessage) agentFields {
	f := agentFields{values: map[string]string{}, shown: map[string]string{}}
	raw, err := json.Marshal(newAgentDetail(agent))
	if err != nil {
		return f
	}
	f.collect("", gjson.ParseBytes(raw), f.values)
	f.paths = nil
	f.collect("", gjson.ParseBytes(orq.RedactJSON(raw)), f.shown)
	return f
}

// split are the objects whose fields are compared one by one.
var split = []string{"", "model", "settings", "a2a", "variables"}

// unasked are the fields that change with every update.
var unasked = []string{"updated", "other"}

func (f *agentFields) collect(path string, value gjson.Result, into map[string]string) {
	if slices.Contains(unasked, path) {
		return
	}
	switch {
	case value.Type == gjson.Null:
		return
	case !value.IsObject() || !slices.Contains(split, path):
		f.paths = append(f.paths, path)
		into[path] = canonical(value)
		return
	}
	value.ForEach(func(name, member gjson.Result) bool {
		f.collect(joined(path, name.Str), member, into)
		return true
	})
}

// canonical is text as it is, and anything else as JSON with sorted fields: their order is no change.
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
	// changeShown bounds each side of a change, in bytes.
	changeShown = 400
	// changeAround is how much is shown before the place where two long values begin to differ.
	changeAround = 40
)

func newChange(field, before, after string) change {
	start := 0
	if max(len(before), len(after)) > changeShown {
		for start < min(len(before), len(after)) && before[start] == after[start] {
			start++
		}
		start = max(0, start-changeAround)
	}
	return change{Field: field, Before: excerpt(before, start), After: excerpt(after, start)}
}

// excerpt is a part of a text from about start on, with dots where something is left out.
func excerpt(text string, start int) string {
	if start >= len(text) {
		start = 0
	}
	for start > 0 && !utf8.RuneStart(text[start]) {
		start--
	}
	part := head(text[start:], changeShown)
	if start > 0 {
		part = "…" + part
	}
	if len(part) < len(text)-start {
		part += "…"
	}
	return part
}
