package schema

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/invopop/jsonschema"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

// Extras that tags set on a reflected schema. They control this package and are
// never advertised.
const (
	hiddenExtra    = "hidden"
	quietExtra     = "quiet"
	keepEmptyExtra = "keepempty"
	itemsExtra     = "items"
	wordExtra      = "word"
	openExtra      = "open"
)

// propertyName matches the names that the strictest model API accepts. A capital at
// the start is the name of a Go field: one without json tag, or one of a type that
// decodes itself and needs a JSONSchema method.
var propertyName = lazy.Regexp{Text: `^[a-z_][A-Za-z0-9_.-]{0,63}$`}

// advertise encodes a reflected schema. Keywords are copied one by one, and any that
// remain are an error, so that the result is portable by construction.
func advertise(s *jsonschema.Schema) (json.RawMessage, error) {
	rest := *s
	rest.Properties, rest.Required = nil, nil
	rest.Type = ""
	if err := rejectRest(rest, ""); err != nil {
		return nil, err
	}
	properties, required, err := emitProperties(s, "")
	if err != nil {
		return nil, err
	}
	out := members{{"type", "object"}, {"properties", properties}}
	out = out.addIf(len(required) > 0, "required", required)
	out = append(out, member{"additionalProperties", false})
	return encode(out)
}

// emit encodes one schema below the root. A free map needs a description, its own
// or (described) that of the list around it.
func emit(s *jsonschema.Schema, at string, described bool) (members, error) {
	rest := *s
	rest.Type, rest.Description, rest.Extras = "", "", withoutOwnExtras(s.Extras)
	out := members{{"type", s.Type}}
	out = out.addIf(s.Description != "", "description", s.Description)
	described = described || s.Description != ""

	var err error
	switch s.Type {
	case "object":
		rest.Properties, rest.Required = nil, nil
		if s.Properties == nil {
			rest.AdditionalProperties = nil // the values of a map are checked by its decoder only
		}
		out, err = emitObject(out, s, at, described)
	case "array":
		rest.Items, rest.MinItems, rest.MaxItems = nil, nil, nil
		out, err = emitArray(out, s, at, described)
	case "string":
		rest.Enum, rest.Format, rest.Pattern, rest.MinLength, rest.MaxLength = nil, "", "", nil, nil
		out, err = emitString(out, s, at)
	case "integer", "number":
		rest.Minimum, rest.Maximum = "", ""
		out, err = emitNumber(out, s, at)
	case "boolean":
	case "":
		err = definitionError(at, `no type: give one with the tag jsonschema:"type=..." or, on a list, jsonschema_extras:"items=..."`)
	default:
		err = definitionError(at, "type %q is not a JSON type", s.Type)
	}
	if err != nil {
		return nil, err
	}
	return out, rejectRest(rest, at)
}

func emitObject(out members, s *jsonschema.Schema, at string, described bool) (members, error) {
	properties, required, err := emitProperties(s, at)
	if err != nil {
		return nil, err
	}
	if len(properties) > 0 {
		out = append(out, member{"properties", properties})
		return out.addIf(len(required) > 0, "required", required), nil
	}
	if s.Properties != nil && s.Properties.Len() == 0 {
		return nil, definitionError(at, "an object without fields")
	}
	if !described {
		return nil, definitionError(at, "a free map needs a description that says so")
	}
	return append(out, member{"additionalProperties", true}), nil
}

// emitProperties encodes the advertised properties of an object, in order.
func emitProperties(s *jsonschema.Schema, at string) (members, []string, error) {
	properties := members{}
	if s.Properties == nil {
		return properties, nil, nil
	}
	for pair := s.Properties.Oldest(); pair != nil; pair = pair.Next() {
		if pair.Value.Extras[hiddenExtra] == true {
			continue
		}
		if !propertyName.Get().MatchString(pair.Key) {
			return nil, nil, definitionError(dot(at, pair.Key), "not a portable name; name the field in a json tag, or give a type that decodes itself a JSONSchema method or a type=... tag")
		}
		property, err := emit(pair.Value, dot(at, pair.Key), false)
		if err != nil {
			return nil, nil, err
		}
		properties = append(properties, member{pair.Key, property})
	}
	return properties, s.Required, nil
}

func emitArray(out members, s *jsonschema.Schema, at string, described bool) (members, error) {
	if s.Items == nil {
		return nil, definitionError(at, "a list without a schema for its elements")
	}
	if err := checkOrder(countOf(s.MinItems), countOf(s.MaxItems), at); err != nil {
		return nil, err
	}
	items, err := emit(s.Items, at+"[]", described)
	if err != nil {
		return nil, err
	}
	out = append(out, member{"items", items})
	out = out.addIf(s.MinItems != nil, "minItems", s.MinItems)
	return out.addIf(s.MaxItems != nil, "maxItems", s.MaxItems), nil
}

func emitString(out members, s *jsonschema.Schema, at string) (members, error) {
	if s.Format != "" && s.Format != "date-time" {
		return nil, definitionError(at, "format %q is not portable", s.Format)
	}
	for i, value := range s.Enum {
		if slices.Contains(s.Enum[:i], value) {
			return nil, definitionError(at, "enum value %v is given twice", value)
		}
	}
	if err := checkOrder(countOf(s.MinLength), countOf(s.MaxLength), at); err != nil {
		return nil, err
	}
	out = out.addIf(len(s.Enum) > 0, "enum", s.Enum)
	out = out.addIf(s.Format != "", "format", s.Format)
	out = out.addIf(s.Pattern != "", "pattern", s.Pattern)
	if s.Extras[quietExtra] == true {
		return out, nil
	}
	out = out.addIf(s.MinLength != nil, "minLength", s.MinLength)
	return out.addIf(s.MaxLength != nil, "maxLength", s.MaxLength), nil
}

func emitNumber(out members, s *jsonschema.Schema, at string) (members, error) {
	for _, bound := range []json.Number{s.Minimum, s.Maximum} {
		if bound != "" && !isNumber(string(bound)) {
			return nil, definitionError(at, "bound %q is not a number", bound)
		}
	}
	if err := checkOrder(s.Minimum, s.Maximum, at); err != nil {
		return nil, err
	}
	if s.Extras[quietExtra] == true {
		return out, nil
	}
	out = out.addIf(s.Minimum != "", "minimum", s.Minimum)
	return out.addIf(s.Maximum != "", "maximum", s.Maximum), nil
}

// checkOrder returns an error for bounds that no value satisfies.
func checkOrder(low, high json.Number, at string) error {
	if low != "" && high != "" && float(low) > float(high) {
		return definitionError(at, "the lower bound %s is above the upper bound %s", low, high)
	}
	return nil
}

// rejectRest returns an error if rest, a schema without the emitted keywords, is not
// empty.
func rejectRest(rest jsonschema.Schema, at string) error {
	if len(rest.Extras) == 0 {
		rest.Extras = nil
	}
	if reflect.DeepEqual(rest, jsonschema.Schema{}) {
		return nil
	}
	left, err := json.Marshal(&rest)
	if err != nil {
		return definitionError(at, "not portable: %v", err)
	}
	return definitionError(at, "not portable: %s", left)
}

func withoutOwnExtras(extras map[string]any) map[string]any {
	rest := map[string]any{}
	for name, value := range extras {
		if name != hiddenExtra && name != quietExtra && name != keepEmptyExtra && name != itemsExtra && name != wordExtra && name != openExtra {
			rest[name] = value
		}
	}
	return rest
}
