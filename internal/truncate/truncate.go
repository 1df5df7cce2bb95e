// Package truncate shortens texts. Each function bounds its whole result, with the ellipsis, in the unit of its name, and
// returns a text that fits unchanged.
//
// Three places cut by rules of their own, on RunePrefix and BytePrefix: errors of package schema repeat the first 40
// characters of a value and add "..." beyond that bound, in ASCII as the rest of their text; results of tools (head in
// package tools) keep line breaks, cut without an ellipsis because a note counts the bytes shown, and prefer the end of a
// line; changes of an agent (excerpt in package tools) are cut at both ends.
package truncate

import "strings"

const ellipsis = "…"

// Runes returns text in at most limit characters, the last an ellipsis where some are left out.
func Runes(text string, limit int) string {
	if len(RunePrefix(text, limit)) == len(text) {
		return text
	}
	return RunePrefix(text, limit-1) + ellipsis
}

// Bytes returns text in at most limit bytes, with an ellipsis at the end where some are left out. The beginning of a
// character is left out, too, and so is invalid UTF-8 in a text that is shortened.
func Bytes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return BytePrefix(text, limit-len(ellipsis)) + ellipsis
}

// Words is Bytes on one line: white space becomes single blanks, and the cut is at a word unless that would lose half of
// the text.
func Words(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= limit {
		return text
	}
	cut := text[:max(limit-len(ellipsis), 0)]
	if space := strings.LastIndexByte(cut, ' '); space > limit/2 {
		cut = cut[:space]
	}
	return strings.ToValidUTF8(cut, "") + ellipsis
}

// RunePrefix returns the first count characters of text, without an ellipsis.
func RunePrefix(text string, count int) string {
	n := 0
	for i := range text {
		if n >= count {
			return text[:i]
		}
		n++
	}
	return text
}

// BytePrefix returns the characters that are whole within the first count bytes of text, without an ellipsis. A text that
// is not longer is returned unchanged; of a longer one, invalid UTF-8 is left out.
func BytePrefix(text string, count int) string {
	if len(text) <= count {
		return text
	}
	return strings.ToValidUTF8(text[:max(count, 0)], "")
}
