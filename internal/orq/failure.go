package orq

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxFailure bounds the text of an error object, in bytes.
const maxFailure = 2000

// failureIn returns the failure that an error object reports in one of the forms of model APIs; nil when value is none:
// {"error": ...}, {"errors": [...]}, {"detail": ...}, {"type": "error", ...}, {"object": "error", ...}, {"message", "code"} and
// {"success": false}.
func failureIn(value gjson.Result) *StreamError {
	if !value.IsObject() {
		return nil
	}
	failed := deniesSuccess(value) || isFailureType(EventType(value.Get("type").Str)) || value.Get("object").Str == "error" ||
		value.Get("message").Type == gjson.String && isErrorCode(value.Get("code"))
	for _, name := range []string{"error", "errors", "detail"} {
		member := value.Get(name)
		failed = failed || member.Num != 0 || wordsOf(member).Text != "" || member.IsObject() && len(member.Map()) > 0
	}
	if !failed {
		return nil
	}
	return newStreamError(value)
}

// deniesSuccess reports whether an object states in one word that what was asked for was not done.
func deniesSuccess(value gjson.Result) bool {
	for _, name := range []string{"success", "ok", "deleted"} {
		if value.Get(name).Type == gjson.False {
			return true
		}
	}
	switch strings.ToLower(value.Get("status").Str) {
	case "error", "fail", "failed", "failure":
		return true
	}
	return false
}

// newStreamError returns the failure that value, an error in any form, describes.
func newStreamError(value gjson.Result) *StreamError {
	found := wordsOf(value)
	if found.Text == "" && value.IsObject() && len(value.Map()) > 0 {
		found.Text = redact.JSONString(value.Raw)
	}
	return &StreamError{Error: boundFailure(found.Text), Code: found.Code}
}

func wordsOf(value gjson.Result) errortext.Words { return errortext.Of([]byte(value.Raw)) }

func boundFailure(text string) string {
	return strings.ToValidUTF8(truncate.Bytes(strings.TrimSpace(text), maxFailure), "\ufffd")
}

// isFailureType reports whether an event of a type that the contract does not know is an error.
func isFailureType(typ EventType) bool {
	return typ == EventResponseError || strings.HasSuffix(string(typ), "_error") || strings.HasSuffix(string(typ), ".error")
}

// isErrorCode reports whether a code, which stands beside a message, is one of an error: not 0, and not that of a success.
func isErrorCode(code gjson.Result) bool {
	switch code.Type {
	case gjson.Number:
		return code.Num != 0 && (code.Num < 200 || code.Num > 299)
	case gjson.String:
		return code.Str != "" && code.Str != "0" && !strings.EqualFold(code.Str, "ok") && !strings.EqualFold(code.Str, "success")
	}
	return false
}

// decodeFailure decodes the event of an error object, or of a text that came under the event name error; false when data is
// neither, and then leaves e as it is.
func (e *Event) decodeFailure(name, data string) bool {
	named := name == string(EventResponseError)
	if len(data) > maxFastEvent && !json.Valid([]byte(data)) || !gjson.Valid(data) {
		if !named {
			return false
		}
		text := boundFailure(data)
		quoted, _ := json.Marshal(text) // a string cannot fail
		*e = Event{Type: EventResponseError, Data: &StreamError{Error: text}, Raw: string(quoted)}
		return true
	}
	value := gjson.Parse(data)
	failure := failureIn(value)
	if failure == nil && named {
		failure = newStreamError(value)
	}
	if failure == nil {
		return false
	}
	typ := cmp.Or(EventType(value.Get("type").Str), EventResponseError)
	*e = Event{Type: typ, Timestamp: value.Get("timestamp").Str, Data: failure, Raw: data}
	return true
}
