package jinja

// macro returns a macro as a function. Its body sees the scope in which it is defined.
func (s *state) macro(m *macroNode) function {
	defined := s.scope
	return function{m.name, func(s *state, args arguments) any { return s.callMacro(m, defined, args) }}
}

func (s *state) callMacro(m *macroNode, defined *scope, args arguments) any {
	s.enter()
	defer s.leave()
	line := s.line
	defer s.push(defined)()
	s.bindMacro(m, args)
	text := s.capture(m.body)
	s.line = line
	return text
}

// bindMacro sets the parameters of a macro.
func (s *state) bindMacro(m *macroNode, args arguments) {
	positional, named := args.positional, args.named
	take := func(id string) (any, bool) {
		for i, arg := range named {
			if arg.name == id {
				named = append(named[:i:i], named[i+1:]...)
				return arg.value, true
			}
		}
		return nil, false
	}
	for i, param := range m.params {
		s.step(1 + len(named)/8)
		value, ok := take(param)
		fallback := i - len(m.params) + len(m.defaults)
		switch {
		case i < len(positional) && ok:
			fail("macro '%s' takes the argument '%s' once", m.name, param)
		case i < len(positional):
			value = positional[i]
		case !ok && fallback >= 0:
			value = m.defaults[fallback].eval(s)
		case !ok:
			value = undefined{name: param}
		}
		s.set(param, value)
	}
	if m.caller {
		value, ok := take("caller")
		if !ok {
			value = undefined{why: "no caller defined"}
		}
		s.set("caller", value)
	}
	rest := positional[min(len(m.params), len(positional)):]
	if m.varargs {
		s.set("varargs", &list{items: rest, kind: kindTuple})
	} else if len(rest) > 0 {
		fail("macro '%s' takes not more than %d arguments", m.name, len(m.params))
	}
	if m.kwargs {
		given := &dict{}
		for _, arg := range named {
			given.set(s, arg.name, arg.value)
		}
		s.set("kwargs", given)
	} else if len(named) > 0 {
		fail("macro '%s' takes no argument '%s'", m.name, named[0].name)
	}
}
