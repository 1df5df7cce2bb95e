package jinja

import (
	"strconv"
	"strings"
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
