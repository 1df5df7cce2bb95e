package schema

import (
	"encoding/json"
	"maps"
	"slices"
)

// checkNumbers adds a problem for the first number in a value of any form that float64 cannot hold: most programs cannot
// read it either.
func (p *problems) checkNumbers(at path, v any) bool {
	if !exceedsFloat(v) {
		return true
	}
	steps, number, _ := findExceeding(v)
	for _, step := range slices.Backward(steps) {
		at = step(at)
	}
	p.add(at, "is too large, got "+shortValue(number, at.secret))
	return false
}

func exceedsFloat(v any) bool {
	switch v := v.(type) {
	case json.Number:
		_, err := v.Float64()
		return err != nil
	case []any:
		return slices.ContainsFunc(v, exceedsFloat)
	case map[string]any:
		for _, member := range v {
			if exceedsFloat(member) {
				return true
			}
		}
	}
	return false
}

// findExceeding returns the first number in v that float64 cannot hold, in the order of the keys, and the steps to it, the
// last one first.
func findExceeding(v any) (steps []func(path) path, number json.Number, found bool) {
	switch v := v.(type) {
	case json.Number:
		return nil, v, exceedsFloat(v)
	case []any:
		for i, item := range v {
			if steps, number, found = findExceeding(item); found {
				return append(steps, func(at path) path { return at.index(i) }), number, true
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if steps, number, found = findExceeding(v[name]); found {
				return append(steps, func(at path) path { return at.key(name) }), number, true
			}
		}
	}
	return nil, "", false
}
