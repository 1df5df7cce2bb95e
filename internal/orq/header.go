package orq

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Header is an HTTP header sent to an A2A agent or an MCP server. In an update an empty value keeps the stored one.
type Header struct {
	Value     string `json:"value"`
	Encrypted *bool  `json:"encrypted,omitzero"`
}

// HeaderValue is a header of an inline HTTP tool: a string, or an object whose value may be encrypted.
type HeaderValue struct {
	Value     string `json:"value" jsonschema:"required"`
	Encrypted *bool  `json:"encrypted,omitzero"`
	// Plain encodes the value as a bare string.
	Plain bool `json:"-"`
}

// Header returns the value as a Header.
func (h HeaderValue) Header() Header { return Header{Value: h.Value, Encrypted: h.Encrypted} }

// MarshalJSON encodes the bare string or the object.
func (h HeaderValue) MarshalJSON() ([]byte, error) {
	if h.Plain {
		return json.Marshal(h.Value)
	}
	return json.Marshal(h.Header())
}

// UnmarshalJSON decodes both forms. A number or a boolean becomes its JSON text.
func (h *HeaderValue) UnmarshalJSON(data []byte) error {
	switch data = bytes.TrimSpace(data); data[0] {
	case '{':
		var header Header
		err := json.Unmarshal(data, &header)
		*h = HeaderValue{Value: header.Value, Encrypted: header.Encrypted}
		return err
	case '"':
		*h = HeaderValue{Plain: true}
		return json.Unmarshal(data, &h.Value)
	case '[', 'n':
		return errors.New("must be a string or an object with value")
	}
	*h = HeaderValue{Value: string(data), Plain: true}
	return nil
}
