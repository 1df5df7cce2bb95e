package mustache

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// frame is a value that names are looked up in, within that of the section around it.
type frame struct {
	value  any
	parent *frame
}

// lookup returns what a name stands for: in the innermost frame that has it, with all its parts if it has dots; nil if none
// has it.
func (f *frame) lookup(b *budget.Budget, name string) (any, error) {
	if name == "." {
		return f.value, nil
	}
	parts := []string{name}
	if strings.Index(name, ".") > 0 {
		parts = strings.Split(name, ".")
	}
	for ; f != nil; f = f.parent {
		if err := b.Spend(len(parts)); err != nil {
			return nil, err
		}
		value, found := f.value, true
		for i := 0; i < len(parts) && found; i++ {
			if text, ok := value.(string); ok {
				if err := b.Scan(len(text)); err != nil {
					return nil, err
				}
			}
			value, found = property(value, parts[i], len(parts) > 1)
		}
		if found {
			return value, nil
		}
	}
	return nil, nil
}

// property returns a member of an object, an item of a list, or the length of a list; in a name with dots also a character
// of a text, or its length.
func property(value any, name string, inPath bool) (any, bool) {
	var at, length int
	switch v := value.(type) {
	case map[string]any:
		member, ok := v[name]
		return plain(member), ok
	case []any:
		length = len(v)
	case string:
		if !inPath {
			return nil, false
		}
		length = utf8.RuneCountInString(v)
	default:
		return nil, false
	}
	if name == "length" {
		return length, true
	}
	at, err := strconv.Atoi(name)
	if err != nil || at < 0 || at >= length || strconv.Itoa(at) != name {
		return nil, false
	}
	if list, ok := value.([]any); ok {
		return plain(list[at]), true
	}
	for _, r := range value.(string) {
		if at == 0 {
			return string(r), true
		}
		at--
	}
	return nil, false
}

// plain returns a value as decoded JSON.
func plain(value any) any {
	switch value.(type) {
	case nil, bool, string, float64, int, json.Number, map[string]any, []any:
		return value
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var decoded any
	if decoder.Decode(&decoded) != nil {
		return nil
	}
	return decoded
}

// isEmpty reports whether a section of the value is left out.
func isEmpty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case int:
		return v == 0
	case float64:
		return v == 0
	case json.Number:
		mantissa, _, _ := strings.Cut(strings.ToLower(v.String()), "e")
		return !strings.ContainsAny(mantissa, "123456789")
	case []any:
		return len(v) == 0
	}
	return false
}
