package jinja

import (
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// operatorOf returns the operator or the bracket at the beginning of text, "" without one.
func operatorOf(text string) string {
	if len(text) > 1 {
		switch text[:2] {
		case "//", "**", "==", "!=", ">=", "<=":
			return text[:2]
		}
	}
	if strings.IndexByte("+-/*%~[](){}><=.:|,;", text[0]) >= 0 {
		return text[:1]
	}
	return ""
}

// tag takes the tokens of a tag after its beginning. Within brackets, its end is none.
func (l *lexer) tag(begin, end kind, closing string) {
	l.add(begin, "", nil)
	line, brackets := l.line, []byte(nil)
	for {
		l.skip(len(l.rest) - len(strings.TrimLeftFunc(l.rest, unicode.IsSpace)))
		if l.rest == "" {
			failAt(line, "the tag has no end: %s is missing", closing)
		}
		if len(brackets) == 0 && l.closes(end, closing) {
			return
		}
		switch c := l.rest[0]; {
		case c >= '0' && c <= '9':
			l.number()
		case c == '"' || c == '\'':
			l.quoted()
		case c >= utf8.RuneSelf || c == '_' || unicode.IsLetter(rune(c)):
			l.name()
		default:
			brackets = l.operator(brackets)
		}
	}
}

// closes takes the end of a tag, if it is there.
func (l *lexer) closes(end kind, closing string) bool {
	var size int
	switch {
	case strings.HasPrefix(l.rest, closing):
		size = 2
	case strings.HasPrefix(l.rest, "-"+closing):
		size, l.trim = 3, true
	case end == tokenTagEnd && strings.HasPrefix(l.rest, "+"+closing):
		size = 3
	default:
		return false
	}
	l.add(end, closing, nil)
	l.skip(size)
	return true
}

// operator takes an operator or a bracket and returns the brackets that are open after it.
func (l *lexer) operator(brackets []byte) []byte {
	operator := operatorOf(l.rest)
	switch operator {
	case "":
		r, _ := utf8.DecodeRuneInString(l.rest)
		failAt(l.line, "unexpected character %q", r)
	case "(", "[", "{":
		brackets = append(brackets, operator[0])
	case ")", "]", "}":
		if len(brackets) == 0 || !matches(brackets[len(brackets)-1], operator[0]) {
			failAt(l.line, "unexpected %s", operator)
		}
		brackets = brackets[:len(brackets)-1]
	}
	l.add(tokenOperator, operator, nil)
	l.skip(len(operator))
	return brackets
}

// matches reports whether a bracket closes another.
func matches(opening, closing byte) bool {
	return opening == '(' && closing == ')' || opening == '[' && closing == ']' || opening == '{' && closing == '}'
}

// name takes a name or a keyword.
func (l *lexer) name() {
	end := strings.IndexFunc(l.rest, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	if end < 0 {
		end = len(l.rest)
	}
	if end == 0 {
		r, _ := utf8.DecodeRuneInString(l.rest)
		failAt(l.line, "unexpected character %q", r)
	}
	l.add(tokenName, l.rest[:end], nil)
	l.skip(end)
}

// number takes a number as Python writes them: 1_000, 0xff, 0b1, 0o7, 1.5, 1e3.
func (l *lexer) number() {
	afterDot := len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].kind == tokenOperator && l.tokens[len(l.tokens)-1].text == "."
	text, isFloat := numberPrefix(l.rest, !afterDot)
	if len(text) > maxDigits {
		failAt(l.line, "a number has more than %d digits", maxDigits)
	}
	clean := strings.ReplaceAll(text, "_", "")
	var value any
	if isFloat {
		f, _ := strconv.ParseFloat(clean, 64) // out of range is infinite, as in Python
		value = f
	} else {
		n, ok := new(big.Int).SetString(clean, 0)
		if !ok {
			failAt(l.line, "%s is no number", text)
		}
		value = normal(n)
	}
	l.add(tokenNumber, text, value)
	l.skip(len(text))
}

// numberPrefix returns the number at the beginning of text.
func numberPrefix(text string, mayBeFloat bool) (number string, isFloat bool) {
	if len(text) > 2 && text[0] == '0' {
		base, digits := text[1]|0x20, map[byte]string{'x': "0123456789abcdefABCDEF", 'o': "01234567", 'b': "01"}
		if n := digitsOf(text[2:], digits[base], true); n > 0 {
			return text[:2+n], false
		}
	}
	end := digitsOf(text, "0123456789", false)
	if mayBeFloat {
		after := end
		if after < len(text) && text[after] == '.' {
			if n := digitsOf(text[after+1:], "0123456789", false); n > 0 {
				after += 1 + n
			}
		}
		if after < len(text) && text[after]|0x20 == 'e' {
			sign := after + 1
			if sign < len(text) && (text[sign] == '+' || text[sign] == '-') {
				sign++
			}
			if n := digitsOf(text[sign:], "0123456789", false); n > 0 {
				after = sign + n
			}
		}
		if after > end {
			return text[:after], true
		}
	}
	if text[0] == '0' {
		end = max(1, digitsOf(text, "0", false)) // 01 is 0 and 1
	}
	return text[:end], false
}

// digitsOf counts the bytes of digits, between which single underscores may stand, at the beginning of text.
func digitsOf(text, digits string, mayStartWithUnderscore bool) int {
	n := 0
	for n < len(text) {
		at := n
		if text[at] == '_' && (n > 0 || mayStartWithUnderscore) {
			at++
		}
		if digits == "" || at >= len(text) || strings.IndexByte(digits, text[at]) < 0 {
			break
		}
		n = at + 1
	}
	return n
}
