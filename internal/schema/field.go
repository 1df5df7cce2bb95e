package schema

import (
	"reflect"
	"strings"
)

// fieldKind is how encoding/json and the reflector treat a struct field.
type fieldKind int

const (
	skippedField  fieldKind = iota // neither decoded nor advertised
	namedField                     // a property of its own
	embeddedField                  // its fields belong to the outer struct
)

// fieldName returns the JSON name of a struct field, and its kind.
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

// namesFields reports whether t is a struct whose fields all have JSON names. Objects
// are then checked against the fields, even if the type decodes itself.
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
