package schema

import (
	"maps"
	"slices"
	"strings"
)

// objectDecoder decodes structs.
type objectDecoder struct {
	fields   []*field // in struct order
	index    map[string]*field
	rewriter Rewriter // nil if the struct is not one
	word     string   // the field that a bare string sets; "" if there is none
}

// field is one property of an object.
type field struct {
	name      string
	value     decoder
	required  bool
	hidden    bool
	keepEmpty bool // "" is a value
	keepNull  bool // null is a value
	noText    bool // not free text: the words null, None and undefined stand for no value
}

func (*objectDecoder) typ() string { return "object" }

func (o *objectDecoder) acceptsElement(v any) bool {
	if text, ok := v.(string); ok {
		_, ok = o.expand(text)
		return ok
	}
	_, ok := v.(map[string]any)
	return ok
}

// expand returns the object that a bare string stands for.
func (o *objectDecoder) expand(text string) (map[string]any, bool) {
	if o.word == "" || !isWord(text) {
		return nil, false
	}
	return map[string]any{o.word: text}, true
}

func (o *objectDecoder) decode(p *problems, at path, v any) (any, bool) {
	if text, ok := v.(string); ok {
		if obj, ok := o.expand(text); ok {
			v = obj
		}
	}
	obj, ok := p.takeObject(at, v, o.requirement())
	if !ok {
		return nil, false
	}
	if o.rewriter != nil {
		o.rewriter.RewriteArguments(obj)
		obj = redecode(obj)
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
	o.reportUnknown(p, at, obj)
	return out, usable
}

// requirement returns a description of the object with its required fields.
func (o *objectDecoder) requirement() string {
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

// unset reports whether v means that the field is not set.
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

// reportUnknown adds a problem for each unknown key.
func (o *objectDecoder) reportUnknown(p *problems, at path, obj map[string]any) {
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

// suggest returns a hint at the field that an unknown key was meant to be. Fields that are not given come first. If no
// name is similar, it suggests a nested field of that name, or else the only required field that is missing.
func (o *objectDecoder) suggest(name string, obj map[string]any, alone bool) string {
	var all, notGiven, advertised []string
	for _, f := range o.fields {
		all = append(all, f.name)
		if _, given := obj[f.name]; !given {
			notGiven = append(notGiven, f.name)
		}
		if !f.hidden {
			advertised = append(advertised, f.name)
		}
	}
	near := Nearest(name, notGiven, 3)
	if len(near) == 0 {
		near = Nearest(name, all, 3)
	}
	if len(near) == 0 {
		near = onlyOne(o.nestedFields(foldName(name)))
	}
	if needed := o.requiredAmong(near, obj); len(needed) > 0 && foldName(near[0]) != foldName(name) {
		near = needed
	}
	if len(near) == 0 && alone {
		near = onlyOne(o.missingLike(obj, obj[name]))
	}
	if len(near) > 0 {
		return "did you mean " + join(near, "or") + "?"
	}
	if len(advertised) == 0 {
		return "nothing is accepted here"
	}
	return "valid names: " + strings.Join(advertised, ", ")
}

// onlyOne returns names if it has one element, else nil.
func onlyOne(names []string) []string {
	if len(names) > 1 {
		return nil
	}
	return names
}

// nestedFields returns the paths of the fields with a folded name in nested objects.
func (o *objectDecoder) nestedFields(folded string) []string {
	var found []string
	for _, f := range o.fields {
		nested, ok := objectOf(f.value)
		if !ok {
			continue
		}
		for _, each := range nested.fields {
			if foldName(each.name) == folded {
				found = append(found, dot(f.name, each.name))
			}
		}
		for _, deeper := range nested.nestedFields(folded) {
			found = append(found, dot(f.name, deeper))
		}
	}
	return found
}

// requiredAmong returns the names of required fields that are not given.
func (o *objectDecoder) requiredAmong(names []string, obj map[string]any) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		f := o.index[name]
		_, given := obj[name]
		return f == nil || !f.required || given
	})
}

// missingLike returns the required fields that are not given and have the type of v.
func (o *objectDecoder) missingLike(obj map[string]any, v any) []string {
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

// mapDecoder decodes maps, which accept any keys.
type mapDecoder struct {
	values decoder
}

func (*mapDecoder) typ() string { return "object" }

func (*mapDecoder) acceptsElement(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

func (m *mapDecoder) decode(p *problems, at path, v any) (any, bool) {
	obj, ok := p.takeObject(at, v, "an object with values by name")
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

// objectFor returns v, or an empty object in place of an empty list: some languages, such as PHP, encode one as the other.
func objectFor(v any) any {
	if isEmptyList(v) {
		return map[string]any{}
	}
	return v
}

func isEmptyList(v any) bool {
	items, ok := v.([]any)
	return ok && len(items) == 0
}

// takeObject returns v as an object, or adds the problem that it is none.
func (p *problems) takeObject(at path, v any, want string) (map[string]any, bool) {
	obj, ok := Object(objectFor(v))
	if !ok {
		p.add(at, "must be "+want+", got "+describeUnparsed(v, at.secret))
	}
	return obj, ok
}

// redecode converts values that a Rewriter has set to the types to which
// encoding/json decodes.
func redecode(obj map[string]any) map[string]any {
	data, err := encode(obj)
	if err != nil {
		return obj
	}
	decoded, _ := Object(string(data))
	return decoded
}
