package chat

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
)

// wordsOf finds the words in the body of a refusal, or in an event: JSON, an event stream, a page or a sentence. They are on
// one line, and as long as they came: a secret in them has to be masked before they are cut.
func wordsOf(body []byte) errortext.Words {
	found := errortext.Of(body)
	if !json.Valid(body) {
		found = wordsOfText(strings.TrimSpace(string(body)))
	}
	found.Text = strings.Join(strings.Fields(strings.Map(printable, found.Text)), " ")
	return found
}

// wordsOfText reads what is no JSON.
func wordsOfText(text string) errortext.Words {
	if strings.HasPrefix(text, "<") {
		return errortext.Words{Text: textOfPage(text)}
	}
	for line := range strings.Lines(text) {
		if data, ok := strings.CutPrefix(line, "data:"); ok {
			found := errortext.Of([]byte(data))
			if !json.Valid([]byte(data)) {
				found.Text = data
			}
			if strings.TrimSpace(found.Text) != "" {
				return found
			}
		}
	}
	return errortext.Words{Text: text}
}

// textOfPage is the title of a page or, without one, its text.
func textOfPage(page string) string {
	if title := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`).FindStringSubmatch(page); title != nil && strings.TrimSpace(title[1]) != "" {
		return html.UnescapeString(title[1])
	}
	hidden := regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>`)
	return html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(hidden.ReplaceAllString(page, " "), " "))
}

// printable replaces characters that steer a terminal.
func printable(r rune) rune {
	if unicode.IsControl(r) || !unicode.IsGraphic(r) && !unicode.IsSpace(r) {
		return ' '
	}
	return r
}
