package chat

import "strings"

// maskedText passes on a streamed text without the server's key, also when the key arrives in several pieces.
type maskedText struct {
	client *Client
	emit   func(string) // nil: the text is not wanted
	held   string       // the end of the text, which may be the beginning of the key
}

// newMaskedText starts the text of one answer.
func (c *Client) newMaskedText(emit func(string)) *maskedText {
	if emit != nil {
		emit("")
	}
	return &maskedText{client: c, emit: emit}
}

func (m *maskedText) write(piece string) {
	if m.emit == nil {
		return
	}
	text := m.client.mask(m.held + piece)
	ready := len(text) - lengthOfPrefixAtEnd(text, m.client.options.Key)
	m.held = text[ready:]
	if ready > 0 {
		m.emit(text[:ready])
	}
}

// flush passes on what was held back.
func (m *maskedText) flush() {
	if m.emit != nil && m.held != "" {
		m.emit(m.held)
	}
}

// lengthOfPrefixAtEnd is the length in bytes of the longest proper prefix of key with which text ends.
func lengthOfPrefixAtEnd(text, key string) int {
	for n := min(len(text), len(key)-1); n > 0; n-- {
		if strings.HasSuffix(text, key[:n]) {
			return n
		}
	}
	return 0
}
