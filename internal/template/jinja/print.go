package jinja

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// str returns a value as Python's str() prints it; what is undefined is empty.
func (s *state) str(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case markup:
		return string(v)
	case undefined:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	}
	var b strings.Builder
	s.print(&b, value)
	return b.String()
}

// repr returns a value as Python's repr() prints it.
func (s *state) repr(value any) string {
	var b strings.Builder
	s.print(&b, value)
	return b.String()
}

// print writes a value as Python's repr() prints it.
func (s *state) print(b *strings.Builder, value any) {
	text := ""
	switch v := value.(type) {
	case nil:
		text = "None"
	case bool:
		text = "False"
		if v {
			text = "True"
		}
	case int64:
		text = strconv.FormatInt(v, 10)
	case *big.Int:
		s.checkBits(v.BitLen())
		text = v.String()
		if len(strings.TrimPrefix(text, "-")) > maxDigits {
			fail("an integer has at most %d digits", maxDigits)
		}
	case float64:
		text = formatFloat(v)
	case string:
		s.make(len(v))
		text = quote(v)
	case markup:
		s.make(len(v))
		text = "Markup(" + quote(string(v)) + ")"
	case undefined:
		text = "Undefined"
	case *list:
		s.printList(b, v)
	case *dict:
		s.printDict(b, v)
	case *namespace:
		s.printBetween(b, "<Namespace ", ">", v.dict)
	case *loop:
		text = fmt.Sprintf("<LoopContext %d/%d>", v.index+1, len(v.items))
	case function:
		text = "<function " + v.name + ">"
	}
	s.make(len(text))
	b.WriteString(text)
}

func (s *state) printBetween(b *strings.Builder, before, after string, value any) {
	s.enter()
	defer s.leave()
	s.make(len(before) + len(after))
	b.WriteString(before)
	s.print(b, value)
	b.WriteString(after)
}

func (s *state) printList(b *strings.Builder, l *list) {
	s.enter()
	defer s.leave()
	before, after := "[", "]"
	switch {
	case l.kind == kindRange:
		b.WriteString(l.shown)
		return
	case l.kind == kindView:
		before, after = l.shown+"([", "])"
	case l.kind == kindTuple && len(l.items) == 1:
		before, after = "(", ",)"
	case l.kind == kindTuple:
		before, after = "(", ")"
	}
	s.make(len(before) + len(after))
	b.WriteString(before)
	for i := range l.items {
		if i > 0 {
			b.WriteString(", ")
		}
		s.make(2)
		s.step(1)
		s.print(b, l.at(i))
	}
	b.WriteString(after)
}

func (s *state) printDict(b *strings.Builder, d *dict) {
	s.enter()
	defer s.leave()
	s.make(2)
	b.WriteString("{")
	for i, key := range d.keys(s) {
		if i > 0 {
			b.WriteString(", ")
		}
		s.make(4)
		s.print(b, key)
		b.WriteString(": ")
		value, _ := d.get(s, key)
		s.print(b, value)
	}
	b.WriteString("}")
}

// quote returns a text as a Python literal.
func quote(text string) string {
	quotes := byte('\'')
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quotes = '"'
	}
	b := make([]byte, 0, len(text)+2)
	b = append(b, quotes)
	for _, r := range text {
		switch {
		case r == rune(quotes) || r == '\\':
			b = utf8.AppendRune(append(b, '\\'), r)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case unicode.IsPrint(r):
			b = utf8.AppendRune(b, r)
		case r < 0x100:
			b = fmt.Appendf(b, `\x%02x`, r)
		case r < 0x10000:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = fmt.Appendf(b, `\U%08x`, r)
		}
	}
	return string(append(b, quotes))
}
