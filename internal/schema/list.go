package schema

import (
	"strconv"
	"strings"
)

// listDecoder decodes slices.
type listDecoder struct {
	element decoder
	size    bounds
}

func (*listDecoder) typ() string { return "array" }

func (*listDecoder) acceptsElement(any) bool { return false }

func (l *listDecoder) decode(p *problems, at path, v any) (any, bool) {
	items, ok := l.elements(v)
	if !ok {
		p.add(at, "must be a list of "+plural(l.element.typ())+", got "+describeUnparsed(v, at.secret)+l.ambiguity(v))
		return nil, false
	}
	if violation := l.size.countViolation(len(items), "entries"); violation != "" {
		p.add(at, violation)
	}
	out, usable := make([]any, len(items)), true
	for i, item := range items {
		decoded, ok := l.element.decode(p, at.index(i), item)
		out[i] = decoded
		usable = usable && ok
	}
	return out, usable
}

// elements returns the elements of a list, of a list in a string, or a single
// element, which may be in a string too.
func (l *listDecoder) elements(v any) ([]any, bool) {
	if text, ok := v.(string); ok {
		inner, err := unpack(text)
		items, isList := inner.([]any)
		switch {
		case isList:
			return items, true
		case err == nil && !l.element.acceptsElement(v):
			v = inner
		case err != nil && isAmbiguous(text):
			return nil, false
		}
	}
	switch v := v.(type) {
	case []any:
		return v, true
	case map[string]any:
		if items, ok := fromNumberedKeys(v); ok {
			return items, true
		}
	}
	if l.element.acceptsElement(v) {
		return []any{v}, true
	}
	return nil, false
}

// isAmbiguous reports whether text may be one element or several: it has commas, or
// the brackets of a list that is not JSON.
func isAmbiguous(text string) bool {
	text = strings.TrimSpace(text)
	return strings.Contains(text, ",") || strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]")
}

// ambiguity returns why a text is not accepted as one element, or "".
func (l *listDecoder) ambiguity(v any) string {
	if text, ok := v.(string); ok && l.element.acceptsElement(v) && isAmbiguous(text) {
		return "; it may be one entry or several"
	}
	return ""
}

// fromNumberedKeys returns the values of an object with the keys 0, 1, 2 and so on,
// as which some languages encode a list.
func fromNumberedKeys(obj map[string]any) ([]any, bool) {
	items := make([]any, len(obj))
	for i := range items {
		item, ok := obj[strconv.Itoa(i)]
		if !ok {
			return nil, false
		}
		items[i] = item
	}
	return items, len(items) > 0
}
