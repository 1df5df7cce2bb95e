package tools

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

type getAgentInput struct {
	Key    string `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_description:"Key or key@version." jsonschema_extras:"quiet=true"`
	Field  string `json:"field" jsonschema_description:"E.g. settings.tools."`
	Offset int    `json:"offset" jsonschema:"minimum=0"`
}

// CheckArguments reports an offset without the field to which it applies.
func (in getAgentInput) CheckArguments(report func(path, message string)) {
	if in.Offset > 0 && in.Field == "" {
		report("field", "required with offset")
	}
}

// fieldPart is one field of an agent, or the rest of it from an offset on.
type fieldPart struct {
	// Field is the path of the field, such as settings.tools.0.key.
	Field string `json:"field" jsonschema:"required"`
	// Offset is where Text begins in the whole, in bytes.
	Offset int `json:"offset" jsonschema:"required"`
	// Of is the length of the whole, in bytes.
	Of int `json:"of" jsonschema:"required"`
	// Text is the field's value if that is a string, else its JSON.
	Text string `json:"text" jsonschema:"required"`
}

func (p fieldPart) appendJSON(b []byte) []byte {
	w := objectWriter{json: b}
	w.text("field", p.Field)
	w.number("offset", p.Offset)
	w.number("of", p.Of)
	w.text("text", p.Text)
	return w.end()
}

// getAgent calls GET /v2/agents/{agent_key}.
var getAgent = define(Spec{
	Name:        "get_agent",
	Title:       "Get agent",
	Description: "Show an orq.ai agent's configuration, secrets masked.",
	ReadOnly:    true,
	Idempotent:  true,
}, func(ctx context.Context, c *Call, in *getAgentInput) (agentDetail, error) {
	agent, err := c.Orq.GetAgentJSON(ctx, in.Key)
	if err != nil {
		return agentDetail{}, withSubject(in.Key, "", err)
	}
	detail := newAgentDetail(agent)
	if in.Field == "" {
		return detail, nil
	}
	return detail.part(in.Field, in.Offset)
})

// part returns the agent with one field only. Secrets are masked as in the whole agent.
func (d agentDetail) part(path string, offset int) (agentDetail, error) {
	encoded, err := encodeOutput(d)
	if err != nil {
		return agentDetail{}, err
	}
	whole := gjson.Parse(redact.JSONString(encoded))
	field := whole
	for step := range strings.SplitSeq(path, ".") {
		next := child(field, step)
		if !next.Exists() {
			return agentDetail{}, &callerError{unknownField(d.Key, path, step, field)}
		}
		field = next
	}
	text := field.String()
	rest, begins := relay.TextFrom(text, offset)
	return agentDetail{
		ID: d.ID, Key: d.Key, Type: d.Type, Status: d.Status, Path: d.Path,
		Part: &fieldPart{Field: path, Offset: begins, Of: len(text), Text: rest},
	}, nil
}

// child returns the member of an object by name, or the item of a list by index.
func child(value gjson.Result, step string) gjson.Result {
	if number, err := strconv.Atoi(step); err == nil && value.IsArray() {
		if items := value.Array(); number >= 0 && number < len(items) {
			return items[number]
		}
		return gjson.Result{}
	}
	return value.Get(gjson.Escape(step))
}

// unknownField explains that path does not exist because step is not in parent.
func unknownField(key, path, step string, parent gjson.Result) string {
	var names []string
	parent.ForEach(func(name, _ gjson.Result) bool {
		if parent.IsObject() {
			names = append(names, name.Str)
		}
		return true
	})
	text := fmt.Sprintf("Agent %s has no field %s.", key, path)
	switch near := schema.Nearest(step, names, 3); {
	case len(near) > 0:
		return text + " Closest to " + step + ": " + strings.Join(near, ", ") + "."
	case len(names) > 0:
		return text + " Instead of " + step + " there are: " + strings.Join(names, ", ") + "."
	}
	return text + " orq.ai's get_agent without field shows what it has."
}
