package jinja

import (
	"math"
	"math/big"
	"strings"
)

// join adds texts, or lists of one kind. Text that is added to markup is escaped.
func (s *state) join(left, right any) (any, bool) {
	if a, ok := left.(*list); ok {
		b, ok := right.(*list)
		if !ok || a.kind != b.kind || a.kind > kindTuple {
			return nil, false
		}
		x, y := a.all(s), b.all(s)
		s.makeTimes(16, len(x)+len(y))
		return &list{items: append(append(make([]any, 0, len(x)+len(y)), x...), y...), kind: a.kind}, true
	}
	a, aOK := textOf(left)
	b, bOK := textOf(right)
	if !aOK || !bOK {
		return nil, false
	}
	_, aMarkup := left.(markup)
	_, bMarkup := right.(markup)
	if aMarkup != bMarkup {
		if aMarkup {
			b = s.escape(b)
		} else {
			a = s.escape(a)
		}
	}
	s.make(len(a) + len(b))
	if aMarkup || bMarkup {
		return markup(a + b), true
	}
	return a + b, true
}

// repeat repeats a text or a list.
func (s *state) repeat(value, times any) (any, bool) {
	n, ok := small(times)
	if !ok {
		if _, isBig := times.(*big.Int); isBig {
			n = math.MaxInt64
		} else {
			return nil, false
		}
	}
	count := int(max(n, 0))
	if text, ok := textOf(value); ok {
		s.makeTimes(len(text), count)
		if text == "" {
			count = 0
		}
		return like(value, strings.Repeat(text, count)), true
	}
	l, ok := value.(*list)
	if !ok || l.kind > kindTuple {
		return nil, false
	}
	items := l.all(s)
	s.makeTimes(16*len(items), count)
	var repeated []any
	if len(items) > 0 {
		repeated = make([]any, 0, len(items)*count)
		for range count {
			repeated = append(repeated, items...)
		}
	}
	return &list{items: repeated, kind: l.kind}, true
}
