package chat

import (
	"bytes"
	"encoding/json"
)

// arguments is the text of a call's arguments as it arrives. It follows the braces, so that it knows at each moment, without
// reading the text again, whether an object has just ended.
type arguments struct {
	text []byte
	ends []int // where an object at the top ends

	depth            int
	inString, escape bool
}

func (a *arguments) add(piece []byte) {
	for i, c := range piece {
		switch {
		case a.escape:
			a.escape = false
		case a.inString:
			a.escape, a.inString = c == '\\', c != '"'
		case c == '"':
			a.inString = true
		case c == '{' || c == '[':
			a.depth++
		case (c == '}' || c == ']') && a.depth > 0:
			if a.depth--; a.depth == 0 {
				a.ends = append(a.ends, len(a.text)+i+1)
			}
		}
	}
	a.text = append(a.text, piece...)
}

func (a *arguments) isEmpty() bool { return len(bytes.TrimSpace(a.text)) == 0 }

// isWhole reports whether the text ends with the end of an object.
func (a *arguments) isWhole() bool {
	return len(a.ends) > 0 && len(bytes.TrimSpace(a.text[a.ends[len(a.ends)-1]:])) == 0
}

// equal reports whether the text is the same JSON as another, apart from white space.
func (a *arguments) equal(other []byte) bool { return bytes.Equal(compacted(a.text), compacted(other)) }

// value is the text, without what servers send twice: an empty object before the arguments, or the whole arguments again
// after their pieces.
func (a *arguments) value() []byte {
	if len(a.ends) < 2 || !a.isWhole() {
		return a.text
	}
	var value []byte
	start := 0
	for _, end := range a.ends {
		object := compacted(a.text[start:end])
		start = end
		switch {
		case string(object) == "{}" || bytes.Equal(object, value):
		case value != nil:
			return a.text
		default:
			value = object
		}
	}
	if value == nil {
		return []byte("{}")
	}
	return value
}

// compacted is JSON without white space, or the text itself when it is none.
func compacted(text []byte) []byte {
	var compact bytes.Buffer
	if json.Compact(&compact, text) != nil {
		return text
	}
	return compact.Bytes()
}
