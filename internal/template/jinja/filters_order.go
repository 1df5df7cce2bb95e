package jinja

import (
	"slices"
	"strings"
)

// orderFilters are the filters that compare the items of a list.
func orderFilters() map[string]builtin {
	return map[string]builtin{
		"sort":     with("reverse case_sensitive attribute", sortFilter),
		"unique":   with("case_sensitive attribute", uniqueFilter),
		"groupby":  with("attribute! default case_sensitive", groupbyFilter),
		"dictsort": with("case_sensitive by reverse", dictsortFilter),
		"min":      with("case_sensitive attribute", func(s *state, value any, args params) any { return extreme(s, value, args, false) }),
		"max":      with("case_sensitive attribute", func(s *state, value any, args params) any { return extreme(s, value, args, true) }),
	}
}

// keyed is an item with what it is compared by.
type keyed struct{ key, item any }

// keys returns items with their attribute, or themselves, in small letters unless the case counts.
func (s *state) keyedBy(items []any, attribute, byDefault any, caseSensitive bool) []keyed {
	var path []any
	if attribute != nil {
		path = s.path(attribute)
	}
	s.makeTimes(32, len(items))
	all := make([]keyed, len(items))
	for i, item := range items {
		key := s.follow(item, path, byDefault)
		if !caseSensitive {
			key = s.folded(key)
		}
		all[i] = keyed{key, item}
	}
	return all
}

// folded returns a text in small letters, and any other value as it is.
func (s *state) folded(value any) any {
	s.step(1)
	text, ok := textOf(value)
	if !ok {
		return value
	}
	s.make(len(text))
	return lower(text)
}

// sortKeyed sorts items by their keys; those with equal keys keep their order.
func (s *state) sortKeyed(items []keyed, reverse bool) {
	slices.SortStableFunc(items, func(a, b keyed) int {
		if reverse {
			a, b = b, a
		}
		switch {
		case s.less(a.key, b.key):
			return -1
		case s.less(b.key, a.key):
			return 1
		}
		return 0
	})
}

// sorted sorts items, which it changes.
func (s *state) sorted(items []any, reverse bool) []any {
	all := s.keyedBy(items, nil, nil, true)
	s.sortKeyed(all, reverse)
	for i := range all {
		items[i] = all[i].item
	}
	return items
}

// sortFilter sorts by an attribute, or by several with commas between them.
func sortFilter(s *state, value any, args params) any {
	reverse, caseSensitive := args.flag(s, 0, false), args.flag(s, 1, false)
	items := s.copyItems(value)
	var paths [][]any
	if names, ok := textOf(args.value(2, nil)); ok {
		for name := range strings.SplitSeq(names, ",") {
			paths = append(paths, s.path(name))
		}
	} else if attribute := args.value(2, nil); attribute != nil {
		paths = [][]any{{attribute}}
	} else {
		paths = [][]any{nil}
	}
	s.makeTimes(64+16*len(paths), len(items))
	all := make([]keyed, len(items))
	for i, item := range items {
		keys := make([]any, len(paths))
		for at, path := range paths {
			keys[at] = s.follow(item, path, nil)
			if !caseSensitive {
				keys[at] = s.folded(keys[at])
			}
		}
		all[i] = keyed{tupleOf(keys...), item}
	}
	s.sortKeyed(all, reverse)
	for i := range all {
		items[i] = all[i].item
	}
	return &list{items: items}
}

func uniqueFilter(s *state, value any, args params) any {
	seen := map[any]bool{}
	var unique []any
	for _, item := range s.keyedBy(s.items(value), args.value(1, nil), nil, args.flag(s, 0, false)) {
		hash := s.hash(item.key)
		if !seen[hash] {
			s.make(64)
			seen[hash] = true
			unique = append(unique, item.item)
		}
	}
	return s.listOf(unique)
}

func groupbyFilter(s *state, value any, args params) any {
	caseSensitive, path, byDefault := args.flag(s, 2, false), s.path(args[0]), args.value(1, nil)
	all := s.keyedBy(s.items(value), args[0], byDefault, caseSensitive)
	s.sortKeyed(all, false)
	var groups []any
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && s.equal(all[from].key, all[to].key) {
			to++
		}
		s.makeTimes(16, to-from+8)
		items := make([]any, 0, to-from)
		for _, item := range all[from:to] {
			items = append(items, item.item)
		}
		group := tupleOf(s.follow(items[0], path, byDefault), &list{items: items})
		group.names = []string{"grouper", "list"}
		groups = append(groups, group)
		from = to
	}
	return s.listOf(groups)
}

func dictsortFilter(s *state, value any, args params) any {
	d, ok := value.(*dict)
	if !ok {
		fail("filter dictsort takes a dict, got %s", typeName(value))
	}
	at := slices.Index([]string{"key", "value"}, args.text(1, "key"))
	if at < 0 {
		fail(`filter dictsort sorts by "key" or "value"`)
	}
	all := s.keyedBy(d.pairs(s), int64(at), nil, args.flag(s, 0, false))
	s.sortKeyed(all, args.flag(s, 2, false))
	pairs := make([]any, len(all))
	for i := range all {
		pairs[i] = all[i].item
	}
	return s.listOf(pairs)
}

// extreme returns the least or the greatest item, the first of those that are equal.
func extreme(s *state, value any, args params, greatest bool) any {
	all := s.keyedBy(s.items(value), args.value(1, nil), nil, args.flag(s, 0, false))
	if len(all) == 0 {
		return undefined{why: "there is no least or greatest item, the sequence is empty"}
	}
	best := all[0]
	for _, item := range all[1:] {
		if greatest && s.less(best.key, item.key) || !greatest && s.less(item.key, best.key) {
			best = item
		}
	}
	return best.item
}
