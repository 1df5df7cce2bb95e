package tools

import "encoding/json"

// freeObject is a JSON object with arbitrary fields, kept as the API wrote it.
type freeObject json.RawMessage

// JSONSchemaAlias makes the schema that of an object.
func (freeObject) JSONSchemaAlias() any { return map[string]any{} }

// MarshalJSON implements json.Marshaler.
func (o freeObject) MarshalJSON() ([]byte, error) { return json.RawMessage(o).MarshalJSON() }

// UnmarshalJSON implements json.Unmarshaler.
func (o *freeObject) UnmarshalJSON(raw []byte) error { return (*json.RawMessage)(o).UnmarshalJSON(raw) }

// with returns the object with one more field. Both name and value are JSON. The object itself must not be used any more.
func (o freeObject) with(name, value string) freeObject {
	if len(o) == 0 {
		o = append(o, '{')
	} else {
		o[len(o)-1] = ','
	}
	o = append(append(o, name...), ':')
	return append(append(o, value...), '}')
}
