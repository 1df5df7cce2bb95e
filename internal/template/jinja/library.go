package jinja

import "maps"

// library holds what templates may use.
type library struct {
	filters, tests map[string]builtin
	functions      map[string]function
	methods        map[string]map[string]builtin // by Python's name of the type
}

func newLibrary() *library {
	l := &library{filters: map[string]builtin{}, tests: map[string]builtin{}, functions: functions()}
	for _, filters := range []map[string]builtin{textFilters(), layoutFilters(), codeFilters(), listFilters(), pickFilters(), orderFilters(), numberFilters()} {
		maps.Copy(l.filters, filters)
	}
	for _, tests := range []map[string]builtin{typeTests(), valueTests()} {
		maps.Copy(l.tests, tests)
	}
	texts := textMethods()
	maps.Copy(texts, searchMethods())
	maps.Copy(texts, splitMethods())
	l.methods = map[string]map[string]builtin{
		"str": texts, "Markup": texts, "dict": dictMethods(), "list": listMethods(), "tuple": tupleMethods(), "range": tupleMethods(),
		"float": {"is_integer": plain(func(_ *state, value any) any {
			return formatFloat(value.(float64)) == formatFloat(float64(int64(value.(float64))))
		})},
	}
	return l
}

// find returns the filter or test, which is the kind of all, with a name.
func find(kind string, all map[string]builtin, name string) builtin {
	found, ok := all[name]
	if !ok {
		fail("there is no %s %.60q", kind, name)
	}
	return found
}

// method returns a method of a value.
func (l *library) method(value any, name string) (any, bool) {
	method, ok := l.methods[typeName(value)][name]
	if !ok {
		return nil, false
	}
	return function{name, func(s *state, args arguments) any { return method.call(s, "method "+name, value, args) }}, true
}

// functions returns the functions that every template may call.
func functions() map[string]function {
	all := map[string]function{}
	for name, call := range map[string]func(s *state, args arguments) any{
		"range": rangeOf, "dict": dictOf, "namespace": namespaceOf, "cycler": cyclerOf, "joiner": joinerOf,
	} {
		all[name] = function{name, call}
	}
	return all
}
