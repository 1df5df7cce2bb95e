package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxWidth bounds widths and precisions of formats.
const maxWidth = 1000

// spec is how a value is to be formatted.
type spec struct {
	fill      string
	align     byte // < > ^ or = (the fill goes between sign and digits); 0: as the type has it
	sign      byte // + - or blank; 0: -
	alternate bool
	zero      bool
	width     int
	group     string // , or _ between thousands
	precision int    // -1: not given
	kind      byte   // d, f, s ...; 0: as the type has it
}

// width reads a number of digits and returns its length.
func width(text string, into *int) int {
	size := digitsOf(text, "0123456789", false)
	if size == 0 {
		return 0
	}
	n, err := strconv.Atoi(text[:size])
	if err != nil || n > maxWidth {
		fail("a width or precision of a format is at most %d", maxWidth)
	}
	*into = n
	return size
}

// parseSpec reads a specification: [[fill]align][sign][#][0][width][grouping][.precision][type].
func parseSpec(text string) spec {
	whole := text
	f := spec{fill: " ", precision: -1}
	filled := false
	first, size := utf8.DecodeRuneInString(text)
	switch {
	case len(text) > size && size > 0 && strings.IndexByte("<>=^", text[size]) >= 0:
		f.fill, f.align, text = string(first), text[size], text[size+1:]
		filled = true
	case text != "" && strings.IndexByte("<>=^", text[0]) >= 0:
		f.align, text = text[0], text[1:]
	}
	if text != "" && strings.IndexByte("+- ", text[0]) >= 0 {
		f.sign, text = text[0], text[1:]
	}
	if strings.HasPrefix(text, "#") {
		f.alternate, text = true, text[1:]
	}
	if strings.HasPrefix(text, "0") {
		f.zero, text = true, text[1:]
		if !filled {
			f.fill = "0"
		}
	}
	text = text[width(text, &f.width):]
	if text != "" && (text[0] == ',' || text[0] == '_') {
		f.group, text = text[:1], text[1:]
	}
	if strings.HasPrefix(text, ".") {
		n := width(text[1:], &f.precision)
		if n == 0 {
			fail("format specifier missing precision")
		}
		text = text[1+n:]
	}
	if len(text) == 1 && strings.IndexByte("bcdeEfFgGnosxX%", text[0]) >= 0 {
		f.kind, text = text[0], ""
	}
	if text != "" {
		fail("invalid format specifier %.40q", whole)
	}
	return f
}

// formatValue formats a value by a specification of braces.
func (s *state) formatValue(value any, f spec) string {
	if text, ok := textOf(value); ok {
		if f.kind != 0 && f.kind != 's' || f.sign != 0 || f.group != "" || f.align == '=' {
			fail("a string cannot be formatted as a number")
		}
		return s.padded("", s.cut(text, f.precision), f, '<')
	}
	_, isBool := value.(bool)
	if !isNumber(value) || isBool && f == (spec{fill: " ", precision: -1}) {
		text := s.str(value)
		if f != (spec{fill: " ", precision: -1}) {
			fail("unsupported format string passed to %s.__format__", typeName(value))
		}
		return text
	}
	_, isFloat := value.(float64)
	if f.zero && f.align == 0 {
		f.align = '='
	}
	switch {
	case f.group != "" && (f.kind == 'n' || f.kind == 'c' || f.group == "," && f.kind != 0 && strings.IndexByte("boxX", f.kind) >= 0):
		fail("cannot specify '%s' with '%c'", f.group, f.kind)
	case f.kind == 'c':
		if f.precision >= 0 || f.sign != 0 || f.alternate || isFloat {
			fail("a character has no precision, sign or alternate form")
		}
		return s.padded("", character(value), f, '>')
	case !isFloat && (f.kind == 0 || strings.IndexByte("bdnoxX", f.kind) >= 0):
		if f.precision >= 0 {
			fail("precision not allowed in integer format specifier")
		}
		sign, digits := s.integerDigits(value, f)
		return s.padded(sign, digits, f, '>')
	case isFloat && strings.IndexByte("bcdnoxXs", f.kind) >= 0 && f.kind != 0 && f.kind != 'n', f.kind == 's':
		fail("unknown format code '%c' for object of type '%s'", f.kind, typeName(value))
	}
	number, _ := float(value)
	sign, digits := floatDigits(number, f)
	return s.padded(sign, digits, f, '>')
}

// cut returns the first characters of a text; a negative count is all.
func (s *state) cut(text string, count int) string {
	s.scan(len(text))
	if count < 0 {
		return text
	}
	for at := range text {
		if count == 0 {
			return text[:at]
		}
		count--
	}
	return text
}

// padded fills a text up to its width. Between the digits of a number that is filled with zeros, thousands are grouped.
func (s *state) padded(sign, text string, f spec, byDefault byte) string {
	align := f.align
	if align == 0 {
		align = byDefault
	}
	if f.group != "" && f.kind != 'c' {
		text = grouped(text, f, len(sign))
	}
	missing := f.width - utf8.RuneCountInString(sign) - utf8.RuneCountInString(text)
	switch align {
	case '<':
		return s.pad(sign+text, 0, missing, f.fill)
	case '^':
		return s.pad(sign+text, max(missing, 0)/2, missing-max(missing, 0)/2, f.fill)
	case '=':
		return sign + s.pad(text, missing, 0, f.fill)
	}
	return s.pad(sign+text, missing, 0, f.fill)
}

// grouped puts separators between the digits before the point. Zeros that fill up are grouped as well.
func grouped(text string, f spec, signSize int) string {
	end, size := len(text), 3
	if f.kind != 0 && strings.IndexByte("boxX", f.kind) >= 0 {
		size = 4
	} else if point := strings.IndexAny(text, ".eE%iInN"); point >= 0 { // also infinite, or no number
		end = point
	}
	digits, rest := text[:end], text[end:]
	zeros := f.fill == "0" && f.align == '=' && digits != ""
	for zeros && signSize+len(digits)+(len(digits)-1)/size+len(rest) < f.width {
		digits = "0" + digits
	}
	var b strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%size == 0 {
			b.WriteString(f.group)
		}
		b.WriteByte(digits[i])
	}
	return b.String() + rest
}
