package jinja

// exec executes the nodes of a body up to a break or continue.
func (s *state) exec(body []node) control {
	s.enter()
	defer s.leave()
	for _, n := range body {
		s.step(1)
		if next := n.exec(s); next != goOn {
			return next
		}
	}
	return goOn
}

func (n text) exec(s *state) control {
	s.write(string(n))
	return goOn
}

func (n output) exec(s *state) control {
	s.line = n.line
	s.write(s.str(n.expr.eval(s)))
	return goOn
}

func (n ifNode) exec(s *state) control {
	for _, branch := range n {
		s.line = branch.line
		if branch.condition == nil || s.truth(branch.condition.eval(s)) {
			return s.exec(branch.body)
		}
	}
	return goOn
}

func (n setNode) exec(s *state) control {
	s.line = n.line
	s.assign(n.target, n.value.eval(s))
	return goOn
}

func (n setBlock) exec(s *state) control {
	s.line = n.line
	s.assign(n.target, s.filtered(n.body, n.filters))
	return goOn
}

func (n filterBlock) exec(s *state) control {
	s.line = n.line
	s.write(s.str(s.filtered(n.body, n.filters)))
	return goOn
}

// filtered executes a body in a scope of its own and applies filters to its text.
func (s *state) filtered(body []node, filters []*filterExpr) any {
	pop := s.push(s.scope)
	var value any = s.capture(body)
	pop()
	for _, filter := range filters {
		value = filter.apply(s, value)
	}
	return value
}

func (n withNode) exec(s *state) control {
	s.line = n.line
	values := make([]any, len(n.values))
	for i, value := range n.values {
		values[i] = value.eval(s)
	}
	defer s.push(s.scope)()
	for i, target := range n.targets {
		s.assign(target, values[i])
	}
	return s.exec(n.body)
}

func (n *macroNode) exec(s *state) control {
	s.line = n.line
	s.set(n.name, s.macro(n))
	return goOn
}

func (n callBlock) exec(s *state) control {
	s.line = n.line
	function := n.call.function.eval(s)
	args := n.call.args.eval(s)
	args.named = append(args.named, namedValue{"caller", s.macro(n.caller)})
	s.write(s.str(s.call(function, args)))
	return goOn
}

func (n jump) exec(*state) control { return control(n) }
