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
	paths  []string
	values map[string]string
	// shown are the values with secrets masked.
	shown map[string]string
}

func fieldsOf(agent json.RawMessage) agentFields {
	raw, err := json.Marshal(newAgentDetail(agent))
	if err != nil {
		return agentFields{}
	}
	f := agentFields{values: map[string]string{}, shown: map[string]string{}}
	eachField("", gjson.ParseBytes(raw), func(path, value string) {
		f.paths = append(f.paths, path)
		f.values[path] = value
	})
	eachField("", gjson.ParseBytes(redact.JSON(raw)), func(path, value string) { f.shown[path] = value })
	return f
}

// split are the objects whose fields are compared one by one.
var split = []string{"", "model", "settings", "a2a", "variables"}

// unasked are the fields that change with every update.
var unasked = []string{"updated", "other"}

// eachField tells the fields below a value, those of the split objects one by one.
func eachField(path string, value gjson.Result, tell func(path, value string)) {
	switch {
	case slices.Contains(unasked, path), value.Type == gjson.Null:
	case !value.IsObject() || !slices.Contains(split, path):
		tell(path, canonical(value))
	default:
		value.ForEach(func(name, member gjson.Result) bool {
			eachField(fieldpath.Join(path, name.Str), member, tell)
			return true
		})
	}
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
	rest, begins := relay.TextFrom(text, start)
	part := head(rest, changeShown)
	if len(part) < len(rest) {
		part += "…"
	}
	if begins > 0 {
		part = "…" + part
	}
	return part
}
