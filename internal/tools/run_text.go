package tools

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// Text returns the agent's answer, then what needs lines of its own as an outline (error, files, tool calls, remarks), and last
// one line with all other facts, the state first: some clients show people the last lines of a result only.
func (o runOutcome) Text() string {
	facts := struct {
		State string `json:"state"`
		relay.Outcome
		OutputText string   `json:"output_text,omitzero"`
		Remarks    []string `json:"remarks,omitzero"`
		Next       string   `json:"next,omitzero"`
	}{State: o.State, Outcome: o.Outcome, Remarks: o.Remarks, Next: o.Next}
	raw, err := json.Marshal(facts)
	if err != nil {
		return fmt.Sprint(o)
	}
	outline, line := runFacts(redact.JSONString(string(raw)))
	text := strings.TrimPrefix(string(outline)+"\n"+string(line), "\n")
	if o.OutputText != "" {
		text = o.OutputText + "\n\n" + text
	}
	return text
}

// runFacts splits the facts of a run, an object, into an outline, each line of which follows a line break, and one line.
func runFacts(facts string) (outline, line []byte) {
	gjson.Parse(facts).ForEach(func(name, value gjson.Result) bool {
		if !standsInLine(name.Str, value) {
			outline = append(append(append(outline, '\n'), name.Str...), ':')
			outline = appendMember(outline, value, 1)
			return true
		}
		if len(line) > 0 {
			line = append(line, "; "...)
		}
		line = append(append(line, name.Str...), ':')
		line = appendMember(line, value, 1)
		return true
	})
	return outline, line
}

// standsInLine reports whether a fact of a run goes into the line of facts.
func standsInLine(name string, value gjson.Result) bool {
	switch name {
	case "usage":
		return true
	case "error":
		return false
	case "next": // the last
		return !strings.Contains(value.Str, "\n")
	}
	return value.Type != gjson.JSON && len(value.Raw) <= inlineWidth && !strings.ContainsAny(value.Str, "\n;")
}
