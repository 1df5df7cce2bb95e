package template

import (
	"context"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/template/budget"
	"github.com/orq-mcp/orq-mcp/internal/template/jsontext"
)

var placeholder = lazy.Regexp{Text: `\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}`}

// Placeholders returns the names of the variables in a text template, in order and with repetitions.
func Placeholders(source string) []string {
	var names []string
	for _, match := range placeholder.Get().FindAllStringSubmatch(source, -1) {
		names = append(names, match[1])
	}
	return names
}

// textTemplate is a template of the engine text.
type textTemplate string

// Render replaces each {{name}} by its variable, as JSON unless it is a string. A name without a variable stays. Only what is
// filled in counts against the budget: a text may be long.
func (t textTemplate) Render(ctx context.Context, b *budget.Budget, variables map[string]any) (string, error) {
	b.Start(ctx)
	defer b.Stop()
	source, filled := string(t), 0
	var out strings.Builder
	for {
		match := placeholder.Get().FindStringSubmatchIndex(source)
		if match == nil {
			break
		}
		if err := b.Scan(match[1]); err != nil {
			return "", err
		}
		text := source[match[0]:match[1]]
		if value, ok := variables[source[match[2]:match[3]]]; ok {
			var err error
			if text, err = jsontext.Of(b, value); err != nil {
				return "", err
			}
			filled += len(text)
			if err := b.Output(filled); err != nil {
				return "", err
			}
		}
		out.WriteString(source[:match[0]])
		out.WriteString(text)
		source = source[match[1]:]
	}
	out.WriteString(source)
	return out.String(), nil
}
