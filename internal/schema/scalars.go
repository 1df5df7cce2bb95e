package schema

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// scalars are the fields of a struct that hold a text, an integer or a boolean: their indexes by name. Most calls have no other
// arguments, and are then decoded without encoding/json.
type scalars map[string]int

// scalarsOf returns the scalars of the struct t; none for another type, or one that decodes itself.
func scalarsOf(t reflect.Type) scalars {
	if t.Kind() != reflect.Struct || implements(t, reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	found := scalars{}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch field.Type {
		case reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[bool]():
			if field.IsExported() && name != "" && name != "-" {
				found[name] = i
			}
		}
	}
	return found
}

// decodeInto decodes values by name into a struct. It reports false, and leaves the struct as it was, when one is not for a scalar
// or of another type.
func (s scalars) decodeInto(values map[string]any, pointer any) bool {
	into := reflect.ValueOf(pointer).Elem()
	for name, value := range values {
		i, ok := s[name]
		if !ok || !setScalar(into.Field(i), value) {
			into.SetZero()
			return false
		}
	}
	return true
}

func setScalar(field reflect.Value, value any) bool {
	switch value := value.(type) {
	case string:
		if field.Kind() == reflect.String {
			field.SetString(value)
			return true
		}
	case bool:
		if field.Kind() == reflect.Bool {
			field.SetBool(value)
			return true
		}
	case json.Number:
		number, err := strconv.ParseInt(string(value), 10, strconv.IntSize)
		if field.Kind() == reflect.Int && err == nil {
			field.SetInt(number)
			return true
		}
	}
	return false
}
