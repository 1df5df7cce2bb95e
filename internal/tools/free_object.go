package tools

import "encoding/json"

// freeObject is a JSON object of any fields, as the API wrote it.
type freeObject json.RawMessage

// JSONSchemaAlias says what it looks like to a client.
func (freeObject) JSONSchemaAlias() any { return map[string]any{} }

// MarshalJSON writes the object.
func (o freeObject) MarshalJSON() ([]byte, error) { return json.RawMessage(o).MarshalJSON() }

// UnmarshalJSON reads the object.
func (o *freeObject) UnmarshalJSON(raw []byte) error { return (*json.RawMessage)(o).UnmarshalJSON(raw) }

// with returns the object with one more field; name and value are JSON.
func (o freeObject) with(name, value string) freeObject {
	if len(o) == 0 {
		return freeObject("{" + name + ":" + value + "}")
	}
	return freeObject(string(o[:len(o)-1]) + "," + name + ":" + value + "}")
}
