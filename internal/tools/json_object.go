package tools

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/orq-mcp/orq-mcp/internal/quote"
)

// objectWriter writes a JSON object, byte for byte as encoding/json writes a struct. Names of fields need no escape.
type objectWriter struct {
	json []byte
	// begun is set after the first field.
	begun bool
}

// name writes the name of the next field. Its value is to be appended to json.
func (w *objectWriter) name(name string) {
	separator := byte('{')
	if w.begun {
		separator = ','
	}
	w.begun = true
	w.json = append(w.json, separator, '"')
	w.json = append(append(w.json, name...), `":`...)
}

func (w *objectWriter) text(name, value string) {
	w.name(name)
	w.json = quote.Append(w.json, value)
}

// textUnlessEmpty writes a field with omitzero.
func (w *objectWriter) textUnlessEmpty(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *objectWriter) number(name string, value int) {
	w.name(name)
	w.json = strconv.AppendInt(w.json, int64(value), 10)
}

// trueOnly writes a field with omitzero.
func (w *objectWriter) trueOnly(name string, value bool) {
	if value {
		w.name(name)
		w.json = append(w.json, "true"...)
	}
}

// texts writes a field with omitzero: a nil list is left out.
func (w *objectWriter) texts(name string, values []string) {
	if values == nil {
		return
	}
	w.name(name)
	w.json = append(w.json, '[')
	for i, value := range values {
		if i > 0 {
			w.json = append(w.json, ',')
		}
		w.json = quote.Append(w.json, value)
	}
	w.json = append(w.json, ']')
}

// object writes a field with omitzero: a nil object is left out.
func (w *objectWriter) object(name string, value freeObject) {
	if value != nil {
		w.name(name)
		w.json = appendCompact(w.json, value)
	}
}

// end returns the object, with everything before it.
func (w *objectWriter) end() []byte {
	if !w.begun {
		w.json = append(w.json, '{')
	}
	return append(w.json, '}')
}

// appendCompact appends valid JSON, byte for byte as encoding/json does it with a json.RawMessage: without blanks between its
// tokens, and with the characters of HTML and the line separators of JavaScript escaped.
func appendCompact(b, raw []byte) []byte {
	for {
		start := bytes.IndexByte(raw, '"')
		if start < 0 {
			return appendWithoutBlanks(b, raw)
		}
		b = appendWithoutBlanks(b, raw[:start])
		raw = raw[start:]
		end := 1
		for raw[end] != '"' {
			if raw[end] == '\\' {
				end++
			}
			end++
		}
		b = appendEscapedHTML(b, raw[:end+1])
		raw = raw[end+1:]
	}
}

// appendWithoutBlanks appends JSON in which no string stands.
func appendWithoutBlanks(b, raw []byte) []byte {
	for _, c := range raw {
		if c > ' ' {
			b = append(b, c)
		}
	}
	return b
}

// appendEscapedHTML appends a string of JSON.
func appendEscapedHTML(b, quoted []byte) []byte {
	buffer := bytes.NewBuffer(b)
	json.HTMLEscape(buffer, quoted)
	return buffer.Bytes()
}
