package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// call is a call as a model asked for it.
type call struct {
	run.Call
	name string
	// problem is why the call cannot be carried out; empty: it can.
	problem string
}

// newCall finds the tool of a call and decodes its arguments. The call keeps the id that the server gave it, unless the
// task has had that id before.
func (t *turn) newCall(requested chat.ToolCall) call {
	tool, known := t.tools.byName[requested.Name]
	c := call{Call: t.Tools().NewCall(tool, nil), name: run.ToolName(tool)}
	if requested.ID != "" && !hasCall(t.Task, requested.ID) {
		c.ID = requested.ID
	}
	if !known {
		c.name = cmp.Or(functionName(requested.Name), "unnamed")
		c.problem = "there is no such tool; there are: " + t.Tools().Names()
		return c
	}
	c.Args, c.problem = t.argumentsOf(requested)
	return c
}

// argumentsOf decodes the arguments of a call: an object or, from some models, an object as text in text. No text at all,
// null and an empty list stand for none. With a problem, which is why they cannot be used, there are none.
func (t *turn) argumentsOf(requested chat.ToolCall) (args map[string]any, problem string) {
	none := map[string]any{}
	text := bytes.TrimSpace(requested.Arguments)
	var inner string
	if json.Unmarshal(text, &inner) == nil {
		text = bytes.TrimSpace([]byte(inner))
	}
	if missing := string(text); missing == "" || missing == "null" || missing == "[]" {
		if required := t.tools.required(requested.Name); required != "" {
			return none, "the arguments are missing: " + required
		}
		return none, ""
	}
	args, err := exactjson.Object(text)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return none, "the arguments must be a JSON object, and are of type " + wrong.Value
	}
	if err != nil {
		return none, "the arguments must be a JSON object: " + cmp.Or(errortext.Syntax(err), err.Error())
	}
	return args, ""
}

// hasCall reports whether a message of the task holds a call with this id.
func hasCall(t *store.Task, id string) bool {
	return slices.ContainsFunc(t.Messages, func(m orq.Message) bool {
		return slices.ContainsFunc(m.Parts, func(p orq.Part) bool { return p.Kind == orq.KindToolCall && p.ToolCallID == id })
	})
}
