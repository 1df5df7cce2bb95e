package tools

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// FuzzOutline checks that outlines are those of a tree of values, which is slower to build.
func FuzzOutline(f *testing.F) {
	for _, seed := range []string{
		`{"a":"x","b":9007199254740993,"c":1.50,"d":true,"e":null}`, `{"a":"x\n  y\nz","b\n":1}`, `{"a":[],"b":{},"c":"","d":[""],"e":["",""]}`, `{}`, `[]`, `"x\ny"`, `1`,
		`{"a":["x, y","z"],"b":["x;y"]}`, `[{"x":1},{"x":[2,3],"y":{"z":"v\nw"}}]`, `{"a":[[1,2],[],[[3]]]}`, `{"a":["` + strings.Repeat("x", 59) + `","` + strings.Repeat("y", 59) + `"]}`,
		`{"a":["` + strings.Repeat("x", 59) + `","` + strings.Repeat("y", 60) + `"]}`, `{"a":["` + strings.Repeat("x", 130) + `"]}`, `{"api_key":"s","headers":{"A":"s"}}`,
		`{"a":1,"a":2,"":{"":""},"\u003cb\u003e":"\ud800 \ud83d\ude00 \/"}`, strings.Repeat(`{"a":`, 12) + `[1]` + strings.Repeat("}", 12), strings.Repeat("[", 9) + strings.Repeat("]", 9),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		if !json.Valid([]byte(document)) {
			return
		}
		value := json.RawMessage(document)
		if diff := cmp.Diff(carefulOutline(value), outline(value)); diff != "" {
			t.Errorf("outline of %s differs (-want +got):\n%s", document, diff)
		}
	})
}

// carefulOutline is outline by way of a tree: one line for each field in the order of its JSON, with nested fields indented.
func carefulOutline(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return strings.Join(parseNode(gjson.Parse(redact.JSONString(string(raw))), 0).lines(), "\n")
}

// node is a JSON value with its fields in order.
type node struct {
	// scalar is the text of a value that is not nested.
	scalar string
	// fields are the members of an object, or the items of a list.
	fields []field
	list   bool
	nested bool
}

// field is a member of an object, or an item of a list, which has no name.
type field struct {
	name  string
	value node
}

// parseNode converts a value that is nested depth levels deep.
func parseNode(value gjson.Result, depth int) node {
	switch {
	case value.Type == gjson.Null:
		return node{scalar: "null"}
	case value.Type == gjson.String:
		return node{scalar: value.Str}
	case value.Type != gjson.JSON || depth == outlineDepth:
		return node{scalar: value.Raw}
	}
	n := node{nested: true, list: value.IsArray()}
	value.ForEach(func(name, member gjson.Result) bool {
		n.fields = append(n.fields, field{name.Str, parseNode(member, depth+1)})
		return true
	})
	return n
}

// lines renders the fields of a nested value.
func (n node) lines() []string {
	var lines []string
	for _, member := range n.fields {
		label := member.name + ":"
		if n.list {
			label = "-"
		}
		if inline, fits := member.value.inline(); fits {
			lines = append(lines, label+" "+inline)
			continue
		}
		inside := member.value.lines()
		if !member.value.nested {
			inside = strings.Split(member.value.scalar, "\n")
		}
		lines = append(lines, label)
		for _, line := range inside {
			lines = append(lines, "  "+line)
		}
	}
	return lines
}

// inline renders a value on one line. It reports false if the value is too long or too deeply nested for that.
func (n node) inline() (string, bool) {
	if !n.nested {
		return n.scalar, !strings.Contains(n.scalar, "\n")
	}
	if len(n.fields) == 0 {
		return "none", true
	}
	parts := make([]string, len(n.fields))
	for i, member := range n.fields {
		text := member.value.scalar
		if member.value.nested || strings.ContainsAny(text, "\n;,") {
			return "", false
		}
		if !n.list {
			text = member.name + " " + text
		}
		parts[i] = text
	}
	joined := strings.Join(parts, ", ")
	return joined, len(joined) <= inlineWidth
}
