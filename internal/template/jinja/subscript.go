package jinja

import (
	"math"
	"math/big"
	"unicode/utf8"
)

// attribute returns value.name: a method, an attribute, or else an item.
func (s *state) attribute(value any, name string) any {
	if found, ok := s.ownAttribute(value, name); ok {
		return found
	}
	if d, ok := value.(*dict); ok {
		if item, ok := d.get(s, name); ok {
			return item
		}
	}
	return missing(value, name)
}

// missing returns what stands for an attribute that is not there.
func missing(value any, name string) any {
	mustDefined(value)
	return undefined{of: typeName(value), name: name}
}

// ownAttribute returns an attribute that is not an item.
func (s *state) ownAttribute(value any, name string) (any, bool) {
	switch v := value.(type) {
	case *namespace:
		return v.dict.get(s, name)
	case *loop:
		return v.attribute(name)
	case *list:
		for i, field := range v.names {
			if field == name {
				return v.items[i], true
			}
		}
	}
	return s.library.method(value, name)
}

// item returns value[key].
func (s *state) item(value, key any) any {
	switch v := value.(type) {
	case *dict:
		if found, ok := v.get(s, key); ok {
			return found
		}
	case *list:
		if at, ok := small(key); ok && v.kind != kindView {
			return itemAt(v, at)
		}
	case string, markup:
		if at, ok := small(key); ok {
			return s.characterAt(value, at)
		}
	}
	name, ok := textOf(key)
	s.scan(len(name))
	if !ok {
		mustDefined(value)
		return undefined{why: "there is no such item"}
	}
	if found, ok := s.ownAttribute(value, name); ok {
		return found
	}
	return missing(value, name)
}

func itemAt(l *list, at int64) any {
	if at < 0 {
		at += int64(len(l.items))
	}
	if at < 0 || at >= int64(len(l.items)) {
		return undefined{why: "the list has no item at this place"}
	}
	return l.at(int(at))
}

// characterAt returns a character of a text.
func (s *state) characterAt(value any, at int64) any {
	text, _ := textOf(value)
	s.scan(len(text))
	if at < 0 {
		at += int64(utf8.RuneCountInString(text))
	}
	if at >= 0 && at < int64(len(text)) {
		for _, r := range text {
			if at == 0 {
				return like(value, string(r))
			}
			at--
		}
	}
	return undefined{why: "the string has no character at this place"}
}

// slice returns value[start:stop:step].
func (s *state) slice(value, start, stop, step any) any {
	if text, ok := textOf(value); ok {
		s.makeTimes(4, len(text))
		characters := []rune(text)
		var picked []rune
		for _, at := range s.places(len(characters), start, stop, step) {
			picked = append(picked, characters[at])
		}
		return like(value, string(picked))
	}
	l, ok := value.(*list)
	if !ok || l.kind == kindView {
		mustDefined(value)
		fail("'%s' object cannot be sliced", typeName(value))
	}
	places := s.places(len(l.items), start, stop, step)
	s.makeTimes(16, len(places))
	items := make([]any, len(places))
	for i, at := range places {
		items[i] = l.at(at)
	}
	kind := l.kind
	if kind == kindRange {
		kind = kindList
	}
	return &list{items: items, kind: kind}
}

// places returns the places that a slice picks, of so many.
func (s *state) places(length int, start, stop, step any) []int {
	by := bound(step, 1)
	if by == 0 {
		fail("slice step cannot be zero")
	}
	clamp := func(value any, byDefault int) int {
		n := bound(value, byDefault)
		if value != nil && n < 0 {
			n += length
		}
		if by > 0 {
			return min(max(n, 0), length)
		}
		return min(max(n, -1), length-1)
	}
	from, to := clamp(start, 0), clamp(stop, length)
	if by < 0 {
		from, to = clamp(start, length-1), clamp(stop, -1)
	}
	var places []int
	for at := from; by > 0 && at < to || by < 0 && at > to; at += by {
		s.make(8)
		places = append(places, at)
	}
	return places
}

// bound returns a bound of a slice. A huge one counts as beyond every length.
func bound(value any, byDefault int) int {
	switch v := value.(type) {
	case nil:
		return byDefault
	case *big.Int:
		return v.Sign() * math.MaxInt32
	}
	n, ok := small(value)
	if !ok {
		fail("slice indices must be integers or None")
	}
	return int(min(max(n, -math.MaxInt32), math.MaxInt32))
}
