package schema

import (
	"encoding/json"
	"strconv"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// describeValue returns the type of a value and, unless it is secret, its shortened text.
func describeValue(v any, secret bool) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		if secret {
			return "a string (not shown)"
		}
		return "the string " + quote(v)
	case json.Number:
		if secret {
			return "a number (not shown)"
		}
		return "the number " + shorten(string(v))
	case bool:
		return "the boolean " + strconv.FormatBool(v)
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return "something that is not JSON"
}

// shortValue returns the shortened text of a value of the right type, unless it is secret.
func shortValue(v any, secret bool) string {
	if secret {
		return describeValue(v, true)
	}
	switch v := v.(type) {
	case string:
		return quote(v)
	case json.Number:
		return shorten(string(v))
	}
	return describeValue(v, false)
}

func quote(s string) string {
	return strconv.Quote(shorten(redact.Text(s)))
}

// typeOf returns the JSON type of a value: "integer" for whole numbers, "" for null.
func typeOf(v any) string {
	switch v := v.(type) {
	case string:
		return "string"
	case json.Number:
		if _, ok := wholeNumber(v); ok {
			return "integer"
		}
		return "number"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return ""
}

// withArticle returns the name of one value of a JSON type.
func withArticle(typ string) string {
	switch typ {
	case "string":
		return "a string"
	case "integer":
		return "an integer"
	case "number":
		return "a number"
	case "boolean":
		return "true or false"
	case "object":
		return "an object"
	case "array":
		return "a list"
	}
	return "a value"
}

// plural returns the name of several values of a JSON type.
func plural(typ string) string {
	switch typ {
	case "string":
		return "strings"
	case "integer":
		return "integers"
	case "number":
		return "numbers"
	case "boolean":
		return "booleans"
	case "object":
		return "objects"
	case "array":
		return "lists"
	}
	return "values"
}
