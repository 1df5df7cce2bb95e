package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// formatBraces fills in {}, {0} and {name}, as the method format of Python's texts does.
func (s *state) formatBraces(pattern string, args arguments) string {
	f := &formatter{s: s, args: args}
	return f.fill(pattern, 0)
}

// formatter fills in one pattern of braces.
type formatter struct {
	s    *state
	args arguments
	next int // the argument of the next {}; -1 after a number
}

func (f *formatter) fill(pattern string, depth int) string {
	f.s.scan(len(pattern))
	var b strings.Builder
	put := func(text string) {
		f.s.make(len(text))
		b.WriteString(text)
	}
	for pattern != "" {
		at := strings.IndexAny(pattern, "{}")
		if at < 0 {
			put(pattern)
			break
		}
		put(pattern[:at])
		brace := pattern[at : at+1]
		pattern = pattern[at+1:]
		switch {
		case strings.HasPrefix(pattern, brace):
			put(brace)
			pattern = pattern[1:]
		case brace == "}":
			fail("single '}' encountered in format string")
		default:
			end := closingBrace(pattern)
			put(f.field(pattern[:end], depth))
			pattern = pattern[end+1:]
		}
	}
	return b.String()
}

// closingBrace returns where the brace is that closes a field.
func closingBrace(pattern string) int {
	depth := 0
	for i := range len(pattern) {
		switch pattern[i] {
		case '{':
			depth++
		case '}':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	fail("expected '}' before end of string")
	return 0
}

// field returns the text of a field: name!conversion:specification.
func (f *formatter) field(field string, depth int) string {
	if depth > 1 {
		fail("a format string is nested too deeply")
	}
	reference, specification, _ := strings.Cut(field, ":")
	reference, conversion, converts := strings.Cut(reference, "!")
	value := f.argument(reference)
	if specification != "" {
		specification = f.fill(specification, depth+1)
	}
	if converts {
		switch conversion {
		case "r", "a":
			value = f.s.repr(value)
		case "s":
			value = f.s.str(value)
		default:
			fail("unknown conversion %.20q in a format string", conversion)
		}
	}
	return f.s.formatValue(value, parseSpec(specification))
}

// argument returns the argument that a field refers to, such as 0, name, name.attribute or name[key].
func (f *formatter) argument(reference string) any {
	end := strings.IndexAny(reference, ".[")
	if end < 0 {
		end = len(reference)
	}
	value := f.first(reference[:end])
	for rest := reference[end:]; rest != ""; {
		f.s.step(1)
		if rest[0] == '[' {
			key, after, closed := strings.Cut(rest[1:], "]")
			if !closed {
				fail("missing ']' in a format string")
			}
			if n, err := strconv.ParseInt(key, 10, 64); err == nil {
				value = f.s.item(value, n)
			} else {
				value = f.s.item(value, key)
			}
			rest = after
			continue
		}
		end := strings.IndexAny(rest[1:], ".[")
		if end < 0 {
			end = len(rest) - 1
		}
		name := rest[1 : 1+end]
		found, ok := f.s.ownAttribute(value, name)
		if !ok {
			fail("'%s' object has no attribute %.60q", typeName(value), name)
		}
		value, rest = found, rest[1+end:]
	}
	return value
}

// first returns an argument by its number or its name.
func (f *formatter) first(name string) any {
	at := f.next
	if name == "" {
		if at < 0 {
			fail("a format string has fields with and without numbers")
		}
		f.next++
	} else {
		n, err := strconv.Atoi(name)
		f.s.step(1 + len(f.args.named)/8)
		if err != nil {
			for _, arg := range f.args.named {
				if arg.name == name {
					return arg.value
				}
			}
			fail("a format string names %.60q, which is not given", name)
		}
		if f.next > 0 {
			fail("a format string has fields with and without numbers")
		}
		at, f.next = n, -1
	}
	if at >= len(f.args.positional) || at < 0 {
		fail("a format string has more fields than there are values")
	}
	return f.args.positional[at]
}

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
