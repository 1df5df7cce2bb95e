package jinja

import "fmt"

// maxRange bounds the numbers of one range, as in the sandbox of Jinja2.
const maxRange = 100_000

// rangeOf returns the numbers from a start, or 0, to before a stop.
func rangeOf(s *state, args arguments) any {
	if len(args.named) > 0 || len(args.positional) == 0 || len(args.positional) > 3 {
		fail("range takes one to three numbers")
	}
	bounds := [3]int64{0, 0, 1}
	for i, arg := range args.positional {
		n, ok := small(arg)
		if !ok {
			fail("range takes integers, got %s", typeName(arg))
		}
		if n > 1<<53 || n < -1<<53 {
			fail("range takes numbers of at most 2^53")
		}
		bounds[i] = n
	}
	if len(args.positional) == 1 {
		bounds[0], bounds[1] = 0, bounds[0]
	}
	start, stop, step := bounds[0], bounds[1], bounds[2]
	if step == 0 {
		fail("the step of a range must not be 0")
	}
	count := max(0, (stop-start+step-step/max(step, -step))/step)
	if count > maxRange {
		fail("a range has at most %d numbers", maxRange)
	}
	s.makeTimes(24, int(count))
	s.step(int(count))
	items := make([]any, count)
	for i := range items {
		items[i] = start + int64(i)*step
	}
	shown := fmt.Sprintf("range(%d, %d)", start, stop)
	if step != 1 {
		shown = fmt.Sprintf("range(%d, %d, %d)", start, stop, step)
	}
	return &list{items: items, kind: kindRange, shown: shown}
}

// dictOf returns a dict of another one or of pairs, and of named arguments.
func dictOf(s *state, args arguments) any {
	if len(args.positional) > 1 {
		fail("dict takes one argument without a name")
	}
	made := &dict{}
	for _, arg := range args.positional {
		if from, ok := arg.(*dict); ok {
			arg = &list{items: from.pairs(s)}
		}
		for _, item := range s.items(arg) {
			pair := s.items(item)
			if len(pair) != 2 {
				fail("dict takes pairs, got %d values", len(pair))
			}
			made.set(s, pair[0], pair[1])
		}
	}
	for _, arg := range args.named {
		made.set(s, arg.name, arg.value)
	}
	return made
}

// namespaceOf returns an object whose attributes can be set.
func namespaceOf(s *state, args arguments) any {
	return &namespace{dictOf(s, args).(*dict)}
}

// cyclerOf returns an object whose next() gives its arguments in turn.
func cyclerOf(s *state, args arguments) any {
	if len(args.positional) == 0 || len(args.named) > 0 {
		fail("cycler needs at least one item")
	}
	items, at := args.positional, 0
	space := &namespace{&dict{}}
	show := func() { space.dict.set(s, "current", items[at]) }
	show()
	space.dict.set(s, "next", function{"next", func(*state, arguments) any {
		item := items[at]
		at = (at + 1) % len(items)
		show()
		return item
	}})
	space.dict.set(s, "reset", function{"reset", func(*state, arguments) any {
		at = 0
		show()
		return nil
	}})
	return space
}

// joinerOf returns a function that gives nothing at its first call, and a separator from then on.
func joinerOf(_ *state, args arguments) any {
	separator := any(", ")
	switch {
	case len(args.positional) == 1 && len(args.named) == 0:
		separator = args.positional[0]
	case len(args.positional) == 0 && len(args.named) == 1 && args.named[0].name == "sep":
		separator = args.named[0].value
	case len(args.positional)+len(args.named) > 0:
		fail("joiner takes a separator")
	}
	used := false
	return function{"joiner", func(*state, arguments) any {
		if !used {
			used = true
			return ""
		}
		return separator
	}}
}
