package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quoted takes a string literal.
func (l *lexer) quoted() {
	quote, line := l.rest[0], l.line
	for end := 1; end < len(l.rest); end++ {
		switch l.rest[end] {
		case '\\':
			end++
		case quote:
			must(l.budget.Scan(end))
			l.add(tokenString, l.rest[:end+1], unescape(l.rest[1:end], line))
			l.skip(end + 1)
			return
		}
	}
	failAt(line, "the string has no end: %c is missing", quote)
}

// escapes are the escapes of one character.
var escapes = map[byte]string{
	'\n': "", '\\': "\\", '\'': "'", '"': `"`, 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescape reads the escapes of a string literal as Python does: one that is not known stays.
func unescape(text string, line int) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for text != "" {
		before, after, found := strings.Cut(text, `\`)
		b.WriteString(before)
		if !found {
			break
		}
		text = after
		if text == "" {
			b.WriteByte('\\')
			break
		}
		if plain, ok := escapes[text[0]]; ok {
			b.WriteString(plain)
			text = text[1:]
			continue
		}
		var size int
		skip, base := 1, 16
		switch c := text[0]; {
		case c == 'x':
			size = 2
		case c == 'u':
			size = 4
		case c == 'U':
			size = 8
		case c >= '0' && c <= '7':
			size, skip, base = 1, 0, 8
			for size < 3 && size < len(text) && text[size] >= '0' && text[size] <= '7' {
				size++
			}
		default:
			b.WriteByte('\\')
			continue
		}
		b.WriteRune(coded(text, skip, size, base, line))
		text = text[skip+size:]
	}
	return b.String()
}

// coded returns the character of a numeric escape.
func coded(text string, skip, size, base, line int) rune {
	if len(text) >= skip+size {
		code, err := strconv.ParseUint(text[skip:skip+size], base, 32)
		if err == nil && code <= utf8.MaxRune && utf8.ValidRune(rune(code)) {
			return rune(code)
		}
	}
	failAt(line, `\%c in a string is not followed by the number of a character`, text[0])
	return 0
}
