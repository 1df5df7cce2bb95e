package schema

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
		p.add(at, "must be a list of "+many(l.items.typ())+", got "+notParsed(v, at.secret))
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
	if items, ok := v.([]any); ok {
		return items, true
	}
	if text, ok := v.(string); ok {
		inner, err := parse([]byte(unfenced(text)))
		if items, ok := inner.([]any); ok && err == nil {
			return items, true
		}
		if err == nil && !l.items.single(v) {
			v = inner
		}
	}
	if l.items.single(v) {
		return []any{v}, true
	}
	return nil, false
}
