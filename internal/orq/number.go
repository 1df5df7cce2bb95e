package orq

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

// unmarshalAnswer is json.Unmarshal that also decodes a whole number such as 1e3 or 20.0 into an integer.
func unmarshalAnswer(body []byte, out any) error {
	err := json.Unmarshal(body, out)
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strings.HasPrefix(mismatch.Value, "number ") {
		return json.Unmarshal(plainNumbers(body), out)
	}
	return err
}

// plainNumbers returns valid JSON with its whole numbers written without fraction and exponent.
func plainNumbers(body []byte) []byte {
	plain := make([]byte, 0, len(body))
	for len(body) > 0 {
		length := 1
		switch c := body[0]; {
		case c == '"':
			for ; body[length] != '"'; length++ {
				if body[length] == '\\' {
					length++
				}
			}
			length++
		case c == '-' || '0' <= c && c <= '9':
			for length < len(body) && strings.IndexByte("+-.0123456789Ee", body[length]) >= 0 {
				length++
			}
			plain, body = append(plain, plainNumber(string(body[:length]))...), body[length:]
			continue
		}
		plain, body = append(plain, body[:length]...), body[length:]
	}
	return plain
}

func plainNumber(number string) string {
	const exact = 1 << 53
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || !strings.ContainsAny(number, ".eE") || value != math.Trunc(value) || math.Abs(value) > exact {
		return number
	}
	return strconv.FormatInt(int64(value), 10)
}
