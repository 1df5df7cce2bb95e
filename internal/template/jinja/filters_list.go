package jinja

import (
	"slices"
	"strconv"
	"strings"
)

// listFilters are the filters that look at a list, or make another of it.
func listFilters() map[string]builtin {
	length := plain(func(s *state, value any) any { return int64(s.length(value)) })
	return map[string]builtin{
		"length": length, "count": length,
		"first":   plain(func(s *state, value any) any { return edge(s, value, false) }),
		"last":    plain(func(s *state, value any) any { return edge(s, value, true) }),
		"list":    plain(func(s *state, value any) any { return &list{items: s.items(value)} }),
		"items":   plain(itemsFilter),
		"reverse": plain(reverseFilter),
		"join":    with("d attribute", joinFilter),
		"batch":   with("linecount! fill_with", batchFilter),
		"slice":   with("slices! fill_with", sliceFilter),
		"sum":     with("attribute start", sumFilter),
	}
}

// edge returns the first or the last item.
func edge(s *state, value any, last bool) any {
	if text, ok := textOf(value); ok && text != "" {
		if last {
			return s.characterAt(text, -1)
		}
		return s.characterAt(text, 0)
	}
	items := s.items(value)
	switch {
	case len(items) == 0:
		return undefined{why: "there is no first or last item, the sequence is empty"}
	case last:
		return items[len(items)-1]
	}
	return items[0]
}

func itemsFilter(s *state, value any) any {
	switch v := value.(type) {
	case undefined:
		return &list{}
	case *dict:
		return &list{items: v.pairs(s)}
	}
	fail("filter items takes a dict, got %s", typeName(value))
	return nil
}

func reverseFilter(s *state, value any) any {
	if text, ok := textOf(value); ok {
		s.makeTimes(5, len(text))
		characters := []rune(text)
		slices.Reverse(characters)
		return like(value, string(characters))
	}
	items := s.copyItems(value)
	slices.Reverse(items)
	return &list{items: items}
}

func joinFilter(s *state, value any, args params) any {
	items := s.items(value)
	if args.value(1, nil) != nil {
		items = s.attributes(items, args[1], nil)
	}
	return s.joinTexts(s.str(args.value(0, "")), items)
}

// joinTexts writes items one after another, with a separator between them.
func (s *state) joinTexts(separator string, items []any) string {
	var b strings.Builder
	for i, item := range items {
		s.step(1)
		if i > 0 {
			s.make(len(separator))
			b.WriteString(separator)
		}
		text := s.str(item)
		s.make(len(text))
		b.WriteString(text)
	}
	return b.String()
}

// attributes returns an attribute of each item; what is undefined becomes byDefault, unless that is nil.
func (s *state) attributes(items []any, attribute, byDefault any) []any {
	path := s.path(attribute)
	s.makeTimes(16, len(items))
	values := make([]any, len(items))
	for i, item := range items {
		values[i] = s.follow(item, path, byDefault)
	}
	return values
}

// path splits the name of an attribute, such as "address.city" or "scores.0".
func (s *state) path(attribute any) []any {
	text, ok := textOf(attribute)
	if !ok {
		return []any{attribute}
	}
	s.makeTimes(16, len(text)+1)
	var path []any
	for part := range strings.SplitSeq(text, ".") {
		if n, err := strconv.ParseInt(part, 10, 64); err == nil && part[0] != '-' && part[0] != '+' {
			path = append(path, n)
		} else {
			path = append(path, part)
		}
	}
	return path
}

// follow returns the attribute of a value that a path leads to.
func (s *state) follow(value any, path []any, byDefault any) any {
	for _, key := range path {
		s.step(1)
		value = s.item(value, key)
		if _, isUndefined := value.(undefined); isUndefined && byDefault != nil {
			value = byDefault
		}
	}
	return value
}

func batchFilter(s *state, value any, args params) any {
	size := args.int(0, 1)
	if size < 1 {
		fail("filter batch takes a size of at least 1")
	}
	fill := args.value(1, nil)
	var batches []any
	for batch := range slices.Chunk(s.items(value), size) {
		missing := size - len(batch)
		if fill == nil {
			missing = 0
		}
		s.makeTimes(16, len(batch)+missing+4)
		batch = append(slices.Clone(batch), slices.Repeat([]any{fill}, missing)...)
		batches = append(batches, &list{items: batch})
	}
	return s.listOf(batches)
}

func sliceFilter(s *state, value any, args params) any {
	count := args.int(0, 1)
	if count < 1 {
		fail("filter slice takes at least one slice")
	}
	items, fill := s.items(value), args.value(1, nil)
	s.makeTimes(96, count)
	s.makeTimes(16, len(items))
	size, longer, from := len(items)/count, len(items)%count, 0
	columns := make([]any, count)
	for i := range columns {
		s.step(1)
		to := from + size
		if i < longer {
			to++
		}
		column := slices.Clone(items[from:to])
		if fill != nil && i >= longer {
			column = append(column, fill)
		}
		columns[i] = &list{items: column}
		from = to
	}
	return s.listOf(columns)
}

func sumFilter(s *state, value any, args params) any {
	items, sum := s.items(value), args.value(1, int64(0))
	if args.value(0, nil) != nil {
		items = s.attributes(items, args[0], nil)
	}
	if _, isText := textOf(sum); isText {
		fail("sum() can't sum strings")
	}
	for _, item := range items {
		s.step(1)
		sum = s.binary("+", sum, item)
	}
	return sum
}
