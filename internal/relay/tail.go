package relay

import (
	"strings"
	"unicode/utf8"
)

const (
	// maxTail bounds the tail of a text, in bytes: about a line of a terminal.
	maxTail = 80
	// tailMemory is the size of what a tail keeps, in bytes.
	tailMemory = 512
	// maxTailWord bounds what is left out at the start of a tail so that it begins with a word, in bytes.
	maxTailWord = 20
)

// tail is the end of a text that grows, as one line.
type tail struct{ text strings.Builder }

// add appends text and returns the tail: at most maxTail bytes, from the start of a word where one is near, in which line
// breaks and other control characters are spaces.
func (t *tail) add(text string) string {
	text = lastOf(text)
	if t.text.Len()+len(text) > t.text.Cap() {
		kept := t.line()
		t.text.Reset()
		t.text.Grow(tailMemory)
		t.text.WriteString(kept)
	}
	if !hasControl(text) {
		t.text.WriteString(text)
	} else {
		t.text.WriteString(strings.Map(spaceForControl, text))
	}
	return strings.TrimSpace(t.line())
}

// hasControl reports whether text has a control character of ASCII.
func hasControl(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] == 0x7f {
			return true
		}
	}
	return false
}

func spaceForControl(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// line returns the end of the text, from the start of a word where one is near.
func (t *tail) line() string {
	text := t.text.String()
	line := lastOf(text)
	if len(line) == len(text) {
		return line
	}
	if space := strings.IndexByte(line[:min(maxTailWord, len(line))], ' '); space >= 0 {
		return line[space+1:]
	}
	return line
}

// lastOf returns the last maxTail bytes of text, or less to begin with a character.
func lastOf(text string) string {
	from := max(0, len(text)-maxTail)
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	return text[from:]
}
