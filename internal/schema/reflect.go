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

// describer and aliaser are the methods by which a type chooses its own schema;
// the reflector looks for them on values only, never on pointers.
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

// reflectType turns a Go type into an invopop schema, everything in one tree.
//
// ExpandedStruct is left out on purpose: it looks the root up by its bare type
// name, and would return a nested type of another package with the same name.
func reflectType(t reflect.Type) (s *jsonschema.Schema, err error) {
	if err := reflectable(t, "", nil); err != nil {
		return nil, err
	}
	// A JSONSchema method can return what the reflector does not expect, such
	// as an array without items; it answers with a panic.
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

// reflectable refuses the types that the reflector panics on or, as a recursive
// one, never returns from. The types above t are its ancestors.
func reflectable(t reflect.Type, at string, ancestors []reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if slices.Contains(ancestors, t) {
		return definitionError(at, "type %s contains itself; use a free map (map[string]any)", t)
	}
	if done, err := choosesSchema(t, at, ancestors); done || err != nil {
		return err
	}
	ancestors = append(slices.Clip(ancestors), t)
	switch t.Kind() {
	case reflect.Struct:
		return reflectableFields(t, at, ancestors)
	case reflect.Slice:
		return reflectable(t.Elem(), at+"[]", ancestors)
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			return definitionError(at, "keys of type %s are not portable; use strings", t.Key())
		}
		return reflectable(t.Elem(), at+".*", ancestors)
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

// choosesSchema reports whether the reflector takes the schema of t from
// elsewhere than its fields.
func choosesSchema(t reflect.Type, at string, ancestors []reflect.Type) (bool, error) {
	for _, m := range []reflect.Type{describerType, aliaserType} {
		if implements(t, m) && !t.Implements(m) {
			return true, definitionError(at, "method %s of %s needs a value receiver to be seen", m.Method(0).Name, t)
		}
	}
	if t.Implements(aliaserType) {
		alias := reflect.TypeOf(reflect.Zero(t).Interface().(aliaser).JSONSchemaAlias())
		if alias == nil {
			return true, definitionError(at, "the alias of %s has no type", t)
		}
		return true, reflectable(alias, at, append(slices.Clip(ancestors), t))
	}
	return t.Implements(describerType) || t == timeType || t == urlType || t == rawMessageType, nil
}

func reflectableFields(t reflect.Type, at string, ancestors []reflect.Type) error {
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
		if err := reflectable(f.Type, dot(at, name), ancestors); err != nil {
			return err
		}
	}
	return nil
}

// definitionError is an error at a definition's path; the root has none.
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
