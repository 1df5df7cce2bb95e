package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

var errMore = errors.New("there is more after its end")

// unmarshal reads one value, in which numbers of any form keep all their digits.
func unmarshal(encoded []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}

// marshal leaves <, > and & as they are, for those who read it.
func marshal(value any) (json.RawMessage, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return out.Bytes(), err
}

// canonical is the same JSON for values that differ only in the order of keys.
func canonical(value any) ([]byte, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var plain any
	if err := unmarshal(encoded, &plain); err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}
