package install

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// yamlText is YAML. An entry is written at the beginning of what holds the entries, as its own lines.
type yamlText struct{}

func (yamlText) name() string { return "YAML" }

func (yamlText) parse(text string) (any, error) {
	if isYAMLBlank(text) {
		return map[string]any{}, nil
	}
	var document any
	if err := yaml.Load([]byte(text), &document); err != nil {
		return nil, yamlError(err)
	}
	if document == nil {
		return map[string]any{}, nil
	}
	if _, ok := document.(map[string]any); !ok {
		return nil, errors.New("line 1: not a mapping")
	}
	return document, nil
}

// yamlError returns an error of the library with its line alone.
func yamlError(err error) error {
	if loadErr, ok := errors.AsType[*yaml.LoadError](err); ok && loadErr.Mark.Line > 0 {
		return fmt.Errorf("line %d: %s", loadErr.Mark.Line, loadErr.Message)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
}

// isYAMLBlank reports whether a text has only comments.
func isYAMLBlank(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
	}
	return true
}

func (f yamlText) show(at slot, entry object) string {
	return at.path[0] + ":\n" + f.lines(at, entry, "  ")
}

// lines writes an entry below what holds it.
func (yamlText) lines(at slot, entry object, indent string) string {
	if at.itemKey == "" {
		return yamlLines(object{{at.name, entry}}, indent)
	}
	item := yamlLines(entry, indent+"  ")
	return indent + "- " + strings.TrimPrefix(item, indent+"  ")
}

func (f yamlText) put(text string, at slot, entry object) (string, error) {
	where, err := findYAML(text, at)
	if err != nil {
		return "", err
	}
	if where.holder == nil {
		return ended(text) + withLineEnd(f.show(at, entry), text), nil
	}
	written := withLineEnd(f.lines(at, entry, where.indent), text)
	if where.entry.end > 0 {
		return text[:where.entry.start] + written + text[where.entry.end:], nil
	}
	return ended(text[:where.begin]) + written + text[where.begin:], nil
}

func (yamlText) cut(text string, at slot) (string, error) {
	where, err := findYAML(text, at)
	if err != nil {
		return "", err
	}
	rest := text[:where.entry.start] + text[where.entry.end:]
	if where.isLast {
		empty := " {}"
		if at.itemKey != "" {
			empty = " []"
		}
		rest = text[:where.colon+1] + empty + rest[where.colon+1:]
	}
	return rest, nil
}

// yamlPlace is where an entry is, or goes to.
type yamlPlace struct {
	// holder is what holds the entries, nil if there is none.
	holder *yaml.Node
	// begin is the start of the first line below the holder's key, colon the position of the colon behind that.
	begin, colon int
	// indent is before each entry.
	indent string
	// entry encloses the lines of the entry; its end is 0 if there is none. isLast is set if there is no other.
	entry  span
	isLast bool
}

// findYAML finds the place of an entry. What holds entries has to be written over several lines, or to be empty.
func findYAML(text string, at slot) (yamlPlace, error) {
	if strings.ContainsAny(strings.ReplaceAll(text, "\r\n", "\n"), "\r\u0085\u2028\u2029") {
		return yamlPlace{}, formError{"line ends that only YAML counts as such"}
	}
	if isYAMLBlank(text) {
		return yamlPlace{}, nil
	}
	var root yaml.Node
	if err := yaml.Load([]byte(text), &root); err != nil {
		return yamlPlace{}, err
	}
	top := root.Content[0]
	if top.Kind != yaml.MappingNode || top.Style&yaml.FlowStyle != 0 {
		return yamlPlace{}, formError{"everything in braces"}
	}
	i := 0
	for i < len(top.Content) && top.Content[i].Value != at.path[0] {
		i += 2
	}
	if i >= len(top.Content) {
		return yamlPlace{}, nil
	}
	starts := lineStarts(text)
	key, holder := top.Content[i], top.Content[i+1]
	place := yamlPlace{holder: holder, begin: starts[key.Line], indent: "  "}
	place.colon = starts[key.Line-1] + key.Column - 1 + len(key.Value)
	switch {
	case holder.ShortTag() == "!!null" && holder.Value == "" || len(holder.Content) > 0 && holder.Style&yaml.FlowStyle == 0 &&
		holder.Content[0].Line > key.Line && text[place.colon] == ':':
	default:
		return yamlPlace{}, formError{at.path[0] + " in one line"}
	}
	if len(holder.Content) > 0 {
		end := len(text)
		if i+2 < len(top.Content) {
			end = starts[top.Content[i+2].Line-1]
		}
		place.findEntry(text, starts, at, end)
	}
	return place, nil
}

// findEntry finds the entry among those of the holder, whose lines end at end.
func (p *yamlPlace) findEntry(text string, starts []int, at slot, end int) {
	step, column := 1, p.holder.Column
	if p.holder.Kind == yaml.MappingNode {
		step, column = 2, p.holder.Content[0].Column
	}
	p.indent = strings.Repeat(" ", column-1)
	p.isLast = len(p.holder.Content) == step
	for i := 0; i < len(p.holder.Content); i += step {
		if !at.isYAML(p.holder.Content[i]) {
			continue
		}
		if i+step < len(p.holder.Content) {
			end = starts[p.holder.Content[i+step].Line-1]
		}
		start := starts[p.holder.Content[i].Line-1]
		p.entry = span{start, trimComments(text, start, end)}
	}
}

// isYAML reports whether a key, or an item of a list, is that of the entry.
func (at slot) isYAML(node *yaml.Node) bool {
	if at.itemKey == "" {
		return node.Value == at.name
	}
	i := slices.IndexFunc(node.Content, func(each *yaml.Node) bool { return each.Value == at.itemKey })
	return i >= 0 && i%2 == 0 && node.Content[i+1].Value == at.name
}

// lineStarts returns where the lines of a text begin, and its end.
func lineStarts(text string) []int {
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return append(starts, len(text))
}

// yamlLines writes the members of an object, each on its own line.
func yamlLines(members object, indent string) string {
	var out strings.Builder
	for _, each := range members {
		if inner, ok := each.value.(object); ok {
			fmt.Fprintf(&out, "%s%s:\n%s", indent, each.name, yamlLines(inner, indent+"  "))
			continue
		}
		fmt.Fprintf(&out, "%s%s: %s\n", indent, each.name, yamlValue(each.value))
	}
	return out.String()
}

// yamlValue writes a value on one line. A text that might be read as something else is quoted as in JSON.
func yamlValue(value any) string {
	switch value := value.(type) {
	case []string:
		var items []string
		for _, each := range value {
			items = append(items, scalar(each))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case string:
		if isPlain(value) {
			return value
		}
	}
	return scalar(value)
}

// isPlain reports whether a text needs no quotes: it consists of letters, dots and separators, and is no word of YAML.
func isPlain(text string) bool {
	return text != "" && text[0] != '-' && text[0] != '.' &&
		strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/.-") == "" &&
		!slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}, strings.ToLower(text))
}
