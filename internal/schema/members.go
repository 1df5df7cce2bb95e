package schema

import (
	"bytes"
	"encoding/json"
)

// members is a JSON object that keeps the order of its keys.
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

// encode is json.Marshal without the escaping of <, > and &. It encodes members itself, as a MarshalJSON method would
// make encoding/json validate the nested JSON again at every level.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	plain := json.NewEncoder(&out)
	plain.SetEscapeHTML(false)
	if err := write(&out, plain, v); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func write(out *bytes.Buffer, plain *json.Encoder, value any) error {
	nested, ok := value.(members)
	if !ok {
		err := plain.Encode(value)
		out.Truncate(max(0, out.Len()-len("\n")))
		return err
	}
	out.WriteByte('{')
	for i, each := range nested {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := write(out, plain, each.name); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := write(out, plain, each.value); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}
