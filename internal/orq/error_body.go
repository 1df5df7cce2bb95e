package orq

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const (
	// maxErrorMessage is the maximum length of the message of an APIError, in bytes.
	maxErrorMessage = 2003
	// maxErrorDepth is how deep an error body is searched. The forms in use need four levels.
	maxErrorDepth = 6
	// maxErrorItems is how many messages of a list are kept.
	maxErrorItems = 10
)

// errorFields are the fields in which services write errors.
type errorFields struct {
	Message          json.RawMessage `json:"message"`
	Detail           json.RawMessage `json:"detail"`
	Msg              json.RawMessage `json:"msg"`
	ErrorDescription json.RawMessage `json:"error_description"`
	Error            json.RawMessage `json:"error"`
	Reason           json.RawMessage `json:"reason"`
	Title            json.RawMessage `json:"title"`

	// Errors and Issues hold the single problems, beside or in place of a message about all of them.
	Errors json.RawMessage `json:"errors"`
	Issues json.RawMessage `json:"issues"`

	Code json.RawMessage `json:"code"`
	Path json.RawMessage `json:"path"`
	Loc  json.RawMessage `json:"loc"`
	// Field is the name of what a single problem is about, as Path and Loc are.
	Field json.RawMessage `json:"field"`
}

// errorBody finds code and message of an error body. It has the service's own form if it is {message, code}, {error: "..."} or
// {error: {code, message}}; the other forms are those of common frameworks.
func errorBody(body []byte) (code, message string, own bool) {
	var whole, nested errorFields
	_ = json.Unmarshal(body, &whole)
	_ = json.Unmarshal(whole.Error, &nested)
	code = scalar(whole.Code)
	if scalar(whole.Message) == "" && scalar(nested.Message) != "" {
		code = scalar(nested.Code)
	}
	own = cmp.Or(scalar(whole.Message), scalar(nested.Message), scalar(whole.Error)) != ""
	return code, truncate.Bytes(errorText(body, 0), maxErrorMessage), own
}

// errorText returns the words in a value of an error body. A list gives those of its items.
func errorText(raw json.RawMessage, depth int) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || depth > maxErrorDepth {
		return ""
	}
	switch raw[0] {
	case '"':
		text := strings.TrimSpace(scalar(raw))
		if strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") { // JSON in a text, as Zod writes it
			return cmp.Or(errorText(json.RawMessage(text), depth+1), text)
		}
		return text
	case '[':
		return errorList(raw, depth)
	case '{':
		return errorObject(raw, depth)
	}
	return ""
}

func errorList(raw json.RawMessage, depth int) string {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return ""
	}
	var texts []string
	for _, item := range items {
		if text := errorText(item, depth+1); text != "" && !slices.Contains(texts, text) && len(texts) < maxErrorItems {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

func errorObject(raw json.RawMessage, depth int) string {
	var fields errorFields
	if json.Unmarshal(raw, &fields) != nil {
		return ""
	}
	first := func(values ...json.RawMessage) string {
		for _, value := range values {
			if text := errorText(value, depth+1); text != "" {
				return text
			}
		}
		return ""
	}
	text := first(fields.Message, fields.Detail, fields.Msg, fields.ErrorDescription, fields.Error, fields.Reason, fields.Title)
	single := cmp.Or(first(fields.Errors, fields.Issues), problemsByName(fields.Errors))
	switch {
	case text == "":
		text = single
	case single != "" && !strings.Contains(text, single):
		text += ": " + single
	}
	if name := cmp.Or(errorPath(fields.Loc), errorPath(fields.Path), errorPath(fields.Field)); name != "" && text != "" && depth > 0 && !strings.HasPrefix(text, name) {
		return name + ": " + text
	}
	return text
}

// problemsByName returns the words of an object that holds the problems of each field: {"key": ["is taken"]}.
func problemsByName(raw json.RawMessage) string {
	var byName map[string]json.RawMessage
	if json.Unmarshal(raw, &byName) != nil {
		return ""
	}
	var texts []string
	for name, value := range byName {
		if text := errorText(value, 1); text != "" {
			texts = append(texts, name+": "+text)
		}
	}
	slices.Sort(texts)
	return strings.Join(texts[:min(len(texts), maxErrorItems)], "; ")
}

// errorPath returns the path of a field, which is a text or a list of its steps. The path of a request is none.
func errorPath(raw json.RawMessage) string {
	var steps []json.RawMessage
	if json.Unmarshal(raw, &steps) != nil {
		if text := scalar(raw); !strings.HasPrefix(text, "/") {
			return text
		}
		return ""
	}
	var names []string
	for _, step := range steps {
		if name := scalar(step); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ".")
}

// scalar returns the text of a JSON string or number, and "" for anything else.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}
