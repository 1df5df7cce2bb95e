package orq

import (
	"bytes"
	"encoding/json"
)

// Nullable is a field that can be absent, null or set. Its zero value is absent. Such fields need the omitzero option.
type Nullable[T any] struct {
	Value T
	// Set reports that the field was present and not null.
	Set bool
	// Null reports that the field was present and null.
	Null bool
}

// Value returns a field that is set to v.
func Value[T any](v T) Nullable[T] { return Nullable[T]{Value: v, Set: true} }

// Null returns a field that is present and null.
func Null[T any]() Nullable[T] { return Nullable[T]{Null: true} }

// ValueOrNull returns a field that is set to v, or null when v is the zero value.
func ValueOrNull[T comparable](v T) Nullable[T] {
	var zero T
	if v == zero {
		return Null[T]()
	}
	return Value(v)
}

// IsZero reports whether the field is absent. The omitzero option of encoding/json calls it.
func (n Nullable[T]) IsZero() bool { return !n.Set && !n.Null }

// MarshalJSON encodes the value, or null.
func (n Nullable[T]) MarshalJSON() ([]byte, error) {
	if !n.Set {
		return []byte("null"), nil
	}
	return json.Marshal(n.Value)
}

// UnmarshalJSON decodes a value or null.
func (n *Nullable[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*n = Null[T]()
		return nil
	}
	n.Set, n.Null = true, false
	return json.Unmarshal(data, &n.Value)
}
