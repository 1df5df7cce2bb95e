package redact

import (
	"bytes"
	"slices"
	"strings"
)

// ResponseEvent is Event for an event of the Responses API, which holds secrets in two more places. What goes into
// and comes out of a tool is a JSON object or list in a string: such a string is treated as a document of its own, in
// the documentFields. And the value of a variable is masked when the field secret beside it is true.
func ResponseEvent(document string) string {
	s := scope{event: true, response: true}
	if !mayHoldSecret(document, s) && !slices.ContainsFunc(documentFields[:], func(name string) bool { return hasDocument(document, name) }) {
		return document
	}
	return redactFields(document, s)
}

// documentFields may hold JSON in a string.
var documentFields = [...]string{"arguments", "input", "output"}

// blanks may stand between the tokens of JSON.
const blanks = " \t\r\n"

// hasDocument reports whether a field of that name holds a string that may begin an object or a list. A string that begins
// with an escape may: it has to be decoded first.
func hasDocument(raw, field string) bool {
	quoted := `"` + field + `"`
	for {
		_, after, found := strings.Cut(raw, quoted)
		if !found {
			return false
		}
		raw = after
		value, found := strings.CutPrefix(strings.TrimLeft(after, blanks), ":")
		if !found {
			continue
		}
		text, found := strings.CutPrefix(strings.TrimLeft(value, blanks), `"`)
		if text = strings.TrimLeft(text, blanks); found && text != "" && strings.IndexByte(`{[\`, text[0]) >= 0 {
			return true
		}
	}
}

// mayBeVariable reports whether an object is a variable or the map of them: it is in a field named variables, or in a field
// below that. Objects further down are no variables, which bounds how often a value is copied.
func (s scope) mayBeVariable() bool {
	return (s.variables == 1 || s.variables == 2) && !s.secret && !s.hidden
}

// hideValue masks the field value of the object that out holds from start on. The variables below it are masked already.
func hideValue(out *bytes.Buffer, start int, s scope) {
	object := string(out.Bytes()[start:])
	out.Truncate(start)
	out.WriteString(redactFields(object, scope{event: s.event, response: s.response, variables: s.variables + 2, hidden: true}))
}
