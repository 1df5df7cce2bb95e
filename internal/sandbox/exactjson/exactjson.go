// Package exactjson reads and writes JSON whose numbers keep all their digits.
package exactjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// errTrailing is returned for text after the end of the value.
var errTrailing = errors.New("there is more after its end")

// Unmarshal decodes one value. Numbers that are decoded into an any become a json.Number.
func Unmarshal(encoded []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errTrailing
	}
	return nil
}

// Marshal encodes value with <, > and & as they are, for readers of the JSON.
func Marshal(value any) (json.RawMessage, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return out.Bytes(), err
}

// Canonical encodes values that differ only in the order of their keys alike.
func Canonical(value any) ([]byte, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := Unmarshal(encoded, &plain); err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

// Object decodes a JSON object; no text at all is an empty one.
func Object(text []byte) (map[string]any, error) {
	object := map[string]any{}
	if len(bytes.TrimSpace(text)) == 0 {
		return object, nil
	}
	err := Unmarshal(text, &object)
	if errors.Is(err, errTrailing) || err == nil && object == nil {
		err = errors.New("there is something else")
	}
	return object, err
}
