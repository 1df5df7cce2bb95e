package install

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tailscale/hujson"
)

// jsonc is JSON that may have comments and trailing commas.
type jsonc struct{}

func (jsonc) name() string { return "JSON" }

func (jsonc) parse(text string) (any, error) {
	if strings.TrimSpace(text) == "" {
		return map[string]any{}, nil
	}
	value, err := hujson.Parse([]byte(text))
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "hujson: "))
	}
	value.Standardize()
	decoder := json.NewDecoder(bytes.NewReader(value.Pack()))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if _, ok := document.(map[string]any); !ok {
		return nil, errors.New("line 1: not an object")
	}
	return document, nil
}

func (jsonc) show(at slot, entry object) string { return jsonText(wrap(at, entry), "", "  ") + "\n" }

func (f jsonc) put(text string, at slot, entry object) (string, error) {
	if strings.TrimSpace(text) == "" {
		return withLineEnd(f.show(at, entry), text), nil
	}
	root, err := hujson.Parse([]byte(text))
	if err != nil {
		return "", err
	}
	holder := &root
	for i, key := range at.path {
		items, err := jsonItems(text, holder, key)
		if err != nil {
			return "", err
		}
		next := slices.IndexFunc(items, func(each jsonItem) bool { return each.name == key })
		if next < 0 {
			inner := wrap(slot{at.path[i:], at.name, at.itemKey}, entry)[0].value
			return insertJSON(text, holder, items, key, inner), nil
		}
		holder = items[next].value
	}
	items, err := jsonItems(text, holder, at.path[len(at.path)-1])
	if err != nil {
		return "", err
	}
	if i := at.find(items); i >= 0 {
		start := items[i].value.StartOffset
		unit := jsonUnit(text)
		if !strings.Contains(text[holder.StartOffset:holder.EndOffset], "\n") {
			unit = ""
		}
		written := withLineEnd(jsonText(entry, indentOf(text, items[i].start), unit), text)
		return text[:start] + written + text[items[i].end:], nil
	}
	return insertJSON(text, holder, items, at.member(), entry), nil
}

func (jsonc) cut(text string, at slot) (string, error) {
	root, err := hujson.Parse([]byte(text))
	if err != nil {
		return "", err
	}
	holder := &root
	for _, key := range at.path {
		items, err := jsonItems(text, holder, key)
		if err != nil {
			return "", err
		}
		next := slices.IndexFunc(items, func(each jsonItem) bool { return each.name == key })
		if next < 0 {
			return text, nil
		}
		holder = items[next].value
	}
	items, err := jsonItems(text, holder, at.path[len(at.path)-1])
	if err != nil {
		return "", err
	}
	if i := at.find(items); i >= 0 {
		return cutJSON(text, holder, items, i), nil
	}
	return text, nil
}

// jsonItem is a member of an object or an item of a list.
type jsonItem struct {
	// name is that of the member; of an item that is an object, all of its texts are in names.
	name  string
	names map[string]string
	value *hujson.Value
	// start and end enclose the member or item; comma is where the comma behind it is, -1 if there is none.
	start, end, comma int
}

// find returns the index of the entry, or -1.
func (at slot) find(items []jsonItem) int {
	return slices.IndexFunc(items, func(each jsonItem) bool {
		return at.itemKey == "" && each.name == at.name || at.itemKey != "" && each.names[at.itemKey] == at.name
	})
}

// member returns the name of a member, and "" for an item of a list.
func (at slot) member() string {
	if at.itemKey != "" {
		return ""
	}
	return at.name
}

// jsonItems returns what an object or a list holds. name is how errors call it.
func jsonItems(text string, holder *hujson.Value, name string) (items []jsonItem, err error) {
	switch value := holder.Value.(type) {
	case *hujson.Object:
		for i := range value.Members {
			member := &value.Members[i]
			literal, _ := member.Name.Value.(hujson.Literal)
			items = append(items, newItem(text, literal.String(), member.Name.StartOffset, &member.Value))
		}
	case *hujson.Array:
		for i := range value.Elements {
			item := newItem(text, "", value.Elements[i].StartOffset, &value.Elements[i])
			if inner, ok := item.value.Value.(*hujson.Object); ok {
				item.names = textsOf(inner)
			}
			items = append(items, item)
		}
	default:
		return nil, formError{fmt.Sprintf("%s, or what holds it, as neither an object nor a list", name)}
	}
	return items, nil
}

func newItem(text, name string, start int, value *hujson.Value) jsonItem {
	item := jsonItem{name: name, value: value, start: start, end: value.EndOffset, comma: -1}
	if at := value.EndOffset + len(value.AfterExtra); text[at] == ',' {
		item.comma = at
	}
	return item
}

