package schema

import (
	"encoding/json"
	"strconv"
)

// received describes a value by type and, where it may be shown, a short form.
func received(v any, secret bool) string {
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

// value is the short form alone, for a value of the right type.
func value(v any, secret bool) string {
	if secret {
		return received(v, true)
	}
	switch v := v.(type) {
	case string:
		return quote(v)
	case json.Number:
		return shorten(string(v))
	}
	return received(v, false)
}

func quote(s string) string {
	return strconv.Quote(shorten(s))
}

// typeOf is the JSON type of a value, a number's being that of whole numbers if it
// is one.
func typeOf(v any) string {
	switch v := v.(type) {
	case string:
		return "string"
	case json.Number:
		if _, ok := whole(v); ok {
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

// one and many name the values of a JSON type.
func one(typ string) string {
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

func many(typ string) string {
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
