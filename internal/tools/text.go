package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// shorten cuts text at a word so that it takes at most limit bytes.
func shorten(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= limit {
		return text
	}
	cut := text[:limit-len("…")]
	if space := strings.LastIndexByte(cut, ' '); space > limit/2 {
		cut = cut[:space]
	}
	return strings.ToValidUTF8(cut, "") + "…"
}

// count says how many there are: "1 agent", "2 agents".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// outline renders a value for reading: a line for each field, nested fields indented, in the order of its JSON.
func outline(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	decoder := json.NewDecoder(bytes.NewReader(orq.RedactJSON(raw)))
	decoder.UseNumber()
	var text strings.Builder
	outlineValue(&text, decoder, "", "")
	return strings.TrimRight(text.String(), "\n")
}

// outlineValue renders the decoder's next value; label stands before it, indent before each of its own lines.
func outlineValue(text *strings.Builder, decoder *json.Decoder, indent, label string) {
	token, err := decoder.Token()
	if err != nil {
		return
	}
	delim, nested := token.(json.Delim)
	switch {
	case nested && !decoder.More():
		_, _ = decoder.Token()
		fmt.Fprintf(text, "%s%snone\n", indent, label)
	case nested:
		if label != "" {
			fmt.Fprintf(text, "%s%s\n", indent, strings.TrimRight(label, " "))
			indent += "  "
		}
		for decoder.More() {
			outlineMember(text, decoder, delim, indent)
		}
		_, _ = decoder.Token()
	default:
		outlineScalar(text, indent, label, token)
	}
}

// outlineMember renders one field of an object or one item of a list.
func outlineMember(text *strings.Builder, decoder *json.Decoder, of json.Delim, indent string) {
	if of == '[' {
		outlineValue(text, decoder, indent, "- ")
		return
	}
	name, err := decoder.Token()
	if err != nil {
		return
	}
	outlineValue(text, decoder, indent, fmt.Sprintf("%v: ", name))
}

func outlineScalar(text *strings.Builder, indent, label string, token json.Token) {
	value := fmt.Sprint(token)
	if token == nil {
		value = "null"
	}
	if strings.Contains(value, "\n") {
		value = "\n" + value
	}
	fmt.Fprintf(text, "%s%s%s\n", indent, label, value)
}
