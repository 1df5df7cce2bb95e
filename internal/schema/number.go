package schema

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// integer decodes integers of one size.
type integer struct {
	limits   bounds
	bits     int
	unsigned bool
}

func (*integer) typ() string { return "integer" }

func (*integer) single(any) bool { return false }

func (n *integer) decode(p *problems, at path, v any) (any, bool) {
	number, ok := numberOf(v)
	if ok {
		number, ok = whole(number)
	}
	if !ok {
		p.mismatch(at, "an integer", v)
		return nil, false
	}
	if breach := n.limits.breach(number); breach != "" {
		p.add(at, "must be "+breach+", got "+value(number, at.secret))
		return number, n.fits(number)
	}
	if !n.fits(number) {
		p.add(at, "must be "+n.size()+", got "+value(number, at.secret))
		return nil, false
	}
	return number, true
}

func (n *integer) fits(number json.Number) bool {
	var err error
	if n.unsigned {
		_, err = strconv.ParseUint(string(number), 10, n.bits)
	} else {
		_, err = strconv.ParseInt(string(number), 10, n.bits)
	}
	return err == nil
}

func (n *integer) size() string {
	size := "an integer of " + strconv.Itoa(n.bits) + " bits"
	if n.unsigned {
		size += " and not negative"
	}
	return size
}

// number decodes floating point numbers of one size.
type number struct {
	limits bounds
	bits   int
}

func (*number) typ() string { return "number" }

func (*number) single(any) bool { return false }

func (n *number) decode(p *problems, at path, v any) (any, bool) {
	number, ok := numberOf(v)
	if !ok {
		p.mismatch(at, "a number", v)
		return nil, false
	}
	_, err := strconv.ParseFloat(string(number), n.bits)
	if breach := n.limits.breach(number); breach != "" {
		p.add(at, "must be "+breach+", got "+value(number, at.secret))
		return number, err == nil
	}
	if err != nil {
		p.add(at, "is too large, got "+value(number, at.secret))
		return nil, false
	}
	return number, true
}

// numberOf takes a number, or a string that holds one.
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

var numberText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`) })

// isNumber reports whether a text is a number as JSON writes it.
func isNumber(s string) bool {
	return numberText().MatchString(s)
}

// whole writes a number without fraction and exponent, if it is an integer.
// With an exponent it has to be one that a float64 holds exactly.
func whole(number json.Number) (json.Number, bool) {
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

// bounds are inclusive limits; an empty one does not limit.
type bounds struct {
	min, max json.Number
}

// breach says what a number has to be, "" if it is.
func (b bounds) breach(n json.Number) string {
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

// countBreach says how many there have to be, "" if there are.
func (b bounds) countBreach(n int, what string) string {
	count := strconv.Itoa(n)
	breach := b.breach(json.Number(count))
	if breach == "" {
		return ""
	}
	if n == 0 {
		return "must not be empty"
	}
	return "must have " + breach + " " + what + ", got " + count
}

// float is the nearest float64; a number too large is an infinity.
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
