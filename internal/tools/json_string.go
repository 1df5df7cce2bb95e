package tools

import (
	"encoding/json"
	"unicode/utf8"
)

// appendString appends text as a JSON string, byte for byte as encoding/json does, to which it leaves all but plain ASCII.
func appendString(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			encoded, _ := json.Marshal(text) // a string cannot fail
			return append(b, encoded...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}
