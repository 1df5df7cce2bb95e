package install

import (
	"errors"
	"fmt"
	"strings"

	tomllib "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// toml writes an entry as a table of its own. No maintained library for TOML keeps comments when it writes, therefore the
// library reads positions and checks, and the text is changed here.
type toml struct{}

func (toml) name() string { return "TOML" }

func (toml) parse(text string) (any, error) {
	document := map[string]any{}
	err := tomllib.Unmarshal([]byte(text), &document)
	if decodeErr, ok := errors.AsType[*tomllib.DecodeError](err); ok {
		line, column := decodeErr.Position()
		return nil, fmt.Errorf("line %d, column %d: %s", line, column, strings.TrimPrefix(decodeErr.Error(), "toml: "))
	}
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "toml: "))
	}
	return document, nil
}

func (toml) show(at slot, entry object) string {
	var out strings.Builder
	fmt.Fprintf(&out, "[%s.%s]\n", strings.Join(at.path, "."), at.name)
	for _, each := range entry {
		fmt.Fprintf(&out, "%s = %s\n", each.name, tomlText(each.value))
	}
	return out.String()
}

// put replaces the entry where it is, and else appends it: a table at the end of the text belongs to nothing before it.
func (f toml) put(text string, at slot, entry object) (string, error) {
	written := withLineEnd(f.show(at, entry), text)
	tables, err := tomlTables(text, at)
	if err != nil {
		return "", err
	}
	if len(tables) == 0 {
		text = ended(text)
		if strings.TrimSpace(text) != "" {
			text += lineEnd(text)
		}
		return text + written, nil
	}
	first := tables[0]
	rest := cutSpans(text[first.end:], tables[1:], first.end)
	return text[:first.start] + written + rest, nil
}

func (toml) cut(text string, at slot) (string, error) {
	tables, err := tomlTables(text, at)
	if err != nil {
		return "", err
	}
	if len(tables) == 0 {
		return "", formError{at.name + " outside of a table of its own"}
	}
	for i := range tables {
		before := text[:tables[i].start]
		if strings.HasSuffix(before, "\n\n") || strings.HasSuffix(before, "\n\r\n") {
			tables[i].start = lineStart(text, tables[i].start-1)
		}
	}
	return cutSpans(text, tables, 0), nil
}

// span is a part of a text.
type span struct{ start, end int }

// cutSpans takes spans, whose positions begin at offset, out of a text.
func cutSpans(text string, spans []span, offset int) string {
	var out strings.Builder
	at := 0
	for _, each := range spans {
		out.WriteString(text[at : each.start-offset])
		at = each.end - offset
	}
	out.WriteString(text[at:])
	return out.String()
}

// tomlTables returns where the table of an entry and those below it are, without the comments before the next table.
func tomlTables(text string, at slot) ([]span, error) {
	wanted := append(append([]string{}, at.path...), at.name)
	var found []span
	inside := -1
	finish := func(end int) {
		if inside >= 0 {
			found = append(found, span{inside, trimComments(text, inside, end)})
		}
		inside = -1
	}
	var parser unstable.Parser
	parser.Reset([]byte(text))
	for parser.NextExpression() {
		expression := parser.Expression()
		if expression.Kind != unstable.Table && expression.Kind != unstable.ArrayTable {
			continue
		}
		keys, start := tomlKey(expression)
		start = lineStart(text, start)
		finish(start)
		if len(keys) >= len(wanted) && strings.Join(keys[:len(wanted)], "\x00") == strings.Join(wanted, "\x00") {
			inside = start
		}
	}
	finish(len(text))
	return found, parser.Error()
}

// tomlKey returns the key of a table, and the position of its first part.
func tomlKey(table *unstable.Node) (keys []string, start int) {
	for parts := table.Key(); parts.Next(); {
		node := parts.Node()
		if len(keys) == 0 {
			start = int(node.Raw.Offset)
		}
		keys = append(keys, string(node.Data))
	}
	return keys, start
}

// tomlText writes a value on one line.
func tomlText(value any) string {
	switch value := value.(type) {
	case object:
		var parts []string
		for _, each := range value {
			parts = append(parts, each.name+" = "+tomlText(each.value))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []string:
		return jsonText(value, "", "")
	}
	return scalar(value)
}
