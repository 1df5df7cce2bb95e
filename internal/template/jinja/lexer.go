package jinja

import (
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// kind is the kind of a token.
type kind int

const (
	tokenEnd      kind = iota // of the template
	tokenData                 // text outside tags
	tokenPrint                // {{
	tokenPrintEnd             // }}
	tokenTag                  // {%
	tokenTagEnd               // %}
	tokenName                 // also keywords
	tokenString               // value is the string
	tokenNumber               // value is int64, *big.Int or float64
	tokenOperator             // also brackets
)

// token is a piece of a template.
type token struct {
	kind  kind
	line  int
	text  string
	value any
}

// lexer splits a template into tokens.
type lexer struct {
	budget *budget.Budget
	rest   string
	line   int
	tokens []token
	trim   bool // the tag before ended with -, so that white space is removed
}

// newLexer returns a lexer of source, in which all line breaks are made \n and one at the end is removed, as in Jinja2.
func newLexer(b *budget.Budget, source string) *lexer {
	if strings.Contains(source, "\r") {
		source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	}
	expected := min(16+5*strings.Count(source, "{"), 4096)
	return &lexer{budget: b, rest: strings.TrimSuffix(source, "\n"), line: 1, tokens: make([]token, 0, expected)}
}

// all returns all tokens, the last of which is tokenEnd.
func (l *lexer) all() []token {
	for l.rest != "" {
		begin := tagBegin(l.rest)
		if begin < 0 {
			l.data(l.rest)
			break
		}
		data, opening := l.rest[:begin], l.rest[begin:begin+2]
		if strings.HasPrefix(l.rest[begin+2:], "-") {
			l.data(l.rest[:begin], trimRight)
		} else {
			l.data(data)
		}
		l.skip(2)
		if l.rest != "" && (l.rest[0] == '-' || l.rest[0] == '+') {
			l.skip(1)
		}
		switch opening {
		case "{#":
			l.comment()
		case "{%":
			if !l.raw() {
				l.tag(tokenTag, tokenTagEnd, "%}")
			}
		default:
			l.tag(tokenPrint, tokenPrintEnd, "}}")
		}
	}
	l.add(tokenEnd, "", nil)
	return l.tokens
}

// tagBegin returns where the first tag or comment begins, -1 without any.
func tagBegin(text string) int {
	for from := 0; ; {
		at := strings.IndexByte(text[from:], '{')
		if at < 0 || from+at+1 >= len(text) {
			return -1
		}
		if next := text[from+at+1]; next == '{' || next == '%' || next == '#' {
			return from + at
		}
		from += at + 1
	}
}

// data takes text before a tag; the trimmer removes white space that the tag does not want.
func (l *lexer) data(text string, trimmers ...func(string) string) {
	size := len(text)
	line := l.line
	if l.trim {
		trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
		line += strings.Count(text[:len(text)-len(trimmed)], "\n")
		text = trimmed
	}
	for _, trim := range trimmers {
		text = trim(text)
	}
	if text != "" {
		must(l.budget.Scan(len(text)))
		l.tokens = append(l.tokens, token{kind: tokenData, line: line, text: text})
	}
	l.skip(size)
	l.trim = false
}

// trimRight removes white space at the end.
func trimRight(text string) string { return strings.TrimRightFunc(text, unicode.IsSpace) }

// add appends a token at the current line.
func (l *lexer) add(kind kind, text string, value any) {
	must(l.budget.Spend(1))
	l.tokens = append(l.tokens, token{kind, l.line, text, value})
}

// skip takes n bytes.
func (l *lexer) skip(n int) {
	l.line += strings.Count(l.rest[:n], "\n")
	l.rest = l.rest[n:]
}

// comment takes a comment after {#.
func (l *lexer) comment() {
	end := strings.Index(l.rest, "#}")
	if end < 0 {
		failAt(l.line, "the comment has no end: #} is missing")
	}
	l.trim = end > 0 && l.rest[end-1] == '-'
	l.skip(end + 2)
}

// raw takes {% raw %}...{% endraw %} after {%, if there is one.
func (l *lexer) raw() bool {
	opened, trim, ok := cutTag(l.rest, "raw")
	if !ok {
		return false
	}
	line := l.line
	l.skip(len(l.rest) - len(opened))
	l.trim = trim
	for from := 0; ; {
		at := strings.Index(l.rest[from:], "{%")
		if at < 0 {
			failAt(line, "raw has no end: {%% endraw %%} is missing")
		}
		from += at
		inner := l.rest[from+2:]
		trimBefore := strings.HasPrefix(inner, "-")
		if trimBefore || strings.HasPrefix(inner, "+") {
			inner = inner[1:]
		}
		after, trim, ok := cutTag(inner, "endraw")
		if !ok {
			from += 2
			continue
		}
		end := len(l.rest) - len(after)
		if trimBefore {
			l.data(l.rest[:from], trimRight)
		} else {
			l.data(l.rest[:from])
		}
		l.skip(end - from)
		l.trim = trim
		return true
	}
}

// cutTag returns what follows a tag of one word, and whether the tag removes white space after it.
func cutTag(text, word string) (after string, trim, ok bool) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	text, ok = strings.CutPrefix(text, word)
	if !ok {
		return "", false, false
	}
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	if after, ok = strings.CutPrefix(text, "-%}"); ok {
		return after, true, true
	}
	if word == "endraw" {
		text = strings.TrimPrefix(text, "+")
	}
	after, ok = strings.CutPrefix(text, "%}")
	return after, false, ok
}
