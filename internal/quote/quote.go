// Package quote encodes text as JSON strings, without memory of its own.
package quote

import "unicode/utf8"

// The kinds of bytes that are not copied as they are.
const (
	escaped = 1 + iota
	ofRune  // of a character outside ASCII
)

// kinds holds the kind of each byte, 0 for one that is copied.
var kinds = func() (all [256]byte) {
	for c := range all {
		switch {
		case c < ' ', c == '"', c == '\\', c == '<', c == '>', c == '&':
			all[c] = escaped
		case c >= utf8.RuneSelf:
			all[c] = ofRune
		}
	}
	return all
}()

// Append appends text as a JSON string, byte for byte as encoding/json does.
func Append(b []byte, text string) []byte {
	b = append(b, '"')
	copied := 0 // bytes of text
	for i := 0; i < len(text); {
		switch kinds[text[i]] {
		case 0:
			i++
		case escaped:
			b = appendEscape(append(b, text[copied:i]...), text[i])
			i++
			copied = i
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			if escape := escapeOf(r, size); escape != "" {
				b = append(append(b, text[copied:i]...), escape...)
				copied = i + size
			}
			i += size
		}
	}
	return append(append(b, text[copied:]...), '"')
}

func appendEscape(b []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

// escapeOf returns the escape of a character outside ASCII, or "" for one that is copied. Size is its length in bytes.
func escapeOf(r rune, size int) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return `\ufffd`
	case r == '\u2028':
		return `\u2028`
	case r == '\u2029':
		return `\u2029`
	}
	return ""
}
