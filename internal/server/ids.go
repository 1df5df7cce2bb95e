package server

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/quote"
)

// hiddenJSON hides JSON from mcp-go, which decodes numbers into float64: a request ID or progress token above 2^53 would
// come back rounded, and a number beyond float64 fails the message. The JSON passes through mcp-go as a string, and is
// restored in what mcp-go writes. Few messages need that; until the first does, restoring costs nothing.
type hiddenJSON struct {
	// prefix begins the strings that hide JSON. It is random, so that no other text is taken for one.
	prefix string
	used   atomic.Bool
}

func newHiddenJSON() *hiddenJSON { return &hiddenJSON{prefix: "json-" + rand.Text() + "-"} }

// hide returns the JSON string that hides raw.
func (h *hiddenJSON) hide(raw json.RawMessage) json.RawMessage {
	h.used.Store(true)
	return json.RawMessage(`"` + h.prefix + base64.RawURLEncoding.EncodeToString(raw) + `"`)
}

// revealed returns the JSON that text hides; false when it hides none.
func (h *hiddenJSON) revealed(text string) (json.RawMessage, bool) {
	encoded, ok := strings.CutPrefix(text, h.prefix)
	if !ok {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	return raw, err == nil
}

// restore returns a message with the JSON that its strings hide.
func (h *hiddenJSON) restore(message []byte) []byte {
	if !h.used.Load() {
		return message
	}
	var restored []byte
	for {
		before, after, found := bytes.Cut(message, []byte(`"`+h.prefix))
		encoded, rest, ended := bytes.Cut(after, []byte(`"`))
		raw, err := base64.RawURLEncoding.DecodeString(string(encoded))
		switch {
		case !found && restored == nil:
			return message
		case !found || !ended || err != nil:
			return append(restored, message...)
		}
		restored = append(append(restored, before...), raw...)
		message = rest
	}
}

// raw returns the JSON of a request ID or progress token as the client sent it. v is what mcp-go decoded.
func (h *hiddenJSON) raw(v any) json.RawMessage {
	switch v := v.(type) {
	case string:
		if raw, ok := h.revealed(v); ok {
			return raw
		}
		return quote.Append(nil, v)
	case float64:
		return strconv.AppendFloat(nil, v, 'f', -1, 64)
	}
	return nil
}

// progressToken returns the progress token of a call; nil when it has none.
func (h *hiddenJSON) progressToken(request *mcp.CallToolRequest) json.RawMessage {
	if request.Params.Meta == nil {
		return nil
	}
	return h.raw(request.Params.Meta.ProgressToken)
}

// maxPlainDigits is the number of digits up to which float64 holds every integer.
const maxPlainDigits = 15

// isPlain reports whether mcp-go returns an ID as it is, and tells it from every other plain one: a short integer, or
// printable text without escapes that does not look like a number.
func isPlain(raw json.RawMessage) bool {
	if text, ok := bytes.CutPrefix(raw, []byte(`"`)); ok {
		text = bytes.TrimSuffix(text, []byte(`"`))
		return !bytes.ContainsFunc(text, isEscaped) && len(bytes.Trim(text, "+-.0123456789eE")) > 0
	}
	digits := bytes.TrimPrefix(raw, []byte("-"))
	return len(digits) > 0 && len(digits) <= maxPlainDigits && len(bytes.Trim(digits, "0123456789")) == 0 &&
		(digits[0] != '0' || len(raw) == 1)
}

// isEscaped reports whether encoding/json may write a character of a string in another way than the client did.
func isEscaped(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`\<>&`, r) }

// isID reports whether raw is of a type that a request ID may have: a string or a number.
func isID(raw json.RawMessage) bool {
	return len(raw) > 0 && (raw[0] == '"' || raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9')
}
