package tools

import (
	"fmt"
	"strings"
)

// shorten cuts text at a word so that it takes at most limit bytes.
func shorten(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= limit {
		return text
	}
	cut := text[:limit-len("…")]
	if space := strings.LastIndexByte(cut, ' '); space > limit/2 {
		cut = cut[:space]
	}
	return strings.ToValidUTF8(cut, "") + "…"
}

// count says how many there are: "1 agent", "2 agents".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
