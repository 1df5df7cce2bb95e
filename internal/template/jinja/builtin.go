package jinja

import (
	"slices"
	"strings"
)

// arguments are those of a call.
type arguments struct {
	positional []any
	named      []namedValue
}

type namedValue struct {
	name  string
	value any
}

// builtin is a filter, a test or a method: a function of a value and arguments.
type builtin struct {
	params   []string
	required int
	bound    func(s *state, value any, args params) any
	free     func(s *state, value any, args arguments) any // takes any arguments
}

// with returns a builtin with parameters: names with spaces between them; ! marks those that must be given.
func with(names string, run func(s *state, value any, args params) any) builtin {
	b := builtin{bound: run}
	for name := range strings.FieldsSeq(names) {
		name, required := strings.CutSuffix(name, "!")
		if required {
			b.required++
		}
		b.params = append(b.params, name)
	}
	return b
}

// plain returns a builtin without parameters.
func plain(run func(s *state, value any) any) builtin {
	return builtin{bound: func(s *state, value any, _ params) any { return run(s, value) }}
}

// free returns a builtin that takes any arguments.
func free(run func(s *state, value any, args arguments) any) builtin { return builtin{free: run} }

// absent stands for an argument that is not given.
type absent struct{}

// params are the arguments of a builtin, in the order of its parameters.
type params []any

// call runs the builtin; what it is, such as "filter upper", is for errors.
func (b builtin) call(s *state, what string, value any, args arguments) any {
	if b.free != nil {
		return b.free(s, value, args)
	}
	if len(args.positional) > len(b.params) {
		fail("%s takes at most %d arguments", what, len(b.params))
	}
	if len(b.params) == 0 && len(args.named) == 0 {
		return b.bound(s, value, nil)
	}
	bound := make(params, len(b.params))
	for i := range bound {
		bound[i] = absent{}
	}
	copy(bound, args.positional)
	for _, arg := range args.named {
		at := slices.Index(b.params, arg.name)
		if at < 0 || bound[at] != any(absent{}) {
			fail("%s takes no argument %.60q, or takes it once", what, arg.name)
		}
		bound[at] = arg.value
	}
	for i := range b.required {
		if bound[i] == any(absent{}) {
			fail("%s needs the argument %s", what, b.params[i])
		}
	}
	return b.bound(s, value, bound)
}

// given reports whether an argument is given.
func (p params) given(i int) bool { return p[i] != any(absent{}) }

// value returns an argument, or its default.
func (p params) value(i int, byDefault any) any {
	if !p.given(i) {
		return byDefault
	}
	return p[i]
}

// text returns an argument that is a text.
func (p params) text(i int, byDefault string) string {
	value := p.value(i, byDefault)
	text, ok := textOf(value)
	if !ok {
		fail("expected a string as an argument, got %s", typeName(value))
	}
	return text
}

// int returns an argument that is an integer. One that is huge counts as beyond every length.
func (p params) int(i, byDefault int) int {
	value := p.value(i, int64(byDefault))
	if _, ok := integer(value); !ok {
		fail("expected an integer as an argument, got %s", typeName(value))
	}
	return bound(value, byDefault)
}

// flag returns an argument that is true or false.
func (p params) flag(s *state, i int, byDefault bool) bool { return s.truth(p.value(i, byDefault)) }
