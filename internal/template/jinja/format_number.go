package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// signOf returns the sign that a number is written with.
func signOf(negative bool, f spec) string {
	switch {
	case negative:
		return "-"
	case f.sign == '+':
		return "+"
	case f.sign == ' ':
		return " "
	}
	return ""
}

// integerDigits returns the sign, with the prefix of the base, and the digits of an integer.
func (s *state) integerDigits(value any, f spec) (sign, digits string) {
	n, _ := integer(value)
	s.checkBits(n.BitLen())
	base, prefix := 10, ""
	switch f.kind {
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x', 'X':
		base, prefix = 16, "0x"
	}
	s.make(n.BitLen())
	sign = signOf(n.Sign() < 0, f)
	if f.alternate {
		sign += prefix
	}
	digits = new(big.Int).Abs(n).Text(base)
	if f.kind == 'X' {
		return strings.ToUpper(sign), strings.ToUpper(digits)
	}
	return sign, digits
}

// floatDigits returns the sign and the digits of a float.
func floatDigits(number float64, f spec) (sign, digits string) {
	sign = signOf(math.Signbit(number) && !math.IsNaN(number), f)
	number = math.Abs(number)
	precision := f.precision
	if precision < 0 {
		precision = 6
	}
	switch kind := f.kind | 0x20; {
	case math.IsInf(number, 0) || math.IsNaN(number):
		digits = formatFloat(number)
	case kind == 'e':
		digits = strconv.FormatFloat(number, 'e', precision, 64)
	case kind == 'f':
		digits = strconv.FormatFloat(number, 'f', precision, 64)
	case f.kind == '%':
		digits = strconv.FormatFloat(number*100, 'f', precision, 64)
		if f.alternate {
			digits = withPoint(digits)
		}
		return sign, digits + "%"
	case f.kind == 0 && f.precision < 0:
		digits = formatFloat(number)
	default: // g, n, or none with a precision
		digits = general(number, precision, f)
	}
	if f.alternate {
		digits = withPoint(digits)
	}
	if f.kind >= 'A' && f.kind <= 'Z' {
		digits = strings.ToUpper(digits)
	}
	return sign, digits
}

// withPoint returns the digits of a float with a point, also when no digit follows it.
func withPoint(digits string) string {
	if strings.ContainsAny(digits, ".n") { // also infinite, or no number
		return digits
	}
	mantissa, exponent, found := strings.Cut(digits, "e")
	if found {
		exponent = "e" + exponent
	}
	return mantissa + "." + exponent
}

// general formats a float with so many significant digits, in the shorter of both notations.
func general(number float64, precision int, f spec) string {
	precision = max(precision, 1)
	text := strconv.FormatFloat(number, 'e', precision-1, 64)
	mantissa, power, _ := strings.Cut(text, "e")
	exponent, _ := strconv.Atoi(power)
	limit := precision
	if f.kind == 0 {
		limit-- // so that a digit after the point fits
	}
	if exponent >= -4 && exponent < limit {
		mantissa, power = strconv.FormatFloat(number, 'f', precision-1-exponent, 64), ""
	} else {
		power = "e" + power
	}
	if strings.Contains(mantissa, ".") && !f.alternate {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if f.kind == 0 && power == "" && !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	return mantissa + power
}

// percent formats a value by a specification of percent signs.
func (s *state) percent(value any, f spec) string {
	switch f.kind {
	case 's':
		return s.padded("", s.cut(s.str(value), f.precision), f, '>')
	case 'r', 'a':
		return s.padded("", s.cut(s.repr(value), f.precision), f, '>')
	case 'c':
		if text, ok := textOf(value); ok && utf8.RuneCountInString(text) == 1 {
			return s.padded("", text, f, '>')
		}
		return s.padded("", character(value), f, '>')
	}
	mustDefined(value)
	if !isNumber(value) {
		fail("%%%c format: a number is required, not %s", f.kind, typeName(value))
	}
	if f.zero && f.align != '<' {
		f.fill, f.align = "0", '='
	}
	if strings.IndexByte("diuoxX", f.kind) < 0 {
		number, _ := float(value)
		sign, digits := floatDigits(number, f)
		return s.padded(sign, digits, f, '>')
	}
	if _, isFloat := value.(float64); isFloat && strings.IndexByte("oxX", f.kind) >= 0 {
		fail("%%%c format: an integer is required, not float", f.kind)
	}
	whole, ok := s.truncated(value)
	if !ok {
		fail("cannot convert float %s to integer", s.str(value))
	}
	sign, digits := s.integerDigits(whole, f)
	digits = strings.Repeat("0", max(0, f.precision-len(digits))) + digits
	return s.padded(sign, digits, f, '>')
}

// character returns the character of a code.
func character(value any) string {
	n, ok := small(value)
	if !ok || n < 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		fail("%%c requires the code of a character")
	}
	return string(rune(n))
}
