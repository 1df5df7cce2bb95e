package jinja

import (
	"strings"
	"unicode/utf8"
)

// formatPercent fills in %s, %d, %.2f and the like, and %(name)s of a dict.
func (s *state) formatPercent(pattern string, value any) string {
	s.scan(len(pattern))
	values := []any{value}
	tuple, isTuple := value.(*list)
	isTuple = isTuple && tuple.kind == kindTuple
	if isTuple {
		values = tuple.all(s)
	}
	named, _ := value.(*dict)
	used, usedName := 0, false
	take := func() any {
		if used >= len(values) {
			fail("not enough arguments for format string")
		}
		used++
		return values[used-1]
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "%")
		s.make(len(before))
		b.WriteString(before)
		if !found {
			break
		}
		name, hasName := "", false
		if strings.HasPrefix(rest, "(") {
			if name, rest, hasName = strings.Cut(rest[1:], ")"); !hasName {
				fail("incomplete format key")
			}
		}
		spec, size := percentSpec(rest, take)
		pattern = rest[size:]
		if spec.kind == '%' {
			b.WriteByte('%')
			continue
		}
		var item any
		if hasName {
			item, usedName = s.namedItem(named, name), true
		} else {
			item = take()
		}
		text := s.percent(item, spec)
		s.make(len(text))
		b.WriteString(text)
	}
	if used < len(values) && !usedName && (isTuple || !hasItems(value)) {
		fail("not all arguments converted during string formatting")
	}
	return b.String()
}

// hasItems reports whether a value need not be used up by a format.
func hasItems(value any) bool {
	switch value.(type) {
	case *list, *dict, undefined:
		return true
	}
	return false
}

func (s *state) namedItem(named *dict, name string) any {
	if named == nil {
		fail("format requires a mapping")
	}
	item, ok := named.get(s, name)
	if !ok {
		fail("the format string names %.60q, which is not given", name)
	}
	return item
}

// percentSpec reads what follows a % up to its letter; size is how long it is.
func percentSpec(text string, take func() any) (f spec, size int) {
	f = spec{fill: " ", precision: -1, align: '>'}
	at := 0
	for at < len(text) && strings.IndexByte("-+ #0", text[at]) >= 0 {
		switch text[at] {
		case '-':
			f.align = '<'
		case '+':
			f.sign = '+'
		case ' ':
			if f.sign == 0 {
				f.sign = ' '
			}
		case '#':
			f.alternate = true
		case '0':
			f.zero = true
		}
		at++
	}
	at += starNumber(text[at:], &f.width, take)
	if f.width < 0 {
		f.width, f.align = -f.width, '<'
	}
	if at < len(text) && text[at] == '.' {
		f.precision = 0
		at++
		at += starNumber(text[at:], &f.precision, take)
	}
	for at < len(text) && strings.IndexByte("hlL", text[at]) >= 0 {
		at++
	}
	if at >= len(text) {
		fail("incomplete format")
	}
	if f.kind = text[at]; strings.IndexByte("diouxXeEfFgGcrsa%", f.kind) < 0 {
		r, _ := utf8.DecodeRuneInString(text[at:])
		fail("unsupported format character %q", r)
	}
	return f, at + 1
}

// starNumber reads a number, or * for one of the values, and returns its length.
func starNumber(text string, into *int, take func() any) int {
	if strings.HasPrefix(text, "*") {
		n, ok := small(take())
		if !ok || n > maxWidth || n < -maxWidth {
			fail("* wants a small integer")
		}
		*into = int(n)
		return 1
	}
	return width(text, into)
}
