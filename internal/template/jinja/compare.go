package jinja

import (
	"cmp"
	"math"
	"math/big"
	"strings"
)

// compare applies an operator of comparison.
func (s *state) compare(operator string, left, right any) bool {
	switch operator {
	case "==":
		return s.equal(left, right)
	case "!=":
		return !s.equal(left, right)
	case "in":
		return s.contains(right, left)
	case "not in":
		return !s.contains(right, left)
	}
	order, ordered := s.order(left, right, operator)
	if !ordered {
		return false
	}
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

// equal reports whether values are equal. Numbers of all types are compared by value; a list and a tuple differ.
func (s *state) equal(left, right any) bool {
	s.step(1)
	if isNumber(left) && isNumber(right) {
		order, ok := orderNumbers(left, right)
		return ok && order == 0
	}
	if a, ok := textOf(left); ok {
		b, ok := textOf(right)
		s.scan(len(a))
		return ok && a == b
	}
	switch a := left.(type) {
	case nil:
		return right == nil
	case undefined:
		_, ok := right.(undefined)
		return ok
	case *list:
		b, ok := right.(*list)
		return ok && s.equalLists(a, b)
	case *dict:
		b, ok := right.(*dict)
		return ok && s.equalDicts(a, b)
	case *namespace, *loop:
		return left == right
	}
	return false
}

func (s *state) equalLists(a, b *list) bool {
	if a == b {
		return true
	}
	if a.kind != b.kind || len(a.items) != len(b.items) {
		return false
	}
	s.enter()
	defer s.leave()
	for i := range a.items {
		if !s.equal(a.at(i), b.at(i)) {
			return false
		}
	}
	return true
}

func (s *state) equalDicts(a, b *dict) bool {
	if a.len() != b.len() {
		return false
	}
	s.enter()
	defer s.leave()
	for _, key := range a.keys(s) {
		x, _ := a.get(s, key)
		if y, ok := b.get(s, key); !ok || !s.equal(x, y) {
			return false
		}
	}
	return true
}

// orderNumbers compares numbers; NaN has no order.
func orderNumbers(left, right any) (int, bool) {
	a, aSmall := small(left)
	b, bSmall := small(right)
	if aSmall && bSmall {
		return cmp.Compare(a, b), true
	}
	f, aFloat := left.(float64)
	g, bFloat := right.(float64)
	if aFloat && math.IsNaN(f) || bFloat && math.IsNaN(g) {
		return 0, false
	}
	if aFloat && bFloat {
		return cmp.Compare(f, g), true
	}
	return exact(left).Cmp(exact(right)), true
}

// exact returns a number as a float that is large enough for every integer.
func exact(value any) *big.Float {
	if f, ok := value.(float64); ok {
		return new(big.Float).SetFloat64(f)
	}
	n, _ := integer(value)
	return new(big.Float).SetInt(n)
}

// order compares values that have an order: numbers, texts, and lists of such. The operator is for the error.
func (s *state) order(left, right any, operator string) (order int, ordered bool) {
	s.step(1)
	if isNumber(left) && isNumber(right) {
		return orderNumbers(left, right)
	}
	if a, ok := textOf(left); ok {
		if b, ok := textOf(right); ok {
			s.scan(min(len(a), len(b)))
			return strings.Compare(a, b), true
		}
	}
	a, aList := left.(*list)
	b, bList := right.(*list)
	if aList && bList && a.kind == b.kind && a.kind <= kindTuple {
		return s.orderLists(a, b, operator)
	}
	for _, value := range []any{left, right} {
		mustDefined(value)
	}
	fail("'%s' not supported between instances of '%s' and '%s'", operator, typeName(left), typeName(right))
	return 0, false
}

func (s *state) orderLists(a, b *list, operator string) (int, bool) {
	s.enter()
	defer s.leave()
	for i := range min(len(a.items), len(b.items)) {
		x, y := a.at(i), b.at(i)
		if !s.equal(x, y) {
			return s.order(x, y, operator)
		}
	}
	return cmp.Compare(len(a.items), len(b.items)), true
}

// less reports whether a value is before another.
func (s *state) less(left, right any) bool {
	order, ordered := s.order(left, right, "<")
	return ordered && order < 0
}

// contains reports whether a value is in another: a part of a text, an item of a list, a key of a dict.
func (s *state) contains(in, value any) bool {
	switch in := in.(type) {
	case *dict:
		_, ok := in.get(s, value)
		return ok
	case *list:
		for i := range in.items {
			if s.equal(in.at(i), value) {
				return true
			}
		}
		return false
	case undefined:
		return false
	}
	text, ok := textOf(in)
	if !ok {
		fail("argument of type '%s' is not iterable", typeName(in))
	}
	part, ok := textOf(value)
	if !ok {
		fail("'in <string>' requires string as left operand, not %s", typeName(value))
	}
	s.scan(len(text))
	return strings.Contains(text, part)
}
