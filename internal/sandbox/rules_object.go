package sandbox

import (
	"maps"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// object lists the fields it knows, by their exact names; other fields are ignored, as the service does.
type object []field

type field struct {
	name     string
	rule     rule
	required bool
}

func need(name string, r rule) field { return field{name, r, true} }
func may(name string, r rule) field  { return field{name, r, false} }

func (r object) check(at string, value any, to *problems) {
	values, ok := value.(map[string]any)
	if !ok {
		if at == "" {
			at = "body"
		}
		to.add(at, "must be an object, got %s", kindOf(value))
		return
	}
	for _, f := range r {
		if v, ok := values[f.name]; ok {
			f.rule.check(join(at, f.name), v, to)
		} else if f.required {
			to.add(join(at, f.name), "is required")
		}
	}
}

func (r object) prune(at string, value any, cut *[]string) {
	values, _ := value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(r, func(f field) bool { return f.name == name })
		if i < 0 {
			delete(values, name)
			*cut = append(*cut, join(at, truncate.Runes(name, 60)))
			continue
		}
		r[i].rule.prune(join(at, name), values[name], cut)
	}
}

// open is an object that may have other fields, too.
type open struct {
	leaf

	of object
}

func (r open) check(at string, value any, to *problems) { r.of.check(at, value, to) }

// optional is the object with no field required.
func (r object) optional() object {
	fields := slices.Clone(r)
	for i := range fields {
		fields[i].required = false
	}
	return fields
}

// variants tells objects apart by the text in a field.
type variants struct {
	By    string
	Of    map[string]object
	None  string // what an absent text stands for; empty: it is required
	Other rule   // for any other text; nil: refused
}

func (r variants) check(at string, value any, to *problems) {
	values, ok := value.(map[string]any)
	if !ok {
		to.add(at, "must be an object, got %s", kindOf(value))
		return
	}
	kind, ok := r.kind(values)
	variant, known := r.Of[kind]
	switch {
	case !ok:
		object{need(r.By, text{})}.check(at, value, to)
	case known:
		variant.check(at, value, to)
	case r.Other != nil:
		r.Other.check(at, value, to)
	default:
		text{OneOf: slices.Sorted(maps.Keys(r.Of))}.check(join(at, r.By), kind, to)
	}
}

func (r variants) prune(at string, value any, cut *[]string) {
	values, _ := value.(map[string]any)
	kind, _ := r.kind(values)
	if variant, known := r.Of[kind]; known {
		slices.Concat(object{may(r.By, text{})}, variant).prune(at, value, cut)
	} else if r.Other != nil {
		r.Other.prune(at, value, cut)
	}
}

func (r variants) kind(values map[string]any) (kind string, ok bool) {
	if _, given := values[r.By]; !given && r.None != "" {
		return r.None, true
	}
	kind, ok = values[r.By].(string)
	return kind, ok
}

// textOr is a string, or anything that satisfies the other rule.
type textOr struct{ other rule }

func (r textOr) check(at string, value any, to *problems) {
	if _, ok := value.(string); !ok {
		r.other.check(at, value, to)
	}
}

func (r textOr) prune(at string, value any, cut *[]string) { r.other.prune(at, value, cut) }

// dict is an object with any keys.
type dict struct {
	Of   rule
	Keys text // what the keys must be
	Max  int  // entries; 0: any number
}

func (r dict) check(at string, value any, to *problems) {
	values, ok := value.(map[string]any)
	if !ok {
		to.add(at, "must be an object, got %s", kindOf(value))
		return
	}
	if r.Max > 0 && len(values) > r.Max {
		to.add(at, "must have at most %d entries, got %d", r.Max, len(values))
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		r.Keys.check(at, key, to)
		r.Of.check(join(at, key), values[key], to)
	}
}

func (r dict) prune(at string, value any, cut *[]string) {
	values, _ := value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		r.Of.prune(join(at, key), values[key], cut)
	}
}

// also checks more than one rule. A name must be known to all of them but the leaves.
type also []rule

func (r also) check(at string, value any, to *problems) {
	for _, each := range r {
		each.check(at, value, to)
	}
}

func (r also) prune(at string, value any, cut *[]string) {
	for _, each := range r {
		each.prune(at, value, cut)
	}
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}
