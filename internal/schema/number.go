package schema

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

// integerDecoder decodes integers of one size.
type integerDecoder struct {
	limits   bounds
	bits     int
	unsigned bool
}

func (*integerDecoder) typ() string { return "integer" }

func (*integerDecoder) acceptsElement(any) bool { return false }

func (n *integerDecoder) decode(p *problems, at path, v any) (any, bool) {
	number, ok := numberOf(v)
	if ok {
		number, ok = wholeNumber(number)
	}
	if !ok {
		p.mismatch(at, "an integer", v)
		return nil, false
	}
	if violation := n.limits.violation(number); violation != "" {
		p.add(at, "must be "+violation+", got "+shortValue(number, at.secret))
		return number, n.fits(number)
	}
	if !n.fits(number) {
		p.add(at, "must be "+n.size()+", got "+shortValue(number, at.secret))
		return nil, false
	}
	return number, true
}

func (n *integerDecoder) fits(number json.Number) bool {
	var err error
	if n.unsigned {
		_, err = strconv.ParseUint(string(number), 10, n.bits)
	} else {
		_, err = strconv.ParseInt(string(number), 10, n.bits)
	}
	return err == nil
}

func (n *integerDecoder) size() string {
	size := "an integer of " + strconv.Itoa(n.bits) + " bits"
	if n.unsigned {
		size += " and not negative"
	}
	return size
}

// numberDecoder decodes floating point numbers of one size.
type numberDecoder struct {
	limits bounds
	bits   int
}

func (*numberDecoder) typ() string { return "number" }

func (*numberDecoder) acceptsElement(any) bool { return false }

func (n *numberDecoder) decode(p *problems, at path, v any) (any, bool) {
	number, ok := numberOf(v)
	if !ok {
		p.mismatch(at, "a number", v)
		return nil, false
	}
	_, err := strconv.ParseFloat(string(number), n.bits)
	if violation := n.limits.violation(number); violation != "" {
		p.add(at, "must be "+violation+", got "+shortValue(number, at.secret))
		return number, err == nil
	}
	if err != nil {
		p.add(at, "is too large, got "+shortValue(number, at.secret))
		return nil, false
	}
	return number, true
}

// numberOf returns a number, or the number in a string.
func numberOf(v any) (json.Number, bool) {
	switch v := v.(type) {
	case json.Number:
		return v, true
	case string:
		v = strings.TrimSpace(v)
		return json.Number(v), isNumber(v)
	}
	return "", false
}

var numberText = lazy.Regexp{Text: `^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`}

// isNumber reports whether s is a JSON number.
func isNumber(s string) bool {
	return numberText.Get().MatchString(s)
}

// wholeNumber returns an integer without fraction and exponent, and false for other
// numbers. An integer with an exponent must be exact as a float64.
func wholeNumber(number json.Number) (json.Number, bool) {
	const exact = 1 << 53
	s := string(number)
	if strings.ContainsAny(s, "eE") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
			return "", false
		}
		return json.Number(strconv.FormatInt(int64(f), 10)), true
	}
	s, fraction, _ := strings.Cut(s, ".")
	if s == "-0" {
		s = "0"
	}
	return json.Number(s), strings.Trim(fraction, "0") == ""
}

// bounds are inclusive; an empty one does not limit.
type bounds struct {
	min, max json.Number
}

// violation returns what n must be, such as "at least 1", or "" if it is within the bounds.
func (b bounds) violation(n json.Number) string {
	low := b.min != "" && float(n) < float(b.min)
	high := b.max != "" && float(n) > float(b.max)
	switch {
	case !low && !high:
		return ""
	case b.max == "":
		return "at least " + string(b.min)
	case b.min == "":
		return "at most " + string(b.max)
	}
	return "between " + string(b.min) + " and " + string(b.max)
}

// countViolation returns a message if n things are too few or too many, or "".
func (b bounds) countViolation(n int, what string) string {
	count := strconv.Itoa(n)
	violation := b.violation(json.Number(count))
	if violation == "" {
		return ""
	}
	if n == 0 {
		return "must not be empty"
	}
	return "must have " + violation + " " + what + ", got " + count
}

// float returns the nearest float64, an infinity if n is too large.
func float(n json.Number) float64 {
	f, _ := strconv.ParseFloat(string(n), 64)
	return f
}

func countOf(n *uint64) json.Number {
	if n == nil {
		return ""
	}
	return json.Number(strconv.FormatUint(*n, 10))
}
