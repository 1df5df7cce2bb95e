package schema

import (
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// path is where a value stands in the arguments, as the caller sees it.
type path struct {
	text   string
	secret bool // a key on the way looks like a credential: values are never shown
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

// printable makes a key that somebody sent fit to be shown.
func printable(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, name)
	return shorten(name)
}

// maxShown is the number of characters of a received value that an error shows.
const maxShown = 40

func shorten(s string) string {
	if head := truncate.RunePrefix(s, maxShown); len(head) < len(s) {
		return head + "..."
	}
	return s
}

// fold brings the spellings of one name together: maxItems, max-items, MAX_ITEMS.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}
