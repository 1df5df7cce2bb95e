package schema

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
)

// Violations reports every breach of the portable subset in a schema as it is
// advertised. It shares no code with what writes schemas, so that one judges the
// other. Paths are those of the schema: properties.tools.items.enum.
func Violations(advertised json.RawMessage) []Problem {
	var root any
	if err := json.Unmarshal(advertised, &root); err != nil {
		return []Problem{{Message: "is not valid JSON: " + err.Error()}}
	}
	var j judge
	j.root(root)
	return j.found
}

// specialGroup matches lookaround, flags and named groups.
var specialGroup = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\(\?[^:]`) })

type judge struct {
	found []Problem
}

func (j *judge) breach(at, message string) {
	j.found = append(j.found, Problem{Path: at, Message: message})
}

func (j *judge) root(v any) {
	s, ok := v.(map[string]any)
	if !ok {
		j.breach("", "must be an object")
		return
	}
	if s["type"] != "object" {
		j.breach("type", `must be "object" at the root`)
	}
	if s["additionalProperties"] != false {
		j.breach("additionalProperties", "must be false at the root")
	}
	if _, ok := s["properties"].(map[string]any); !ok {
		j.breach("properties", "must be an object at the root")
	}
	j.keywords(s, "", "type", "properties", "required", "additionalProperties")
	j.properties(s, "")
}

// schema judges one schema below the root. In a list that has a description,
// the elements may be free maps without one.
func (j *judge) schema(v any, at string, described bool) {
	s, ok := v.(map[string]any)
	if !ok {
		j.breach(at, "must be an object, not a boolean or null")
		return
	}
	if text, given := s["description"]; given {
		if str, ok := text.(string); !ok || str == "" {
			j.breach(at+".description", "must be a string that is not empty")
		}
		described = true
	}
	switch s["type"] {
	case "object":
		j.object(s, at, described)
	case "array":
		j.keywords(s, at, "type", "description", "items", "minItems", "maxItems")
		j.counts(s, at, "minItems", "maxItems")
		j.schema(s["items"], at+".items", described)
	case "string":
		j.keywords(s, at, "type", "description", "enum", "pattern", "format", "minLength", "maxLength")
		j.counts(s, at, "minLength", "maxLength")
		j.str(s, at)
	case "integer", "number":
		j.keywords(s, at, "type", "description", "minimum", "maximum")
		j.numbers(s, at, "minimum", "maximum")
	case "boolean":
		j.keywords(s, at, "type", "description")
	default:
		j.breach(at+".type", "must be one JSON type other than null")
	}
}

func (j *judge) object(s map[string]any, at string, described bool) {
	if s["properties"] == nil {
		j.keywords(s, at, "type", "description", "additionalProperties")
		if s["additionalProperties"] != true || !described {
			j.breach(at, "an object without properties must have additionalProperties true and a description")
		}
		return
	}
	j.keywords(s, at, "type", "description", "properties", "required")
	if properties, ok := s["properties"].(map[string]any); !ok || len(properties) == 0 {
		j.breach(at+".properties", "must be an object that is not empty")
	}
	j.properties(s, at)
}

func (j *judge) properties(s map[string]any, at string) {
	properties, _ := s["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		where := fieldpath.Join(fieldpath.Join(at, "properties"), name)
		if !namePortable(name) {
			j.breach(where, "the name must be 1 to 64 letters, digits, _, . or -, with no capital at the start")
		}
		j.schema(properties[name], where, false)
	}
	if s["required"] == nil {
		return
	}
	names, ok := distinctStrings(s["required"])
	if !ok {
		j.breach(fieldpath.Join(at, "required"), "must be a list of distinct names that is not empty")
	}
	for _, name := range names {
		if _, ok := properties[name]; !ok {
			j.breach(fieldpath.Join(at, "required"), name+" is not a property")
		}
	}
}

func (j *judge) keywords(s map[string]any, at string, allowed ...string) {
	for _, keyword := range slices.Sorted(maps.Keys(s)) {
		if !slices.Contains(allowed, keyword) {
			j.breach(fieldpath.Join(at, keyword), "is not portable here")
		}
	}
}

func (j *judge) str(s map[string]any, at string) {
	if enum, given := s["enum"]; given {
		if _, ok := distinctStrings(enum); !ok {
			j.breach(at+".enum", "must be a list of distinct strings that is not empty")
		}
	}
	if format, given := s["format"]; given && format != "date-time" {
		j.breach(at+".format", "must be date-time")
	}
	if pattern, given := s["pattern"]; given {
		text, ok := pattern.(string)
		if !ok {
			j.breach(at+".pattern", "must be a string")
		} else if _, err := regexp.Compile(text); err != nil || specialGroup().MatchString(text) {
			j.breach(at+".pattern", "must be a plain regular expression without lookaround")
		}
	}
}

func (j *judge) counts(s map[string]any, at, low, high string) {
	for _, keyword := range []string{low, high} {
		if n, ok := s[keyword].(float64); ok && (n < 0 || n != float64(int64(n))) {
			j.breach(fieldpath.Join(at, keyword), "must be a count, is "+strconv.FormatFloat(n, 'g', -1, 64))
		}
	}
	j.numbers(s, at, low, high)
}

func (j *judge) numbers(s map[string]any, at, low, high string) {
	for _, keyword := range []string{low, high} {
		if v, given := s[keyword]; given {
			if _, ok := v.(float64); !ok {
				j.breach(fieldpath.Join(at, keyword), "must be a number")
			}
		}
	}
	least, bounded := s[low].(float64)
	if most, ok := s[high].(float64); ok && bounded && least > most {
		j.breach(fieldpath.Join(at, low), "is above "+high)
	}
}

func distinctStrings(v any) ([]string, bool) {
	items, ok := v.([]any)
	if !ok || len(items) == 0 {
		return nil, false
	}
	var out []string
	for _, item := range items {
		s, ok := item.(string)
		if !ok || slices.Contains(out, s) {
			return out, false
		}
		out = append(out, s)
	}
	return out, true
}

func namePortable(name string) bool {
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '.', r == '-':
		default:
			return false
		}
	}
	return name != "" && len(name) <= 64 && (name[0] == '_' || name[0] >= 'a' && name[0] <= 'z')
}
