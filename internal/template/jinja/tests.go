package jinja

import (
	"math/big"
	"reflect"
	"unicode"
)

// is returns a test without arguments.
func is(test func(s *state, value any) bool) builtin {
	return plain(func(s *state, value any) any { return test(s, value) })
}

// isType returns a test for a type.
func isType[T any]() builtin {
	return is(func(_ *state, value any) bool {
		_, ok := value.(T)
		return ok
	})
}

// typeTests are the tests of what a value is.
func typeTests() map[string]builtin {
	return map[string]builtin{
		"undefined": isType[undefined](),
		"defined": is(func(_ *state, value any) bool {
			_, ok := value.(undefined)
			return !ok
		}),
		"boolean": isType[bool](),
		"float":   isType[float64](),
		"mapping": isType[*dict](),
		"escaped": isType[markup](),
		"none":    is(func(_ *state, value any) bool { return value == nil }),
		"true":    is(func(_ *state, value any) bool { return value == true }),
		"false":   is(func(_ *state, value any) bool { return value == false }),
		"number":  is(func(_ *state, value any) bool { return isNumber(value) }),
		"integer": is(func(_ *state, value any) bool {
			switch value.(type) {
			case int64, *big.Int:
				return true
			}
			return false
		}),
		"string": is(func(_ *state, value any) bool {
			_, ok := textOf(value)
			return ok
		}),
		"sequence": is(func(_ *state, value any) bool { return isIterable(value, false) }),
		"iterable": is(func(_ *state, value any) bool { return isIterable(value, true) }),
		"callable": is(func(_ *state, value any) bool {
			switch value.(type) {
			case function, *loop, undefined:
				return true
			}
			return false
		}),
		"filter": is(func(s *state, value any) bool {
			name, _ := textOf(value)
			s.scan(len(name))
			_, ok := s.library.filters[name]
			return ok
		}),
		"test": is(func(s *state, value any) bool {
			name, _ := textOf(value)
			s.scan(len(name))
			_, ok := s.library.tests[name]
			return ok
		}),
	}
}

// isIterable reports whether a value has items. Views of dicts are iterable, but no sequences.
func isIterable(value any, orView bool) bool {
	switch v := value.(type) {
	case string, markup, *dict, undefined:
		return true
	case *list:
		return orView || v.kind != kindView
	}
	return false
}

// valueTests are the tests that compare or compute.
func valueTests() map[string]builtin {
	remainder := func(s *state, value, by any) any { return s.binary("%", value, by) }
	tests := map[string]builtin{
		"odd":         is(func(s *state, value any) bool { return s.equal(remainder(s, value, int64(2)), int64(1)) }),
		"even":        is(func(s *state, value any) bool { return s.equal(remainder(s, value, int64(2)), int64(0)) }),
		"divisibleby": with("num!", func(s *state, value any, args params) any { return s.equal(remainder(s, value, args[0]), int64(0)) }),
		"lower":       is(func(s *state, value any) bool { return hasCase(s.str(value), unicode.IsLower) }),
		"upper":       is(func(s *state, value any) bool { return hasCase(s.str(value), unicode.IsUpper) }),
		"in":          with("seq!", func(s *state, value any, args params) any { return s.contains(args[0], value) }),
		"sameas":      with("other!", func(s *state, value any, args params) any { return same(s, value, args[0]) }),
	}
	for operator, names := range map[string][]string{
		"==": {"==", "eq", "equalto"}, "!=": {"!=", "ne"}, "<": {"<", "lt", "lessthan"}, "<=": {"<=", "le"},
		">": {">", "gt", "greaterthan"}, ">=": {">=", "ge"},
	} {
		for _, name := range names {
			tests[name] = with("other!", func(s *state, value any, args params) any { return s.compare(operator, value, args[0]) })
		}
	}
	return tests
}

// same reports whether values are the same object: none, true and false, equal integers and texts.
func same(s *state, a, b any) bool {
	switch a := a.(type) {
	case *list:
		b, ok := b.(*list)
		return ok && (a == b || a.raw && b.raw && reflect.ValueOf(a.items).Pointer() == reflect.ValueOf(b.items).Pointer())
	case *dict:
		b, ok := b.(*dict)
		return ok && (a == b || a.object != nil && reflect.ValueOf(a.object).Pointer() == reflect.ValueOf(b.object).Pointer())
	case *namespace, *loop:
		return a == b
	case function:
		return false
	}
	return typeName(a) == typeName(b) && s.equal(a, b)
}
