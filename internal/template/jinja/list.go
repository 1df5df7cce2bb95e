package jinja

// listKind is the kind of a list.
type listKind int

const (
	kindList listKind = iota
	kindTuple
	kindRange
	kindView // of a dict
)

// list is a list, a tuple, a range, or the items, keys or values of a dict. Nothing changes it.
type list struct {
	items []any
	kind  listKind
	// raw is set when the items are decoded JSON.
	raw bool
	// shown is how a range is printed, or the name of a view.
	shown string
	// names are those of the fields of a tuple that groupby makes.
	names []string
}

// tupleOf returns a tuple of items, which it keeps.
func tupleOf(items ...any) *list { return &list{items: items, kind: kindTuple} }

// listOf returns a list of items, which it keeps.
func (s *state) listOf(items []any) *list {
	s.make(16*len(items) + 32)
	return &list{items: items}
}

func (l *list) typeName() string {
	switch l.kind {
	case kindTuple:
		return "tuple"
	case kindRange:
		return "range"
	case kindView:
		return l.shown
	}
	return "list"
}

// at returns an item.
func (l *list) at(i int) any {
	if l.raw {
		return fromJSON(l.items[i])
	}
	return l.items[i]
}

// all returns the items, which must not be changed.
func (l *list) all(s *state) []any {
	if !l.raw {
		return l.items
	}
	s.makeTimes(32, len(l.items))
	items := make([]any, len(l.items))
	for i := range items {
		items[i] = l.at(i)
	}
	return items
}

// copyItems returns the items of a value, to be changed.
func (s *state) copyItems(value any) []any {
	items := s.items(value)
	s.makeTimes(16, len(items))
	return append(make([]any, 0, len(items)), items...)
}
