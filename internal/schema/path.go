package schema

import (
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// path is the position of a value in the arguments.
type path struct {
	text   string
	secret bool // a key in the path looks like a credential: values are not shown
}

func (p path) key(name string) path {
	return path{text: dot(p.text, printable(name)), secret: p.secret || redact.LikelySecret(name)}
}

func (p path) index(i int) path {
	return path{text: fieldpath.Index(p.text, i), secret: p.secret}
}

// join appends a relative path such as "tool_id", "[2].key" or "".
func (p path) join(relative string) path {
	secret := p.secret || redact.LikelySecret(relative)
	if strings.HasPrefix(relative, "[") {
		return path{text: p.text + relative, secret: secret}
	}
	return path{text: dot(p.text, relative), secret: secret}
}

// printable returns a received key without control characters, shortened.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, name)
	return shorten(name)
}

// maxShown is the maximum length of a received value in an error, in characters.
const maxShown = 40

func shorten(s string) string {
	if head := truncate.RunePrefix(s, maxShown); len(head) < len(s) {
		return head + "..."
	}
	return s
}

// foldName returns the same text for all spellings of a name: maxItems, max-items, MAX_ITEMS.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
