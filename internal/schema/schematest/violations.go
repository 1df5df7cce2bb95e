// Package schematest checks for tests that an advertised JSON Schema keeps to the portable subset that package schema
// documents. It shares no code with the compiler of schemas, so that a bug there does not hide itself here.
package schematest

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// Violations returns all violations of the portable subset in an advertised schema. Their paths are those of the schema,
// such as properties.tools.items.enum.
func Violations(advertised json.RawMessage) []schema.Problem {
	var root any
	if err := json.Unmarshal(advertised, &root); err != nil {
		return []schema.Problem{{Message: "is not valid JSON: " + err.Error()}}
	}
	var c checker
	c.root(root)
	return c.found
}

// specialGroup matches lookaround, flags and named groups.
var specialGroup = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\(\?[^:]`) })

// checker collects the violations of one schema.
type checker struct {
	found []schema.Problem
}

func (c *checker) add(at, message string) {
	c.found = append(c.found, schema.Problem{Path: at, Message: message})
}

func (c *checker) root(v any) {
	s, ok := v.(map[string]any)
	if !ok {
		c.add("", "must be an object")
		return
	}
	if s["type"] != "object" {
		c.add("type", `must be "object" at the root`)
	}
	if s["additionalProperties"] != false {
		c.add("additionalProperties", "must be false at the root")
	}
	if _, ok := s["properties"].(map[string]any); !ok {
		c.add("properties", "must be an object at the root")
	}
	c.keywords(s, "", "type", "properties", "required", "additionalProperties")
	c.properties(s, "")
}

// schema checks one schema below the root. In a list that has a description, the elements may be free maps without one.
func (c *checker) schema(v any, at string, described bool) {
	s, ok := v.(map[string]any)
	if !ok {
		c.add(at, "must be an object, not a boolean or null")
		return
	}
	if text, given := s["description"]; given {
		if str, ok := text.(string); !ok || str == "" {
			c.add(at+".description", "must be a string that is not empty")
		}
		described = true
	}
	switch s["type"] {
	case "object":
		c.object(s, at, described)
	case "array":
		c.keywords(s, at, "type", "description", "items", "minItems", "maxItems")
		c.counts(s, at, "minItems", "maxItems")
		c.schema(s["items"], at+".items", described)
	case "string":
		c.keywords(s, at, "type", "description", "enum", "pattern", "format", "minLength", "maxLength")
		c.counts(s, at, "minLength", "maxLength")
		c.stringKeywords(s, at)
	case "integer", "number":
		c.keywords(s, at, "type", "description", "minimum", "maximum")
		c.numbers(s, at, "minimum", "maximum")
	case "boolean":
		c.keywords(s, at, "type", "description")
	default:
		c.add(at+".type", "must be one JSON type other than null")
	}
}

func (c *checker) object(s map[string]any, at string, described bool) {
	if s["properties"] == nil {
		c.keywords(s, at, "type", "description", "additionalProperties")
		if s["additionalProperties"] != true || !described {
			c.add(at, "an object without properties must have additionalProperties true and a description")
		}
		return
	}
	c.keywords(s, at, "type", "description", "properties", "required")
	if properties, ok := s["properties"].(map[string]any); !ok || len(properties) == 0 {
		c.add(at+".properties", "must be an object that is not empty")
	}
	c.properties(s, at)
}

func (c *checker) properties(s map[string]any, at string) {
	properties, _ := s["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		where := fieldpath.Join(fieldpath.Join(at, "properties"), name)
		if !namePortable(name) {
			c.add(where, "the name must be 1 to 64 letters, digits, _, . or -, with no capital at the start")
		}
		c.schema(properties[name], where, false)
	}
	if s["required"] == nil {
		return
	}
	names, ok := distinctStrings(s["required"])
	if !ok {
		c.add(fieldpath.Join(at, "required"), "must be a list of distinct names that is not empty")
	}
	for _, name := range names {
		if _, ok := properties[name]; !ok {
			c.add(fieldpath.Join(at, "required"), name+" is not a property")
		}
	}
}

func (c *checker) keywords(s map[string]any, at string, allowed ...string) {
	for _, keyword := range slices.Sorted(maps.Keys(s)) {
		if !slices.Contains(allowed, keyword) {
			c.add(fieldpath.Join(at, keyword), "is not portable here")
		}
	}
}

func (c *checker) stringKeywords(s map[string]any, at string) {
	if enum, given := s["enum"]; given {
		if _, ok := distinctStrings(enum); !ok {
			c.add(at+".enum", "must be a list of distinct strings that is not empty")
		}
	}
	if format, given := s["format"]; given && format != "date-time" {
		c.add(at+".format", "must be date-time")
	}
	if pattern, given := s["pattern"]; given {
		text, ok := pattern.(string)
		if !ok {
			c.add(at+".pattern", "must be a string")
		} else if _, err := regexp.Compile(text); err != nil || specialGroup().MatchString(text) {
			c.add(at+".pattern", "must be a plain regular expression without lookaround")
		}
	}
}

func (c *checker) counts(s map[string]any, at, low, high string) {
	for _, keyword := range []string{low, high} {
		if n, ok := s[keyword].(float64); ok && (n < 0 || n != float64(int64(n))) {
			c.add(fieldpath.Join(at, keyword), "must be a count, is "+strconv.FormatFloat(n, 'g', -1, 64))
		}
	}
	c.numbers(s, at, low, high)
}

func (c *checker) numbers(s map[string]any, at, low, high string) {
	for _, keyword := range []string{low, high} {
		if v, given := s[keyword]; given {
			if _, ok := v.(float64); !ok {
				c.add(fieldpath.Join(at, keyword), "must be a number")
			}
		}
	}
	least, bounded := s[low].(float64)
	if most, ok := s[high].(float64); ok && bounded && least > most {
		c.add(fieldpath.Join(at, low), "is above "+high)
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
