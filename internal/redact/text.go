package redact

import (
	"cmp"
	"slices"
	"strings"
)

// Text returns text with Mask in place of the credentials that can be recognized by their form, wherever they stand in it:
//
//	in a URL               user info, parameters of query and fragment with a credential's name (url_text.go)
//	in a connection string user:pass@tcp(host), Server=...;Password=..., host=... password=... (pairs.go)
//	in a header            Authorization: ..., X-Api-Key: ..., Bearer ..., Basic ... (header_text.go)
//	by themselves          private keys in PEM, JSON web tokens (header_text.go)
//
// Placeholders such as {{api_key}} or ${TOKEN} stay, because they give access to nothing and are what a reader wants to
// know. A text that was masked is not changed again.
func Text(text string) string {
	return replace(text, credentials(text, false))
}

// FileURI is Text for the address of a file that somebody is to fetch. If it is signed, its query stays: it gives access to
// that file alone, for a while, and the file cannot be fetched without it.
func FileURI(text string) string {
	return replace(text, credentials(text, true))
}

// Credentials calls visit for each credential that Text masks.
func Credentials(text string, visit func(credential string)) {
	for _, at := range credentials(text, false) {
		if found := text[at.start:at.end]; found != Mask {
			visit(found)
		}
	}
}

// IsMasked reports whether text is Mask, or has Mask where Text puts it. Three asterisks elsewhere are only asterisks.
func IsMasked(text string) bool {
	return text == Mask || strings.Contains(text, Mask) &&
		slices.ContainsFunc(credentials(text, false), func(at span) bool { return text[at.start:at.end] == Mask })
}

// span is a part of a text, from start to before end.
type span struct{ start, end int }

// finder collects the credentials in a text, masked ones included.
type finder struct {
	text string
	// signed leaves the query of a signed URL.
	signed bool
	// nested is how often text was escaped for a URL.
	nested int
	// wordEnd is where the word ends in which the last pair was.
	wordEnd int
	found   []span
}

// minCredential is the length of the shortest text that holds a credential, which is x?key=a.
const minCredential = 7

// credentials returns where the credentials in text are, in order and without overlap.
func credentials(text string, signed bool) []span {
	if len(text) < minCredential {
		return nil
	}
	return credentialsOf(signsIn(text), text, signed)
}

// credentialsOf is credentials for a text whose signs are known.
func credentialsOf(in signs, text string, signed bool) []span {
	if in == 0 {
		return nil
	}
	f := finder{text: text, signed: signed}
	f.find(in)
	return f.merged()
}

func (f *finder) find(in signs) {
	if in&urlSign != 0 {
		f.urls("//")
		f.urls(`\/\/`)
	}
	if in&escapedURLSign != 0 {
		f.escapedURLs()
	}
	if in&pairSign != 0 && !f.signed {
		f.pairs()
	}
	if in&driverSign != 0 {
		f.drivers()
	}
	if in&headerSign != 0 {
		f.headers()
	}
	if in&schemeSign != 0 {
		f.schemes()
	}
	if in&keySign != 0 {
		f.keys()
	}
}

// add records the part of the text from start to end, unless it is empty or stands for a value that is filled in later.
func (f *finder) add(start, end int) {
	if start < end && !isPlaceholder(f.text[start:end]) {
		f.found = append(f.found, span{start, end})
	}
}

// merged returns what was found in order, parts that overlap as one.
func (f *finder) merged() []span {
	slices.SortFunc(f.found, func(a, b span) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	var merged []span
	for _, next := range f.found {
		if last := len(merged) - 1; last >= 0 && next.start < merged[last].end {
			merged[last].end = max(merged[last].end, next.end)
		} else {
			merged = append(merged, next)
		}
	}
	return merged
}

func replace(text string, found []span) string {
	if len(found) == 0 {
		return text
	}
	var masked strings.Builder
	from := 0
	for _, at := range found {
		masked.WriteString(text[from:at.start])
		masked.WriteString(Mask)
		from = at.end
	}
	masked.WriteString(text[from:])
	return masked.String()
}

// isPlaceholder reports whether a value is filled in later: {{name}}, {name}, ${name}, $(name), $NAME, <name>, [name], also
// escaped for a URL, the beginning of one that holds a blank, or the word of an example: YOUR_API_KEY, xxx, ...
func isPlaceholder(value string) bool {
	value = strings.NewReplacer("%7B", "{", "%7b", "{", "%7D", "}", "%7d", "}", "%24", "$", "%3C", "<", "%3c", "<", "%3E", ">", "%3e", ">").Replace(value)
	switch {
	case value == "{{" || strings.HasPrefix(value, "${") || strings.HasPrefix(value, "$("):
		return true
	case isExample(value):
		return true
	case len(value) > 1 && value[0] == '$':
		return strings.Trim(value[1:], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
	}
	for _, around := range []string{"{}", "<>", "[]"} {
		if len(value) > 1 && value[0] == around[0] && value[len(value)-1] == around[1] {
			return true
		}
	}
	return false
}

// isExample reports whether a value is what examples have in place of one: your-token, xxx or dots.
func isExample(value string) bool {
	lower := strings.ToLower(value)
	return strings.HasPrefix(lower, "your_") || strings.HasPrefix(lower, "your-") || lower == "..." || len(lower) > 2 && strings.Trim(lower, "x") == ""
}

// isWord reports whether a byte belongs to a word.
func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// endOfRun returns where the characters that belong to a value end, from start on.
func (f *finder) endOfRun(start int, belongs func(byte) bool) int {
	for start < len(f.text) && belongs(f.text[start]) {
		start++
	}
	return start
}

// startOfRun returns where the characters that belong to a name begin, before end and at most maxName bytes.
func (f *finder) startOfRun(end int, belongs func(byte) bool) int {
	start := end
	for start > 0 && end-start < maxName && belongs(f.text[start-1]) {
		start--
	}
	return start
}

// maxName bounds the length of a name, in bytes.
const maxName = 64
