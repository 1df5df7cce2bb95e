package jinja

func (e constant) eval(*state) any { return e.value }

func (e name) eval(s *state) any { return s.get(string(e)) }

func (e *attrExpr) eval(s *state) any {
	s.step(1)
	return s.attribute(e.of.eval(s), e.name)
}

func (e *indexExpr) eval(s *state) any {
	s.step(1)
	of := e.of.eval(s)
	return s.item(of, e.key.eval(s))
}

func (e *sliceExpr) eval(s *state) any {
	s.step(1)
	of := e.of.eval(s)
	var bounds [3]any
	for i, part := range []expr{e.start, e.stop, e.step} {
		if part != nil {
			bounds[i] = part.eval(s)
		}
	}
	return s.slice(of, bounds[0], bounds[1], bounds[2])
}

func (e *callExpr) eval(s *state) any {
	s.step(1)
	function := e.function.eval(s)
	return s.call(function, e.args.eval(s))
}

// call calls a function, a macro or a recursive loop.
func (s *state) call(callee any, args arguments) any {
	s.enter()
	defer s.leave()
	switch callee := callee.(type) {
	case function:
		return callee.call(s, args)
	case *loop:
		return callee.call(s, args)
	case undefined:
		fail("%s", callee)
	}
	fail("'%s' object is not callable", typeName(callee))
	return nil
}

func (e *filterExpr) eval(s *state) any { return e.apply(s, e.value.eval(s)) }

// apply applies a filter to a value.
func (e *filterExpr) apply(s *state, value any) any {
	s.step(1)
	return e.filter.call(s, "filter "+e.name, value, e.args.eval(s))
}

func (e *testExpr) eval(s *state) any {
	s.step(1)
	value := e.value.eval(s)
	return s.truth(e.test.call(s, "test "+e.name, value, e.args.eval(s))) != e.negate
}

func (e unaryExpr) eval(s *state) any {
	s.step(1)
	return s.unary(e.operator, e.value.eval(s))
}

func (e *binaryExpr) eval(s *state) any {
	s.step(1)
	left := e.left.eval(s)
	return s.binary(e.operator, left, e.right.eval(s))
}

func (e concatExpr) eval(s *state) any {
	parts := make([]string, len(e))
	size := 0
	for i, part := range e {
		parts[i] = s.str(part.eval(s))
		size += len(parts[i])
	}
	s.make(size)
	joined := make([]byte, 0, size)
	for _, part := range parts {
		joined = append(joined, part...)
	}
	return string(joined)
}

func (e compareExpr) eval(s *state) any {
	left := e.first.eval(s)
	for i, operator := range e.operators {
		s.step(1)
		right := e.rest[i].eval(s)
		if !s.compare(operator, left, right) {
			return false
		}
		left = right
	}
	return true
}

func (e logicExpr) eval(s *state) any {
	var value any
	for _, part := range e.parts {
		s.step(1)
		if value = part.eval(s); s.truth(value) != e.and {
			break
		}
	}
	return value
}

func (e notExpr) eval(s *state) any { return !s.truth(e.value.eval(s)) }

func (e condExpr) eval(s *state) any {
	s.step(1)
	switch {
	case s.truth(e.condition.eval(s)):
		return e.then.eval(s)
	case e.orElse != nil:
		return e.orElse.eval(s)
	}
	return undefined{why: "the conditional expression has no else"}
}

func (e listExpr) eval(s *state) any {
	s.make(16*len(e.items) + 32)
	items := make([]any, len(e.items))
	for i, item := range e.items {
		items[i] = item.eval(s)
	}
	if e.tuple {
		return &list{items: items, kind: kindTuple}
	}
	return &list{items: items}
}

func (e dictExpr) eval(s *state) any {
	d := &dict{}
	for i, key := range e.keys {
		d.set(s, key.eval(s), e.values[i].eval(s))
	}
	return d
}

// eval evaluates the arguments of a call.
func (e argExprs) eval(s *state) arguments {
	var args arguments
	if len(e.positional) > 0 {
		args.positional = make([]any, 0, len(e.positional))
	}
	for _, arg := range e.positional {
		args.positional = append(args.positional, arg.eval(s))
	}
	for _, arg := range e.named {
		args.named = append(args.named, namedValue{arg.name, arg.value.eval(s)})
	}
	if e.list != nil {
		more := s.items(e.list.eval(s))
		s.make(16 * len(more))
		args.positional = append(args.positional, more...)
	}
	if e.dict != nil {
		more, ok := e.dict.eval(s).(*dict)
		if !ok {
			fail("what follows ** is no dict")
		}
		for _, key := range more.keys(s) {
			value, _ := more.get(s, key)
			args.named = append(args.named, namedValue{s.str(key), value})
		}
	}
	return args
}
