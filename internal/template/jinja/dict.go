package jinja

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// dict is an object: either one of decoded JSON, whose order of names is not known, so that they are sorted; or one that the
// template has made, in the order in which it was made.
type dict struct {
	object map[string]any

	order  []any
	values []any
	index  map[any]int
}

func (d *dict) len() int { return max(len(d.object), len(d.order)) }

// keys returns the keys, which must not be changed.
func (d *dict) keys(s *state) []any {
	if d.object == nil {
		return d.order
	}
	s.makeTimes(32, len(d.object))
	s.step(len(d.object))
	names := make([]string, 0, len(d.object))
	for name := range d.object {
		names = append(names, name)
	}
	slices.Sort(names)
	keys := make([]any, len(names))
	for i, name := range names {
		keys[i] = name
	}
	return keys
}

// get returns the value of a key.
func (d *dict) get(s *state, key any) (any, bool) {
	s.step(1)
	if d.object != nil {
		name, ok := textOf(key)
		if !ok {
			s.hash(key)
			return nil, false
		}
		s.scan(len(name))
		value, ok := d.object[name]
		if !ok {
			return nil, false
		}
		return fromJSON(value), true
	}
	at, ok := d.index[s.hash(key)]
	if !ok {
		return nil, false
	}
	return d.values[at], true
}

// set sets the value of a key. It is only for dicts that are being made, and for those in namespaces.
func (d *dict) set(s *state, key, value any) {
	hash := s.hash(key)
	if at, ok := d.index[hash]; ok {
		d.values[at] = value
		return
	}
	s.make(96)
	if d.index == nil {
		d.index = map[any]int{}
	}
	d.index[hash] = len(d.order)
	d.order, d.values = append(d.order, key), append(d.values, value)
}

// pairs returns the items as tuples.
func (d *dict) pairs(s *state) []any {
	keys := d.keys(s)
	s.makeTimes(96, len(keys))
	pairs := make([]any, len(keys))
	for i, key := range keys {
		value, _ := d.get(s, key)
		pairs[i] = tupleOf(key, value)
	}
	return pairs
}

// all returns the values.
func (d *dict) all(s *state) []any {
	if d.object == nil {
		return d.values
	}
	keys := d.keys(s)
	s.makeTimes(32, len(keys))
	values := make([]any, len(keys))
	for i, key := range keys {
		values[i], _ = d.get(s, key)
	}
	return values
}

// Hashes of values that are no strings.
type (
	bigHash   string
	tupleHash string
	noneHash  struct{}
)

// hash returns a comparable value that is the same for keys that are equal: 1, 1.0 and True are one key.
func (s *state) hash(key any) any {
	switch k := key.(type) {
	case nil:
		return noneHash{}
	case string:
		s.scan(len(k))
		return k
	case markup:
		s.scan(len(k))
		return string(k)
	case bool:
		return boolInt(k)
	case int64:
		return k
	case float64:
		if n := int64(k); k == math.Trunc(k) && math.Abs(k) < 1<<62 {
			return n
		}
		return k
	case *big.Int:
		s.make(k.BitLen() / 3)
		return bigHash(k.String())
	case *list:
		if k.kind == kindTuple {
			return s.hashTuple(k)
		}
	case undefined:
		return undefined{}
	}
	fail("unhashable type: '%s'", typeName(key))
	return nil
}

// hashTuple returns a text that differs between tuples that are not equal.
func (s *state) hashTuple(tuple *list) tupleHash {
	s.enter()
	defer s.leave()
	var b strings.Builder
	for _, item := range tuple.all(s) {
		switch h := s.hash(item).(type) {
		case string:
			s.make(len(h) + 24)
			b.WriteString("s" + strconv.Itoa(len(h)) + ":" + h)
		case tupleHash:
			s.make(len(h) + 24)
			b.WriteString("t" + strconv.Itoa(len(h)) + ":" + string(h))
		case int64:
			s.make(24)
			b.WriteString("i" + strconv.FormatInt(h, 10) + ";")
		case float64:
			s.make(32)
			b.WriteString("f" + strconv.FormatFloat(h, 'g', -1, 64) + ";")
		case bigHash:
			s.make(len(h) + 8)
			b.WriteString("b" + string(h) + ";")
		case noneHash:
			b.WriteString("n;")
		case undefined:
			b.WriteString("u;")
		}
	}
	return tupleHash(b.String())
}

// boolInt returns 1 for true and 0 for false.
func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
