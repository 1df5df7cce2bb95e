package schema

import (
	"maps"
	"slices"
	"strings"
)

// object decodes structs.
type object struct {
	fields   []*field // in struct order
	index    map[string]*field
	rewriter Rewriter // nil if the struct has none
	word     string   // the field that a bare string stands for; "" if it stands for none
}

// field is one property of an object.
type field struct {
	name      string
	value     shape
	required  bool
	hidden    bool
	keepEmpty bool // "" is a value
	keepNull  bool // null is a value
}

func (*object) typ() string { return "object" }

func (o *object) single(v any) bool {
	if text, ok := v.(string); ok {
		return o.word != "" && isWord(text)
	}
	_, ok := v.(map[string]any)
	return ok
}

func (o *object) decode(p *problems, at path, v any) (any, bool) {
	if text, ok := v.(string); ok && o.word != "" && isWord(text) {
		v = map[string]any{o.word: text}
	}
	obj, ok := asObject(v)
	if !ok {
		p.add(at, "must be an object"+o.withFields()+", got "+notParsed(v, at.secret))
		return nil, false
	}
	if o.rewriter != nil {
		o.rewriter.RewriteArguments(obj)
		obj = plain(obj)
	}
	out, usable := make(map[string]any, len(obj)), true
	for _, f := range o.fields {
		received, given := obj[f.name]
		if !given || f.unset(received) {
			if f.required {
				p.add(at.key(f.name), "required")
				usable = false
			}
			continue
		}
		decoded, ok := f.value.decode(p, at.key(f.name), received)
		out[f.name] = decoded
		usable = usable && ok
	}
	return out, o.known(p, at, obj) && usable
}

// unset reports whether a value stands for "not set".
func (f *field) unset(v any) bool {
	switch v {
	case nil:
		return !f.keepNull
	case "":
		return !f.keepEmpty
	}
	return false
}

// known reports the keys that the object does not have.
func (o *object) known(p *problems, at path, obj map[string]any) bool {
	var unknown []string
	for name := range obj {
		if o.index[name] == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		if p.full() {
			break
		}
		p.add(at.key(name), "unknown; "+o.suggest(name))
	}
	return len(unknown) == 0
}

// withFields names the fields that are advertised, unless they are many.
func (o *object) withFields() string {
	const many = 8
	var names []string
	for _, f := range o.fields {
		if !f.hidden {
			names = append(names, f.name)
		}
	}
	if len(names) == 0 || len(names) > many {
		return ""
	}
	return " with " + strings.Join(names, ", ")
}

// within is the path of a field of that name in an object inside this one, "" if there is none.
func (o *object) within(name string) string {
	for _, f := range o.fields {
		inside, ok := objectOf(f.value)
		if !ok {
			continue
		}
		if inside.index[name] != nil {
			return f.name + "." + name
		}
		if deeper := inside.within(name); deeper != "" {
			return f.name + "." + deeper
		}
	}
	return ""
}

func (o *object) suggest(name string) string {
	var all, shown []string
	for _, f := range o.fields {
		all = append(all, f.name)
		if !f.hidden {
			shown = append(shown, f.name)
		}
	}
	if inside := o.within(name); inside != "" {
		return "did you mean " + inside + "?"
	}
	if near := Nearest(name, all, 3); len(near) > 0 {
		return "did you mean " + either(near) + "?"
	}
	if len(shown) == 0 {
		return "nothing is accepted here"
	}
	return "valid names: " + strings.Join(shown, ", ")
}

// either joins names as in "a, b or c".
func either(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// freeMap decodes maps, whose keys are the caller's own.
type freeMap struct {
	values shape
}

func (*freeMap) typ() string { return "object" }

func (*freeMap) single(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

func (m *freeMap) decode(p *problems, at path, v any) (any, bool) {
	obj, ok := p.object(at, v)
	if !ok {
		return nil, false
	}
	out, usable := make(map[string]any, len(obj)), true
	for _, name := range slices.Sorted(maps.Keys(obj)) {
		decoded, ok := m.values.decode(p, at.key(name), obj[name])
		out[name] = decoded
		usable = usable && ok
	}
	return out, usable
}

// object takes an object in any of its spellings, or adds that v is none.
func (p *problems) object(at path, v any) (map[string]any, bool) {
	obj, ok := asObject(v)
	if !ok {
		p.add(at, "must be an object, got "+notParsed(v, at.secret))
	}
	return obj, ok
}

// plain brings what a Rewriter has put in to the types that encoding/json
// decodes to.
func plain(obj map[string]any) map[string]any {
	data, err := encode(obj)
	if err != nil {
		return obj
	}
	decoded, _ := asObject(string(data))
	return decoded
}