// textsOf returns the members of an object that are texts.
func textsOf(of *hujson.Object) map[string]string {
	texts := map[string]string{}
	for _, member := range of.Members {
		name, _ := member.Name.Value.(hujson.Literal)
		if value, ok := member.Value.Value.(hujson.Literal); ok && value.Kind() == '"' {
			texts[name.String()] = value.String()
		}
	}
	return texts
}

// insertJSON writes a member, or an item if it has no name, at the end of an object or a list.
func insertJSON(text string, holder *hujson.Value, items []jsonItem, name string, value any) string {
	unit := jsonUnit(text)
	write := func(indent, unit string) string {
		if name == "" {
			return withLineEnd(jsonText(value, indent, unit), text)
		}
		return withLineEnd(jsonText(name, "", "")+": "+jsonText(value, indent, unit), text)
	}
	open, closing, newLine := holder.StartOffset, holder.EndOffset-1, lineEnd(text)
	base := indentOf(text, open)
	if len(items) == 0 {
		inside := strings.TrimRight(text[open+1:closing], " \t\r\n")
		end := open + 1 + len(inside)
		rest := text[end:]
		if !strings.Contains(text[end:closing], "\n") {
			rest = newLine + base + text[closing:]
		}
		return text[:end] + newLine + base + unit + write(base+unit, unit) + rest
	}
	last := items[len(items)-1]
	comma, tail := "", last.end
	if last.comma >= 0 {
		comma, tail = ",", last.comma+1
	} else {
		text = text[:tail] + "," + text[tail:]
		tail, closing = tail+1, closing+1
	}
	if !strings.Contains(text[open:closing], "\n") {
		return text[:tail] + " " + write("", "") + comma + text[tail:]
	}
	indent := base + unit
	if isFirst(text, last.start) {
		indent = indentOf(text, last.start)
	}
	at := tail + lineOfComments(text[tail:closing])
	return text[:at] + newLine + indent + write(indent, unit) + comma + text[at:]
}

// lineOfComments returns the length of the first line of a text that is only blanks and comments. A line break in a comment
// ends no line.
func lineOfComments(text string) int {
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "/*"):
			i += 2 + strings.Index(text[i+2:], "*/") + 1
		case strings.HasPrefix(text[i:], "//"):
			if end := strings.IndexAny(text[i:], "\r\n"); end >= 0 {
				return i + end
			}
		case text[i] == '\n' || text[i] == '\r':
			return i
		}
	}
	return 0
}

// cutJSON takes a member or an item out.
func cutJSON(text string, holder *hujson.Value, items []jsonItem, i int) string {
	item := items[i]
	start := len(strings.TrimRight(text[:item.start], " \t"))
	if start > 0 && text[start-1] == '\n' {
		start = len(strings.TrimSuffix(strings.TrimSuffix(text[:start], "\n"), "\r"))
	}
	end := item.end
	if item.comma >= 0 {
		end = item.comma + 1
	}
	switch {
	case len(items) == 1:
		open, closing := holder.StartOffset, holder.EndOffset-1
		if strings.TrimSpace(text[open+1:start]+text[end:closing]) == "" {
			start, end = open+1, closing
		}
	case i == len(items)-1 && item.comma < 0:
		before := items[i-1].comma
		return text[:before] + text[before+1:start] + text[end:]
	}
	return text[:start] + text[end:]
}

// jsonUnit returns by how much a text is indented at each level.
func jsonUnit(text string) string {
	for line := range strings.Lines(text) {
		content := strings.TrimLeft(line, " \t")
		if blanks := line[:len(line)-len(content)]; blanks != "" && strings.HasPrefix(content, `"`) {
			return blanks
		}
	}
	return "  "
}

// jsonText writes a value. Objects are written over several lines if unit is not empty.
func jsonText(value any, indent, unit string) string {
	var parts []string
	opening, closing := "{", "}"
	switch value := value.(type) {
	case object:
		for _, each := range value {
			parts = append(parts, jsonText(each.name, "", "")+": "+jsonText(each.value, indent+unit, unit))
		}
	case []object:
		opening, closing = "[", "]"
		for _, each := range value {
			parts = append(parts, jsonText(each, indent+unit, unit))
		}
	case []string:
		for _, each := range value {
			parts = append(parts, jsonText(each, "", ""))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return scalar(value)
	}
	if unit == "" || len(parts) == 0 {
		return opening + strings.Join(parts, ", ") + closing
	}
	between := "\n" + indent + unit
	return opening + between + strings.Join(parts, ","+between) + "\n" + indent + closing
}

// scalar writes a text, a number or a bool as JSON does, which YAML and TOML read as well.
func scalar(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // strings, numbers and bools always can be encoded
	return strings.TrimSuffix(out.String(), "\n")
}
