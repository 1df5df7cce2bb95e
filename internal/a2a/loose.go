package a2a

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
)

// object is a JSON object as an agent wrote it. Its methods read a field whatever type it has, and under its name in
// snake_case as well: some agents write what their language calls it.
type object map[string]any

// asObject returns a decoded JSON value as an object; nil when it is none.
func asObject(value any) object {
	o, _ := value.(map[string]any)
	return o
}

// get returns the first of the fields that is there and not null.
func (o object) get(names ...string) any {
	for _, name := range names {
		if value := o[name]; value != nil {
			return value
		}
		if value := o[snakeCase(name)]; value != nil {
			return value
		}
	}
	return nil
}

// text returns the first of the fields that is a string or a number and not empty.
func (o object) text(names ...string) string {
	for _, name := range names {
		if text := scalar(o.get(name)); text != "" {
			return text
		}
	}
	return ""
}

// object returns the first of the fields that is an object, or nil.
func (o object) object(names ...string) object {
	for _, name := range names {
		if value := asObject(o.get(name)); value != nil {
			return value
		}
	}
	return nil
}

// list returns the items of a field; a single value counts as a list of it.
func (o object) list(names ...string) []any {
	value := o.get(names...)
	if items, ok := value.([]any); ok || value == nil {
		return items
	}
	return []any{value}
}

// isTrue reports whether a field is true, in JSON or in words.
func (o object) isTrue(name string) bool {
	if value, ok := o.get(name).(bool); ok {
		return value
	}
	return strings.EqualFold(o.text(name), "true") || o.text(name) == "1"
}

// isFalse reports whether a field is there and false, in JSON or in words.
func (o object) isFalse(name string) bool {
	if value, ok := o.get(name).(bool); ok {
		return !value
	}
	return strings.EqualFold(o.text(name), "false") || o.text(name) == "0"
}

// scalar returns a string without the blanks around it, or the digits of a number.
func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	}
	return ""
}

// snakeCase returns a name in camelCase as snake_case.
func snakeCase(name string) string {
	var snake strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			snake.WriteByte('_')
		}
		snake.WriteRune(unicode.ToLower(r))
	}
	return snake.String()
}

// letters returns the letters and digits of a name in lower case, so that spellings of it compare equal.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// decodeJSON decodes one JSON value. Its numbers keep all their digits.
func decodeJSON(raw []byte) (any, error) {
	var value any
	decoder := newDecoder(bytes.NewReader(raw))
	if err := decoder.Decode(&value); err != nil {
		return nil, notJSON(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: there is more than one value in it", errNotJSON)
	}
	return value, nil
}

// notJSON returns an error of a decoder in words, if it is one of the JSON itself.
func notJSON(err error) error {
	if words := errortext.Syntax(err); words != "" {
		return fmt.Errorf("%w: %s", errNotJSON, words)
	}
	return err
}

func newDecoder(from io.Reader) *json.Decoder {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	return decoder
}
