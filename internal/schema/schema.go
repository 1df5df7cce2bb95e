package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/invopop/jsonschema"
)

// Schema is the portable JSON Schema of one Go struct, with the decoder of arguments
// for it. It is immutable and safe for concurrent use.
type Schema struct {
	goType     reflect.Type
	root       *objectDecoder
	decoder    decoder // root, inside a checkedDecoder if the struct is a Checker
	advertised json.RawMessage
}

// For compiles the schema of the struct T. It is called once, when a tool is
// defined. The error has the path of the first field that is not portable, or whose
// tags have no effect.
func For[T any]() (*Schema, error) {
	t := reflect.TypeFor[T]()
	s, err := derive(t)
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", t, err)
	}
	return s, nil
}

// JSON returns the advertised schema: compact, with properties in the order of the
// struct and a closed root. The caller owns the bytes.
func (s *Schema) JSON() json.RawMessage {
	return bytes.Clone(s.advertised)
}

func derive(t reflect.Type) (*Schema, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("must be a struct, is a %s", t.Kind())
	}
	reflected, err := reflectType(t)
	if err != nil {
		return nil, err
	}
	c := compiler{seen: map[*jsonschema.Schema]bool{}}
	decode, err := c.decoder(t, reflected, "")
	if err != nil {
		return nil, err
	}
	root, ok := objectOf(decode)
	if !ok {
		return nil, errors.New("must not decode itself: the fields of the root have to be known")
	}
	if err := abbreviate(t, reflected); err != nil {
		return nil, err
	}
	advertised, err := advertise(reflected)
	if err != nil {
		return nil, err
	}
	return &Schema{goType: t, root: root, decoder: decode, advertised: advertised}, nil
}

// abbreviate replaces the schemas of the fields of a Briefer by their descriptions.
func abbreviate(t reflect.Type, reflected *jsonschema.Schema) error {
	if !implements(t, brieferType) {
		return nil
	}
	for name, words := range reflect.New(t).Interface().(Briefer).BriefArguments() {
		field, known := reflected.Properties.Get(name)
		if !known {
			return definitionError(name, "BriefArguments names a field that does not exist")
		}
		inside := field
		if field.Type == "array" && field.Items != nil {
			inside = field.Items
		}
		if inside.Type != "object" || words == "" {
			return definitionError(name, "only an object or a list of objects can be described in words")
		}
		field.Description = words
		inside.Properties, inside.Required = nil, nil
	}
	return nil
}
