package schema

import (
	"bytes"
	"encoding/json"
)

// members is a JSON object with its keys in order.
type members []member

type member struct {
	name  string
	value any
}

func (m members) addIf(wanted bool, name string, value any) members {
	if !wanted {
		return m
	}
	return append(m, member{name, value})
}

// MarshalJSON writes the members in order.
func (m members) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, each := range m {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := encode(each.name)
		if err != nil {
			return nil, err
		}
		value, err := encode(each.value)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// encode is json.Marshal without the escaping of <, > and &.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
