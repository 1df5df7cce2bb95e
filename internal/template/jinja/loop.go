package jinja

// loop is the variable loop of a for block.
type loop struct {
	node    *forNode
	outer   *scope // in which the for block stands
	items   []any
	index   int
	depth   int // 1 unless it is recursive
	changed any // what the last call of changed got
	called  bool
}

func (n *forNode) exec(s *state) control {
	s.line = n.line
	s.runLoop(n, n.items.eval(s), 1)
	return goOn
}

// runLoop executes a for block over the items of a value.
func (s *state) runLoop(n *forNode, over any, depth int) {
	l := &loop{node: n, outer: s.scope, items: s.items(over), depth: depth}
	if n.filter != nil {
		l.items = s.filterItems(n, l.items)
	}
	if len(l.items) == 0 {
		defer s.push(l.outer)()
		s.exec(n.orElse)
		return
	}
	for i, item := range l.items {
		s.step(1)
		l.index = i
		pop := s.push(l.outer)
		s.set("loop", l)
		s.assign(n.target, item)
		next := s.exec(n.body)
		pop()
		if next == breakLoop {
			return
		}
	}
}

// filterItems returns the items that the condition of a for block lets through.
func (s *state) filterItems(n *forNode, items []any) []any {
	var kept []any
	for _, item := range items {
		s.step(1)
		pop := s.push(s.scope)
		s.assign(n.target, item)
		keep := s.truth(n.filter.eval(s))
		pop()
		if keep {
			s.make(16)
			kept = append(kept, item)
		}
	}
	return kept
}

// attribute returns an attribute of loop.
func (l *loop) attribute(name string) (any, bool) {
	switch name {
	case "index":
		return int64(l.index + 1), true
	case "index0":
		return int64(l.index), true
	case "revindex":
		return int64(len(l.items) - l.index), true
	case "revindex0":
		return int64(len(l.items) - l.index - 1), true
	case "first":
		return l.index == 0, true
	case "last":
		return l.index == len(l.items)-1, true
	case "length":
		return int64(len(l.items)), true
	case "depth":
		return int64(l.depth), true
	case "depth0":
		return int64(l.depth - 1), true
	case "previtem":
		if l.index == 0 {
			return undefined{why: "there is no previous item"}, true
		}
		return l.items[l.index-1], true
	case "nextitem":
		if l.index == len(l.items)-1 {
			return undefined{why: "there is no next item"}, true
		}
		return l.items[l.index+1], true
	case "cycle":
		return function{"cycle", l.cycle}, true
	case "changed":
		return function{"changed", l.hasChanged}, true
	}
	return nil, false
}

func (l *loop) cycle(_ *state, args arguments) any {
	if len(args.positional) == 0 {
		fail("no items for cycling given")
	}
	return args.positional[l.index%len(args.positional)]
}

// hasChanged reports whether the arguments differ from those of the last call.
func (l *loop) hasChanged(s *state, args arguments) any {
	now := &list{items: args.positional, kind: kindTuple}
	if l.called && s.equal(l.changed, now) {
		return false
	}
	l.changed, l.called = now, true
	return true
}

// call renders the block for the items of another value: {{ loop(item.children) }}.
func (l *loop) call(s *state, args arguments) any {
	if !l.node.recursive {
		fail("loop can only be called when the for block is recursive")
	}
	if len(args.positional) != 1 || len(args.named) > 0 {
		fail("loop takes one argument")
	}
	outerScope, outer := s.scope, s.out
	s.scope, s.out = l.outer, &writer{}
	s.runLoop(l.node, args.positional[0], l.depth+1)
	text := s.out.text.String()
	s.scope, s.out = outerScope, outer
	return text
}
