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
	noText    bool // no free text, so that the word null is no value
}

func (*object) typ() string { return "object" }

func (o *object) single(v any) bool {
	if text, ok := v.(string); ok {
		_, ok = o.expand(text)
		return ok
	}
	_, ok := v.(map[string]any)
	return ok
}

// expand is the object that a text alone stands for, if it does.
func (o *object) expand(text string) (map[string]any, bool) {
	if o.word == "" || !isWord(text) {
		return nil, false
	}
	return map[string]any{o.word: text}, true
}

func (o *object) decode(p *problems, at path, v any) (any, bool) {
	if text, ok := v.(string); ok {
		if obj, ok := o.expand(text); ok {
			v = obj
		}
	}
	obj, ok := p.object(at, v, o.wanted())
	if !ok {
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
			}
			continue
		}
		decoded, ok := f.value.decode(p, at.key(f.name), received)
		out[f.name] = decoded
		usable = usable && ok
	}
	o.known(p, at, obj)
	return out, usable
}

// wanted names what an object cannot do without.
func (o *object) wanted() string {
	var names []string
	for _, f := range o.fields {
		if f.required {
			names = append(names, f.name)
		}
	}
	if len(names) == 0 {
		return "an object"
	}
	return "an object with " + join(names, "and")
}

// unset reports whether a value stands for "not set".
func (f *field) unset(v any) bool {
	switch v {
	case nil:
		return !f.keepNull
	case "":
		return !f.keepEmpty
	case "null", "None", "undefined":
		return f.noText
	}
	return false
}

// known reports the keys that the object does not have.
func (o *object) known(p *problems, at path, obj map[string]any) {
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
		hint := o.suggest(name, obj, len(unknown) == 1)
		if at.text == "" && isEnvelope(name, obj[name]) {
			hint = "give the fields inside it directly"
		}
		p.add(at.key(name), "unknown; "+hint)
	}
}

// suggest says which field an unknown key was meant to be. One that is not given yet is likelier than one that is; where
// no name is like it, a field of that very name further inside is meant, or else the only one that is missing.
func (o *object) suggest(name string, obj map[string]any, alone bool) string {
	var all, open, shown []string
	for _, f := range o.fields {
		all = append(all, f.name)
		if _, given := obj[f.name]; !given {
			open = append(open, f.name)
		}
		if !f.hidden {
			shown = append(shown, f.name)
		}
	}
	near := Nearest(name, open, 3)
	if len(near) == 0 {
		near = Nearest(name, all, 3)
	}
	if len(near) == 0 {
		near = unlessSeveral(o.inside(fold(name)))
	}
	if needed := o.needed(near, obj); len(needed) > 0 && fold(near[0]) != fold(name) {
		near = needed
	}
	if len(near) == 0 && alone {
		near = unlessSeveral(o.missing(obj, obj[name]))
	}
	if len(near) > 0 {
		return "did you mean " + join(near, "or") + "?"
	}
	if len(shown) == 0 {
		return "nothing is accepted here"
	}
	return "valid names: " + strings.Join(shown, ", ")
}

func unlessSeveral(names []string) []string {
	if len(names) > 1 {
		return nil
	}
	return names
}

// inside finds the fields of a folded name within the objects of this one.
func (o *object) inside(folded string) []string {
	var found []string
	for _, f := range o.fields {
		nested, ok := objectOf(f.value)
		if !ok {
			continue
		}
		for _, each := range nested.fields {
			if fold(each.name) == folded {
				found = append(found, dot(f.name, each.name))
			}
		}
		for _, deeper := range nested.inside(folded) {
			found = append(found, dot(f.name, deeper))
		}
	}
	return found
}

// needed are those of the names that are required and not given.
func (o *object) needed(names []string, obj map[string]any) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		f := o.index[name]
		_, given := obj[name]
		return f == nil || !f.required || given
	})
}

// missing are the required fields that are not given and could take a value.
func (o *object) missing(obj map[string]any, v any) []string {
	var names []string
	for _, f := range o.fields {
		if _, given := obj[f.name]; f.required && !given && typeOf(v) == f.value.typ() {
			names = append(names, f.name)
		}
	}
	return names
}

// join joins names as in "a, b or c".
func join(names []string, word string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
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
	obj, ok := p.object(at, v, "an object with values by name")
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

// object takes an object in any of its spellings, or adds what it has to be. To some languages the empty list is the
// empty object.
func (p *problems) object(at path, v any, want string) (map[string]any, bool) {
	if items, ok := v.([]any); ok && len(items) == 0 {
		return map[string]any{}, true
	}
	obj, ok := Object(v)
	if !ok {
		p.add(at, "must be "+want+", got "+notParsed(v, at.secret))
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
	decoded, _ := Object(string(data))
	return decoded
}
