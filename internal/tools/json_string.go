package tools

import (
	"strings"
	"unicode/utf8"
)

// appendString appends text as a JSON string, byte for byte as encoding/json does: with the characters of HTML and the line
// separators of JavaScript escaped, and U+FFFD in place of invalid UTF-8.
func appendString(b []byte, text string) []byte {
	b = append(b, '"')
	for {
		plain := plainPrefix(text)
		b = append(b, text[:plain]...)
		if text = text[plain:]; text == "" {
			return append(b, '"')
		}
		size := 1
		if text[0] < utf8.RuneSelf {
			b = appendEscaped(b, text[0])
		} else {
			b, size = appendCharacter(b, text)
		}
		text = text[size:]
	}
}

// plainPrefix returns how many bytes at the beginning of text are ASCII that stands for itself in a string.
func plainPrefix(text string) int {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return i
		}
	}
	return len(text)
}

// appendEscaped appends an ASCII character that has to be escaped.
func appendEscaped(b []byte, c byte) []byte {
	const hex, short = "0123456789abcdef", "\"\"\\\\\bb\ff\nn\rr\tt"
	if at := strings.IndexByte(short, c); at%2 == 0 {
		return append(b, '\\', short[at+1])
	}
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
}

// appendCharacter appends the first character of text, which is none of ASCII, and returns its size in bytes.
func appendCharacter(b []byte, text string) ([]byte, int) {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && size == 1:
		return append(b, `\ufffd`...), 1
	case r == '\u2028':
		return append(b, `\u2028`...), size
	case r == '\u2029':
		return append(b, `\u2029`...), size
	}
	return append(b, text[:size]...), size
}
