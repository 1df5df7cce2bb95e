package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// capitals are the letters whose capital form is more than one letter, with that form and the one that begins a word. The
// polytonic Greek and the Armenian ones are left out.
var capitals = map[rune][2]string{
	'ß': {"SS", "Ss"}, 'ŉ': {"ʼN", "ʼN"}, 'ǰ': {"J̌", "J̌"}, 'ﬀ': {"FF", "Ff"}, 'ﬁ': {"FI", "Fi"}, 'ﬂ': {"FL", "Fl"},
	'ﬃ': {"FFI", "Ffi"}, 'ﬄ': {"FFL", "Ffl"}, 'ﬅ': {"ST", "St"}, 'ﬆ': {"ST", "St"},
}

// upper returns a text in capitals. It may grow to its threefold.
func upper(text string) string {
	if isASCII(text) {
		return strings.ToUpper(text)
	}
	var b strings.Builder
	for _, r := range text {
		if capital, ok := capitals[r]; ok {
			b.WriteString(capital[0])
		} else {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

// lower returns a text in small letters.
func lower(text string) string {
	if isASCII(text) || !strings.ContainsAny(text, "Σİ") {
		return strings.ToLower(text)
	}
	characters := []rune(text)
	var b strings.Builder
	for i, r := range characters {
		switch {
		case r == 'İ':
			b.WriteString("i̇")
		case r == 'Σ' && endsWord(characters, i):
			b.WriteRune('ς')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// endsWord reports whether a letter follows another and is followed by none.
func endsWord(characters []rune, at int) bool {
	return at > 0 && unicode.IsLetter(characters[at-1]) && (at+1 == len(characters) || !unicode.IsLetter(characters[at+1]))
}

// capitalize returns a text whose first letter alone is a capital.
func capitalize(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return titleOf(first) + lower(text[size:])
}

// titleOf returns a letter as it begins a word.
func titleOf(r rune) string {
	if capital, ok := capitals[r]; ok {
		return capital[1]
	}
	return string(unicode.ToTitle(r))
}

// title returns a text all of whose words, the letters between others, begin with a capital.
func title(text string) string {
	var b strings.Builder
	within := false
	for _, r := range text {
		if within {
			b.WriteString(lower(string(r)))
		} else {
			b.WriteString(titleOf(r))
		}
		within = isCased(r)
	}
	return b.String()
}

// titleFilter is what the filter title makes: words begin after white space, a hyphen or an opening bracket.
func titleFilter(text string) string {
	var b strings.Builder
	from, begins := 0, true
	flush := func(to int) {
		word := text[from:to]
		first, size := utf8.DecodeRuneInString(word)
		if size > 0 {
			b.WriteString(upper(string(first)) + lower(word[size:]))
		}
		from = to
	}
	for at, r := range text {
		separates := unicode.IsSpace(r) || strings.ContainsRune("-({[<", r)
		if separates != begins {
			flush(at)
		}
		begins = separates
	}
	flush(len(text))
	return b.String()
}

// swapcase returns a text with capitals and small letters exchanged.
func swapcase(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsUpper(r) {
			b.WriteString(lower(string(r)))
		} else {
			b.WriteString(upper(string(r)))
		}
	}
	return b.String()
}

// isCased reports whether a letter is a capital or a small one.
func isCased(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) }

// hasCase reports whether a text has letters with a case, all of which match.
func hasCase(text string, matches func(rune) bool) bool {
	found := false
	for _, r := range text {
		if !isCased(r) {
			continue
		}
		if !matches(r) {
			return false
		}
		found = true
	}
	return found
}

// all reports whether a text is not empty and all of its characters match.
func all(text string, matches func(rune) bool) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool { return !matches(r) }) < 0
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// pad returns a text between so many blanks, or other characters.
func (s *state) pad(text string, before, after int, fill string) string {
	before, after = max(before, 0), max(after, 0)
	s.makeTimes(len(fill), before+after)
	s.make(len(text))
	return strings.Repeat(fill, before) + text + strings.Repeat(fill, after)
}

// center returns a text in the middle of width characters.
func (s *state) center(text string, width int, fill string) string {
	missing := width - utf8.RuneCountInString(text)
	before := missing / 2
	if missing > 0 {
		before += missing & width & 1 // as Python does
	}
	return s.pad(text, before, missing-before, fill)
}
