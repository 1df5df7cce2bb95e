package validate

import (
	"maps"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Object is the rules of an object: the fields that it knows, by their exact names.
type Object []field

type field struct {
	name     string
	rule     rule
	required bool
}

func need(name string, r rule) field { return field{name, r, true} }
func may(name string, r rule) field  { return field{name, r, false} }

func (r Object) check(at string, value any, problems *apierror.Problems) {
	values, ok := value.(map[string]any)
	if !ok {
		if at == "" {
			at = "body"
		}
		problems.Add(at, "must be an object, got %s", kindOf(value))
		return
	}
	for _, f := range r {
		if v, ok := values[f.name]; ok {
			f.rule.check(fieldpath.Join(at, f.name), v, problems)
		} else if f.required {
			problems.Add(fieldpath.Join(at, f.name), "is required")
		}
	}
}

func (r Object) prune(at string, value any, removed *[]string) {
	values, _ := value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(r, func(f field) bool { return f.name == name })
		if i < 0 {
			delete(values, name)
			*removed = append(*removed, fieldpath.Join(at, truncate.Runes(name, 60)))
			continue
		}
		r[i].rule.prune(fieldpath.Join(at, name), values[name], removed)
	}
}

// open is an object that may also have other fields.
type open struct {
	leaf

	of Object
}

func (r open) check(at string, value any, problems *apierror.Problems) {
	r.of.check(at, value, problems)
}

// optional is the object without required fields.
func (r Object) optional() Object {
	fields := slices.Clone(r)
	for i := range fields {
		fields[i].required = false
	}
	return fields
}

// variants distinguishes objects by the text in a field.
type variants struct {
	By      string
	Of      map[string]Object
	Default string // the text when the field is absent; empty: the field is required
	Other   rule   // for any other text; nil: refused
}

func (r variants) check(at string, value any, problems *apierror.Problems) {
	values, ok := value.(map[string]any)
	if !ok {
		problems.Add(at, "must be an object, got %s", kindOf(value))
		return
	}
	kind, ok := r.kind(values)
	variant, known := r.Of[kind]
	switch {
	case !ok:
		Object{need(r.By, text{})}.check(at, value, problems)
	case known:
		variant.check(at, value, problems)
	case r.Other != nil:
		r.Other.check(at, value, problems)
	default:
		text{OneOf: slices.Sorted(maps.Keys(r.Of))}.check(fieldpath.Join(at, r.By), kind, problems)
	}
}

func (r variants) prune(at string, value any, removed *[]string) {
	values, _ := value.(map[string]any)
	kind, _ := r.kind(values)
	if variant, known := r.Of[kind]; known {
		slices.Concat(Object{may(r.By, text{})}, variant).prune(at, value, removed)
	} else if r.Other != nil {
		r.Other.prune(at, value, removed)
	}
}

func (r variants) kind(values map[string]any) (kind string, ok bool) {
	if _, given := values[r.By]; !given && r.Default != "" {
		return r.Default, true
	}
	kind, ok = values[r.By].(string)
	return kind, ok
}

// textOr is a string, or anything that satisfies the other rule.
type textOr struct{ other rule }

func (r textOr) check(at string, value any, problems *apierror.Problems) {
	if _, ok := value.(string); !ok {
		r.other.check(at, value, problems)
	}
}

func (r textOr) prune(at string, value any, removed *[]string) { r.other.prune(at, value, removed) }

// dict is an object with any keys.
type dict struct {
	Of   rule
	Keys text // what the keys must be
	Max  int  // entries; 0: any number
}

func (r dict) check(at string, value any, problems *apierror.Problems) {
	values, ok := value.(map[string]any)
	if !ok {
		problems.Add(at, "must be an object, got %s", kindOf(value))
		return
	}
	if r.Max > 0 && len(values) > r.Max {
		problems.Add(at, "must have at most %d entries, got %d", r.Max, len(values))
	}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		r.Keys.check(at, key, problems)
		r.Of.check(fieldpath.Join(at, key), values[key], problems)
	}
}

func (r dict) prune(at string, value any, removed *[]string) {
	values, _ := value.(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(values)) {
		r.Of.prune(fieldpath.Join(at, key), values[key], removed)
	}
}

// also is several rules at once. A field must be known to each of them that has fields.
type also []rule

func (r also) check(at string, value any, problems *apierror.Problems) {
	for _, each := range r {
		each.check(at, value, problems)
	}
}

func (r also) prune(at string, value any, removed *[]string) {
	for _, each := range r {
		each.prune(at, value, removed)
	}
}
