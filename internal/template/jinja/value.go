package jinja

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// undefined is what a name or an attribute without a value is. It keeps what the error needs, if there is going to be one.
type undefined struct {
	name string // of the variable, or of the attribute
	of   string // type of the value that lacks the attribute
	why  string // a sentence instead of both
}

func (u undefined) String() string {
	switch {
	case u.why != "":
		return u.why
	case u.of != "":
		return fmt.Sprintf("'%s object' has no attribute '%.60s'", u.of, u.name)
	}
	return fmt.Sprintf("'%.60s' is undefined", u.name)
}

// markup is text that the filter escape has escaped, or that was declared safe.
type markup string

// function is what can be called.
type function struct {
	name string
	call func(s *state, args arguments) any
}

// namespace is an object with attributes that a template may set.
type namespace struct{ dict *dict }

// fromJSON returns a value of decoded JSON. Whole numbers are integers, however large; a fraction or an exponent makes a
// float, as in Python. A float that came without its notation is an integer when it is whole.
func fromJSON(value any) any {
	switch v := value.(type) {
	case nil, bool, string, int64:
		return v
	case map[string]any:
		return &dict{object: v}
	case []any:
		return &list{items: v, raw: true}
	case json.Number:
		return fromNotation(v.String())
	case int:
		return int64(v)
	case float64:
		notation := strconv.FormatFloat(v, 'f', -1, 64)
		if n, err := strconv.ParseInt(notation, 10, 64); err == nil {
			return n
		}
		return v
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		fail("a variable is no JSON: %w", err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(encoded)))
	decoder.UseNumber()
	var decoded any
	must(decoder.Decode(&decoded))
	return fromJSON(decoded)
}

// fromNotation returns the number of a JSON notation. What is out of the range of floats, or longer than maxDigits, is its
// text.
func fromNotation(notation string) any {
	if n, err := strconv.ParseInt(notation, 10, 64); err == nil {
		return n
	}
	if len(notation) > maxDigits {
		return notation
	}
	if !strings.ContainsAny(notation, ".eE") {
		if n, ok := new(big.Int).SetString(notation, 10); ok {
			return normal(n)
		}
	}
	f, err := strconv.ParseFloat(notation, 64)
	if err != nil {
		return notation
	}
	return f
}

// typeName returns Python's name of a value's type.
func typeName(value any) string {
	switch v := value.(type) {
	case nil:
		return "NoneType"
	case bool:
		return "bool"
	case int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case markup:
		return "Markup"
	case *dict:
		return "dict"
	case *list:
		return v.typeName()
	case undefined:
		return "Undefined"
	case *namespace:
		return "Namespace"
	case *loop:
		return "LoopContext"
	}
	return "function"
}

// mustDefined fails when a value is undefined.
func mustDefined(value any) {
	if u, ok := value.(undefined); ok {
		fail("%s", u)
	}
}

// textOf returns the text of a string or of markup.
func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case markup:
		return string(v), true
	}
	return "", false
}

// like returns text as the type of the value that it was made from: markup stays markup.
func like(value any, text string) any {
	if _, ok := value.(markup); ok {
		return markup(text)
	}
	return text
}

// truth reports whether a value counts as true.
func (s *state) truth(value any) bool {
	switch v := value.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case markup:
		return v != ""
	case *list:
		return len(v.items) > 0
	case *dict:
		return v.len() > 0
	}
	return true
}

// items returns the items of a value that can be iterated. The slice must not be changed.
func (s *state) items(value any) []any {
	switch v := value.(type) {
	case *list:
		return v.all(s)
	case *dict:
		return v.keys(s)
	case undefined:
		return nil
	}
	if text, ok := textOf(value); ok {
		return s.characters(text)
	}
	if f, ok := value.(function); ok {
		fail("%s is a function here, not a list: call it, or take a member of that name by ['%s']", f.name, f.name)
	}
	fail("'%s' object is not iterable", typeName(value))
	return nil
}

// characters returns the characters of a text.
func (s *state) characters(text string) []any {
	s.makeTimes(32, len(text))
	items := make([]any, 0, utf8.RuneCountInString(text))
	for _, r := range text {
		items = append(items, string(r))
	}
	return items
}

// length returns the number of items or characters.
func (s *state) length(value any) int {
	switch v := value.(type) {
	case *list:
		return len(v.items)
	case *dict:
		return v.len()
	case undefined:
		return 0
	}
	text, ok := textOf(value)
	if !ok {
		fail("object of type '%s' has no len()", typeName(value))
	}
	s.scan(len(text))
	return utf8.RuneCountInString(text)
}
