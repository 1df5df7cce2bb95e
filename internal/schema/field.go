package schema

import (
	"reflect"
	"strings"
)

// fieldKind says what encoding/json and the reflector make of a struct field.
type fieldKind int

const (
	skippedField  fieldKind = iota // neither decoded nor advertised
	namedField                     // a property of its own
	embeddedField                  // its fields are the outer struct's
)

func fieldName(f reflect.StructField) (string, fieldKind) {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		return "", skippedField
	}
	if f.Anonymous && name == "" && baseKind(f.Type) == reflect.Struct {
		return "", embeddedField
	}
	if !f.IsExported() {
		return "", skippedField
	}
	if name == "" {
		name = f.Name
	}
	return name, namedField
}

// namesFields reports whether t is a struct whose fields all have JSON names, so
// that they can be taken for its form even though it decodes itself.
func namesFields(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		switch name, kind := fieldName(f); {
		case kind == embeddedField, kind == namedField && name == f.Name:
			return false
		}
	}
	return true
}

func baseKind(t reflect.Type) reflect.Kind {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind()
}
