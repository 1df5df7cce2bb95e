package schema

import (
	"strconv"
	"strings"
)

// list decodes slices.
type list struct {
	items shape
	size  bounds
}

func (*list) typ() string { return "array" }

func (*list) single(any) bool { return false }

func (l *list) decode(p *problems, at path, v any) (any, bool) {
	items, ok := l.open(v)
	if !ok {
		p.add(at, "must be a list of "+many(l.items.typ())+", got "+notParsed(v, at.secret)+l.doubt(v))
		return nil, false
	}
	if breach := l.size.countBreach(len(items), "entries"); breach != "" {
		p.add(at, breach)
	}
	out, usable := make([]any, len(items)), true
	for i, item := range items {
		decoded, ok := l.items.decode(p, at.index(i), item)
		out[i] = decoded
		usable = usable && ok
	}
	return out, usable
}

// open takes a list, a string that holds one, or a single element, itself or in
// a string.
func (l *list) open(v any) ([]any, bool) {
	if text, ok := v.(string); ok {
		inner, err := unpack(text)
		items, isList := inner.([]any)
		switch {
		case isList:
			return items, true
		case err == nil && !l.items.single(v):
			v = inner
		case err != nil && maybeSeveral(text):
			return nil, false
		}
	}
	switch v := v.(type) {
	case []any:
		return v, true
	case map[string]any:
		if items, ok := numbered(v); ok {
			return items, true
		}
	}
	if l.items.single(v) {
		return []any{v}, true
	}
	return nil, false
}

// maybeSeveral reports whether a text may stand for one element or for several:
// it has commas, or the brackets of a list that is not JSON.
func maybeSeveral(text string) bool {
	text = strings.TrimSpace(text)
	return strings.Contains(text, ",") || strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]")
}

// doubt says why a text is not taken for one element, where it could be.
func (l *list) doubt(v any) string {
	if text, ok := v.(string); ok && l.items.single(v) && maybeSeveral(text) {
		return "; it may be one entry or several"
	}
	return ""
}

// numbered takes an object whose keys are 0, 1, 2 and so on, as some languages
// write a list.
func numbered(obj map[string]any) ([]any, bool) {
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
