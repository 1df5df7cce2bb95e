package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// lintTags returns an error for tags that the reflector silently ignores: misspelt
// keywords, keywords of another type, invalid numbers. It looks for the effect of
// each keyword in the reflected schema s.
func lintTags(f reflect.StructField, s *jsonschema.Schema, at string) error {
	for _, tag := range []string{"json", "jsonschema", "jsonschema_description", "jsonschema_extras"} {
		if _, ok := f.Tag.Lookup(tag); !ok && strings.Contains(" "+string(f.Tag), " "+tag+":") {
			return definitionError(at, "the %s tag is malformed", tag)
		}
	}
	if err := lintJSONTag(f, at); err != nil {
		return err
	}
	if err := lintKeywords(f, s, at); err != nil {
		return err
	}
	return lintExtras(f, s, at)
}

func lintJSONTag(f reflect.StructField, at string) error {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	for option := range strings.SplitSeq(options, ",") {
		switch option {
		case "", "omitempty", "omitzero":
		default:
			return definitionError(at, "json option %q is not supported", option)
		}
	}
	return nil
}

func lintKeywords(f reflect.StructField, s *jsonschema.Schema, at string) error {
	for _, keyword := range splitTag(f.Tag.Get("jsonschema")) {
		name, value, valued := strings.Cut(keyword, "=")
		if name == "required" && !valued {
			continue
		}
		if !valued || !portableKeyword(name) {
			return definitionError(at, "tag jsonschema: unknown or not portable: %q", keyword)
		}
		if s.Type == "array" && (name == "pattern" || name == "format" || name == "type") {
			return definitionError(at, "tag jsonschema: %s does not belong on a list", name)
		}
		if !inSchema(s, name, value) {
			return definitionError(at, "tag jsonschema: %q has no effect on type %q", keyword, s.Type)
		}
	}
	return nil
}

func lintExtras(f reflect.StructField, s *jsonschema.Schema, at string) error {
	required := slices.Contains(splitTag(f.Tag.Get("jsonschema")), "required")
	for _, extra := range splitTag(f.Tag.Get("jsonschema_extras")) {
		name, value, _ := strings.Cut(extra, "=")
		switch {
		case name == "hidden" && value == "true":
			if required {
				return definitionError(at, "a hidden field cannot be required")
			}
		case name == "quiet" && value == "true":
			length := s.Type == "string" && (s.MinLength != nil || s.MaxLength != nil)
			if !length && s.Minimum == "" && s.Maximum == "" {
				return definitionError(at, "tag jsonschema_extras: quiet has no effect without a length or a bound of a number")
			}
		case name == "keepempty" && value == "true":
			if s.Type == "array" || s.Type == "boolean" || s.Type == "integer" || s.Type == "number" {
				return definitionError(at, "tag jsonschema_extras: keepempty has no effect on type %q", s.Type)
			}
		case name == "items" && s.Type == "array" && s.Items != nil, name == "word", name == "open" && value == "true":
			// The compiler checks these, as it knows the type of the elements.
		default:
			return definitionError(at, "tag jsonschema_extras: unknown: %q", extra)
		}
	}
	return nil
}

// splitTag splits a tag at the commas without a backslash before them.
func splitTag(tag string) []string {
	if tag == "" {
		return nil
	}
	var parts []string
	joined := false
	for part := range strings.SplitSeq(tag, ",") {
		escaped := strings.HasSuffix(part, `\`)
		part = strings.TrimSuffix(part, `\`)
		if joined {
			parts[len(parts)-1] += "," + part
		} else {
			parts = append(parts, part)
		}
		joined = escaped
	}
	return parts
}

func portableKeyword(name string) bool {
	switch name {
	case "type", "enum", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems":
		return true
	}
	return false
}

// inSchema reports whether s has a keyword of a tag. Most keywords on a list are
// those of its elements.
func inSchema(s *jsonschema.Schema, name, value string) bool {
	if s.Type == "array" && name != "minItems" && name != "maxItems" {
		if s.Items == nil {
			return false
		}
		s = s.Items
	}
	switch name {
	case "type":
		return s.Type == value
	case "enum":
		return slices.Contains(s.Enum, any(value))
	case "pattern":
		return s.Pattern == value
	case "format":
		return s.Format == value
	case "minLength":
		return isCount(s.MinLength, value)
	case "maxLength":
		return isCount(s.MaxLength, value)
	case "minItems":
		return isCount(s.MinItems, value)
	case "maxItems":
		return isCount(s.MaxItems, value)
	case "minimum":
		return s.Minimum == json.Number(value) && isNumber(value)
	case "maximum":
		return s.Maximum == json.Number(value) && isNumber(value)
	}
	return false
}

func isCount(got *uint64, text string) bool {
	return got != nil && strconv.FormatUint(*got, 10) == text
}
