package jinja

// pickFilters are the filters that change or pick the items of a list, one by one.
func pickFilters() map[string]builtin {
	return map[string]builtin{
		"map":        free(mapFilter),
		"select":     free(func(s *state, value any, args arguments) any { return s.pick("select", value, args, false, true) }),
		"reject":     free(func(s *state, value any, args arguments) any { return s.pick("reject", value, args, false, false) }),
		"selectattr": free(func(s *state, value any, args arguments) any { return s.pick("selectattr", value, args, true, true) }),
		"rejectattr": free(func(s *state, value any, args arguments) any { return s.pick("rejectattr", value, args, true, false) }),
	}
}

// mapFilter returns an attribute of each item, or what a filter makes of it.
func mapFilter(s *state, value any, args arguments) any {
	if len(args.positional) == 0 {
		options := with("attribute! default", nil)
		var attribute, byDefault any
		options.bound = func(_ *state, _ any, p params) any {
			attribute, byDefault = p[0], p.value(1, nil)
			return nil
		}
		options.call(s, "filter map", nil, args)
		if !s.truth(value) {
			return &list{}
		}
		return s.listOf(s.attributes(s.items(value), attribute, byDefault))
	}
	if !s.truth(value) {
		return &list{}
	}
	filter := s.named("filter", s.library.filters, args)
	items := s.items(value)
	s.makeTimes(16, len(items))
	mapped := make([]any, len(items))
	s.enter()
	defer s.leave()
	for i, item := range items {
		s.step(1)
		mapped[i] = filter(item)
	}
	return s.listOf(mapped)
}

// named returns the filter or test that the first argument names, with the other arguments.
func (s *state) named(kind string, all map[string]builtin, args arguments) func(item any) any {
	name := s.str(args.positional[0])
	s.scan(len(name))
	found, rest := find(kind, all, name), arguments{args.positional[1:], args.named}
	return func(item any) any { return found.call(s, kind+" "+name, item, rest) }
}

// pick returns the items, or those with an attribute, for which a test is true, or false if keep is.
func (s *state) pick(what string, value any, args arguments, byAttribute, keep bool) any {
	var path []any
	if byAttribute {
		if len(args.positional) == 0 {
			fail("filter %s needs the name of an attribute", what)
		}
		path = s.path(args.positional[0])
		args.positional = args.positional[1:]
	}
	passes := func(item any) bool { return s.truth(item) }
	if len(args.positional) > 0 {
		test := s.named("test", s.library.tests, args)
		passes = func(item any) bool { return s.truth(test(item)) }
	}
	if !s.truth(value) {
		return &list{}
	}
	var picked []any
	s.enter()
	defer s.leave()
	for _, item := range s.items(value) {
		s.step(1)
		if passes(s.follow(item, path, nil)) == keep {
			picked = append(picked, item)
		}
	}
	return s.listOf(picked)
}
