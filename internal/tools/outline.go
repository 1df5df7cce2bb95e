package tools

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// outline renders a value for people: one line for each field in the order of its JSON, with nested fields indented.
func outline(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return outlineJSON("", redact.JSONString(string(raw)))
}

// outlineJSON is outline for the JSON of a value in which secrets are masked. The outline follows title, unless that is empty.
func outlineJSON(title, document string) string {
	text := built(func(b []byte) []byte { return appendLines(append(b, title...), gjson.Parse(document), 0) })
	if title == "" && len(text) > 0 {
		text = text[len("\n"):]
	}
	return text
}

// outlineDepth is the depth to which values are laid out line by line; deeper values are rendered as JSON. The indentation makes
// the size of an outline quadratic in its depth, and an agent card comes from a third party.
const outlineDepth = 8

// isLaidOut reports whether a value, which is nested depth levels deep, is laid out: an object or a list.
func isLaidOut(value gjson.Result, depth int) bool {
	return value.Type == gjson.JSON && depth < outlineDepth
}

// scalarText returns the text of a value that is not laid out.
func scalarText(value gjson.Result) string {
	if value.Type == gjson.String {
		return value.Str
	}
	return value.Raw
}

// appendLines appends the fields of a nested value, each after a line break.
func appendLines(b []byte, value gjson.Result, depth int) []byte {
	if !isLaidOut(value, depth) {
		return b
	}
	list := value.IsArray()
	value.ForEach(func(name, member gjson.Result) bool {
		b = appendIndent(b, depth)
		if list {
			b = append(b, '-')
		} else {
			b = append(append(b, name.Str...), ':')
		}
		b = appendMember(b, member, depth+1)
		return true
	})
	return b
}

// appendIndent appends a line break and the indentation of a line.
func appendIndent(b []byte, depth int) []byte {
	b = append(b, '\n')
	for range depth {
		b = append(b, "  "...)
	}
	return b
}

// appendMember appends a value to the line of its name, or on lines of its own if it has several, is too long or too deeply
// nested.
func appendMember(b []byte, value gjson.Result, depth int) []byte {
	if isLaidOut(value, depth) {
		if inline, fits := appendInline(append(b, ' '), value, depth); fits {
			return inline
		}
		return appendLines(b, value, depth)
	}
	text := scalarText(value)
	if !strings.Contains(text, "\n") {
		return append(append(b, ' '), text...)
	}
	for line := range strings.SplitSeq(text, "\n") {
		b = append(appendIndent(b, depth), line...)
	}
	return b
}

// inlineWidth is the maximum length of a nested value that is put on the line of its name, in bytes.
const inlineWidth = 120

// appendInline appends a nested value without a line break. It reports false if the value is too long or too deeply nested for
// that; what it returns is then of no use.
func appendInline(b []byte, value gjson.Result, depth int) ([]byte, bool) {
	start, members, fits := len(b), 0, true
	list := value.IsArray()
	value.ForEach(func(name, member gjson.Result) bool {
		text := scalarText(member)
		if isLaidOut(member, depth+1) || len(text) > inlineWidth || strings.ContainsAny(text, "\n;,") {
			fits = false
			return false
		}
		if members++; members > 1 {
			b = append(b, ", "...)
		}
		if !list {
			b = append(append(b, name.Str...), ' ')
		}
		b = append(b, text...)
		fits = len(b)-start <= inlineWidth
		return fits
	})
	if members == 0 && fits {
		return append(b, "none"...), true
	}
	return b, fits
}
