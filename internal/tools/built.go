package tools

import "github.com/orq-mcp/orq-mcp/internal/scratch"

// built returns the text that appendTo appends.
func built(appendTo func(b []byte) []byte) string {
	b := appendTo(scratch.Take())
	text := string(b)
	scratch.Return(b)
	return text
}
