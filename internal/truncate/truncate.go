// Package truncate shortens texts.
package truncate

// Runes cuts text to at most limit characters, the last of which is then an ellipsis.
func Runes(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}
