package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
)

// describer and aliaser are implemented by types that choose their own schema. The
// reflector looks for the methods on values only, not on pointers.
type (
	describer interface{ JSONSchema() *jsonschema.Schema }
	aliaser   interface{ JSONSchemaAlias() any }
)

var (
	describerType  = reflect.TypeFor[describer]()
	aliaserType    = reflect.TypeFor[aliaser]()
	timeType       = reflect.TypeFor[time.Time]()
	urlType        = reflect.TypeFor[url.URL]()
	rawMessageType = reflect.TypeFor[json.RawMessage]()
)

// reflectType reflects a Go type into an invopop schema without references.
//
// It does not set ExpandedStruct, which finds the root by its bare type name and
// would return a nested type of another package with the same name.
func reflectType(t reflect.Type) (s *jsonschema.Schema, err error) {
	if err := checkReflectable(t, "", nil); err != nil {
		return nil, err
	}
	// The reflector panics on unexpected results of a JSONSchema method, such as
	// an array without items.
	defer func() {
		if r := recover(); r != nil {
			s, err = nil, fmt.Errorf("reflect: %v", r)
		}
	}()
	r := jsonschema.Reflector{
		Anonymous:                  true,
		DoNotReference:             true,
		RequiredFromJSONSchemaTags: true,
		AllowAdditionalProperties:  true,
	}
	s = r.ReflectFromType(t)
	s.Version = ""
	return s, nil
}

// checkReflectable returns an error for types on which the reflector panics or, if
// they are recursive, does not return. The ancestors are the types around t.
func checkReflectable(t reflect.Type, at string, ancestors []reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if slices.Contains(ancestors, t) {
		return definitionError(at, "type %s contains itself; use a free map (map[string]any)", t)
	}
	if done, err := hasOwnSchema(t, at, ancestors); done || err != nil {
		return err
	}
	ancestors = append(slices.Clip(ancestors), t)
	switch t.Kind() {
	case reflect.Struct:
		return checkReflectableFields(t, at, ancestors)
	case reflect.Slice:
		return checkReflectable(t.Elem(), at+"[]", ancestors)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return definitionError(at, "keys of type %s are not portable; use strings", t.Key())
		}
		return checkReflectable(t.Elem(), at+".*", ancestors)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return definitionError(at, "interface %s cannot be decoded", t)
		}
	case reflect.Array, reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128,
		reflect.Uintptr, reflect.UnsafePointer:
		return definitionError(at, "type %s cannot be expressed", t)
	}
	return nil
}

// hasOwnSchema reports whether the reflector ignores the fields of t, because the type
// has a schema of its own.
func hasOwnSchema(t reflect.Type, at string, ancestors []reflect.Type) (bool, error) {
	for _, m := range []method{{describerType, "JSONSchema"}, {aliaserType, "JSONSchemaAlias"}} {
		if implements(t, m.of) && !t.Implements(m.of) {
			return true, definitionError(at, "method %s of %s needs a value receiver to be seen", m.name, t)
		}
	}
	if t.Implements(aliaserType) {
		alias := reflect.TypeOf(reflect.Zero(t).Interface().(aliaser).JSONSchemaAlias())
		if alias == nil {
			return true, definitionError(at, "the alias of %s has no type", t)
		}
		return true, checkReflectable(alias, at, append(slices.Clip(ancestors), t))
	}
	return t.Implements(describerType) || t == timeType || t == urlType || t == rawMessageType, nil
}

// checkReflectableFields is checkReflectable for the fields of a struct.
func checkReflectableFields(t reflect.Type, at string, ancestors []reflect.Type) error {
	for f := range t.Fields() {
		name, kind := fieldName(f)
		switch kind {
		case skippedField:
			continue
		case embeddedField:
			if f.Type.Kind() == reflect.Pointer {
				return definitionError(at, "embedded pointer %s: embed the struct itself", f.Type)
			}
			name = ""
		}
		if err := checkReflectable(f.Type, dot(at, name), ancestors); err != nil {
			return err
		}
	}
	return nil
}

// definitionError returns an error with the path of a definition, which is empty for the root.
func definitionError(at, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if at == "" {
		return errors.New(message)
	}
	return errors.New(at + ": " + message)
}

// dot joins a path and a property name; either may be empty.
func dot(at, name string) string {
	if name == "" {
		return at
	}
	return fieldpath.Join(at, name)
}
