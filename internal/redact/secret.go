package redact

import "strings"

// secret is a text to be found in texts, nearly none of which has it.
type secret struct {
	text string
	// rare is where a byte stands that texts have less often than the first one.
	rare int
}

// rareBytes are letters that are rare in JSON with texts, names and ids.
const rareBytes = "QXZKJqzjGVWYHU"

func newSecret(text string) secret { return secret{text, max(strings.IndexAny(text, rareBytes), 0)} }

// in reports whether text has the secret.
func (s secret) in(text string) bool {
	const patience = 32 // with a byte that is not rare after all
	for range patience {
		if len(text) < len(s.text) {
			return false
		}
		start := strings.IndexByte(text[s.rare:], s.text[s.rare])
		if start < 0 {
			return false
		}
		if text = text[start:]; strings.HasPrefix(text, s.text) {
			return true
		}
		text = text[1:]
	}
	return strings.Contains(text, s.text)
}
