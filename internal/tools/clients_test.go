package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dialect describes how a client converts tools for its model, and what it rejects. testdata/clients.json holds the dialects,
// with the reason for each rule.
type dialect struct {
	Client string `json:"client"`
	// Keep lists the schema keywords that the client passes on. Any other is rejected, except for those of Drop, which gives the
	// reason why nothing is lost without them.
	Keep           []string          `json:"keep"`
	Drop           map[string]string `json:"drop"`
	UppercaseTypes bool              `json:"uppercase_types"`
	Name           nameRule          `json:"name"`
	Property       nameRule          `json:"property"`
	Description    bound             `json:"description"`
	Depth          bound             `json:"depth"`
	Properties     bound             `json:"properties"`
	EnumValues     bound             `json:"enum_values"`
	Lists, Objects rule
	// Strict explains whether the client's strict mode can be used.
	Strict   string
	Patterns struct{ Without, Reason string }
	Enums    struct{ Of, Reason string }
	Formats  struct {
		Of     []string
		Reason string
	}
}

type (
	rule     struct{ Need, Reason string }
	nameRule struct{ Pattern, Reason string }
	bound    struct {
		Most   int
		Reason string
	}
)

func dialects(t *testing.T) []dialect {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "clients.json"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	var all []dialect
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// conversion converts a tool as the client does, and collects what the client would reject.
type conversion struct {
	dialect
	rejected               []string
	properties, enumValues int
}

func (c *conversion) reject(at, what, reason string) {
	c.rejected = append(c.rejected, fmt.Sprintf("%s: %s: %s", strings.Trim(at, "."), what, reason))
}

func (c *conversion) tool(name, description string, schema fields) fields {
	if !regexp.MustCompile(c.Name.Pattern).MatchString(name) {
		c.reject("name", "does not match "+c.Name.Pattern, c.Name.Reason)
	}
	if len(description) > c.Description.Most || description == "" {
		c.reject("description", fmt.Sprintf("has %d characters", len(description)), c.Description.Reason)
	}
	if schema["type"] != "object" {
		c.reject("", "the root is no object", "arguments are one")
	}
	converted := c.schema("", schema, 0, true)
	if c.properties > c.Properties.Most {
		c.reject("", fmt.Sprintf("has %d properties", c.properties), c.Properties.Reason)
	}
	if c.enumValues > c.EnumValues.Most {
		c.reject("", fmt.Sprintf("has %d values of enums", c.enumValues), c.EnumValues.Reason)
	}
	return fields{"name": name, "description": description, "parameters": converted}
}

// schema converts the schema at a path. The elements of a described list need no description of their own.
func (c *conversion) schema(at string, value any, depth int, described bool) fields {
	schema, ok := value.(fields)
	described = described || schema["description"] != nil
	if !ok {
		c.reject(at, "is no object", "boolean schemas and lists of schemas are not understood")
		return nil
	}
	if text, _ := schema["description"].(string); len(text) > c.Description.Most {
		c.reject(at, fmt.Sprintf("has a description of %d characters", len(text)), c.Description.Reason)
	}
	if depth > c.Depth.Most {
		c.reject(at, fmt.Sprintf("is %d levels deep", depth), c.Depth.Reason)
	}
	converted := fields{}
	for _, keyword := range slices.Sorted(maps.Keys(schema)) {
		switch {
		case slices.Contains(c.Keep, keyword):
			converted[keyword] = c.keyword(at, keyword, schema[keyword], depth, described)
		case c.Drop[keyword] == "":
			c.reject(at, keyword, "is not understood")
		}
	}
	c.checkType(at, schema, described)
	return converted
}

// keyword converts the value of a schema keyword.
func (c *conversion) keyword(at, keyword string, value any, depth int, described bool) any {
	switch keyword {
	case "properties":
		converted := fields{}
		properties, _ := value.(fields)
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			c.properties++
			if !regexp.MustCompile(c.Property.Pattern).MatchString(name) {
				c.reject(at+"."+name, "does not match "+c.Property.Pattern, c.Property.Reason)
			}
			converted[name] = c.schema(at+"."+name, properties[name], depth+1, false)
		}
		return converted
	case "items":
		return c.schema(at+"[]", value, depth, described)
	case "type":
		if name, _ := value.(string); c.UppercaseTypes {
			return strings.ToUpper(name)
		}
	}
	return value
}

// checkType checks the rules for a schema's type.
func (c *conversion) checkType(at string, schema fields, described bool) {
	name, _ := schema["type"].(string)
	if !slices.Contains([]string{"object", "array", "string", "integer", "number", "boolean"}, name) {
		c.reject(at, fmt.Sprintf("has the type %v", schema["type"]), "one type is understood, and none that may be null")
	}
	if name == "array" && schema["items"] == nil {
		c.reject(at, "has no items", c.Lists.Reason)
	}
	if properties, _ := schema["properties"].(fields); name == "object" && len(properties) == 0 && !described {
		c.reject(at, "has neither properties nor a description", c.Objects.Reason)
	}
	values, _ := schema["enum"].([]any)
	c.enumValues += len(values)
	for _, value := range values {
		if _, text := value.(string); !text || name != "string" {
			c.reject(at, fmt.Sprintf("has the value %v in an enum", value), c.Enums.Reason)
		}
	}
	if pattern, _ := schema["pattern"].(string); c.Patterns.Without != "" && strings.Contains(pattern, c.Patterns.Without) {
		c.reject(at, "has the pattern "+pattern, c.Patterns.Reason)
	}
	if format, given := schema["format"].(string); given && len(c.Formats.Of) > 0 && !slices.Contains(c.Formats.Of, format) {
		c.reject(at, "has the format "+format, c.Formats.Reason)
	}
}

// geminiSchema has the fields of the Schema of Gemini's API; its parser rejects a request with any other field.
type geminiSchema struct {
	Type             string                  `json:"type"`
	Format           string                  `json:"format"`
	Title            string                  `json:"title"`
	Description      string                  `json:"description"`
	Nullable         bool                    `json:"nullable"`
	Enum             []string                `json:"enum"`
	Items            *geminiSchema           `json:"items"`
	Properties       map[string]geminiSchema `json:"properties"`
	Required         []string                `json:"required"`
	PropertyOrdering []string                `json:"propertyOrdering"`
	AnyOf            []geminiSchema          `json:"anyOf"`
	Pattern          string                  `json:"pattern"`
	MinItems         int64                   `json:"minItems"`
	MaxItems         int64                   `json:"maxItems"`
	MinLength        int64                   `json:"minLength"`
	MaxLength        int64                   `json:"maxLength"`
	MinProperties    int64                   `json:"minProperties"`
	MaxProperties    int64                   `json:"maxProperties"`
	Minimum          float64                 `json:"minimum"`
	Maximum          float64                 `json:"maximum"`
	Default          any                     `json:"default"`
	Example          any                     `json:"example"`
}

func TestEveryClientAcceptsEveryTool(t *testing.T) {
	t.Parallel()
	for _, each := range dialects(t) {
		for _, tool := range all(t) {
			schema, _ := decode(t, string(tool.InputSchema)).(fields)
			c := conversion{dialect: each}
			converted := c.tool(tool.Name, tool.Description, schema)
			for _, rejected := range c.rejected {
				t.Errorf("%s rejects %s, want it accepted: %s", each.Client, tool.Name, rejected)
			}
			if diff := cmp.Diff(slices.Sorted(maps.Keys(schema["properties"].(fields))), slices.Sorted(maps.Keys(converted["parameters"].(fields)["properties"].(fields)))); diff != "" {
				t.Errorf("%s: arguments of %s differ (-want +got):\n%s", each.Client, tool.Name, diff)
			}
			if strings.HasPrefix(each.Client, "Gemini") {
				decoder := json.NewDecoder(strings.NewReader(encode(t, converted["parameters"])))
				decoder.DisallowUnknownFields()
				var parsed geminiSchema
				if err := decoder.Decode(&parsed); err != nil || parsed.Type != "OBJECT" {
					t.Errorf("Gemini's parser: %s: error %v, type %q, want no error and type OBJECT", tool.Name, err, parsed.Type)
				}
			}
		}
	}
}

// TestEveryClientRuleCanFail breaks each rule once, to show that the checks find it.
func TestEveryClientRuleCanFail(t *testing.T) {
	t.Parallel()
	object := func(property string) string { return `{"type": "object", "properties": {"p": ` + property + `}}` }
	nested := `{"type": "string"}`
	for range 8 {
		nested = object(nested)
	}
	many := fields{}
	for i := range 101 {
		many[fmt.Sprintf("p%d", i)] = fields{"type": "string"}
	}
	for _, each := range dialects(t) {
		for _, broken := range []struct{ name, description, schema, want string }{
			{"a tool", "d", object(`{"type": "string"}`), each.Name.Reason},
			{strings.Repeat("x", 65), "d", object(`{"type": "string"}`), each.Name.Reason},
			{"x", strings.Repeat("d", 2049), object(`{"type": "string"}`), each.Description.Reason},
			{"x", "", object(`{"type": "string"}`), each.Description.Reason},
			{"x", "d", object(`{"type": "string", "description": "` + strings.Repeat("d", 2049) + `"}`), each.Description.Reason},
			{"x", "d", `{"type": "array", "items": {"type": "string"}}`, "the root is no object"},
			{"x", "d", object(`{"type": "string", "const": "x"}`), "p: const: is not understood"},
			{"x", "d", `{"type": "object", "anyOf": []}`, "anyOf: is not understood"},
			{"x", "d", object(`true`), "boolean schemas"},
			{"x", "d", object(`{"type": ["string", "null"]}`), "one type is understood"},
			{"x", "d", object(`{"type": "array"}`), each.Lists.Reason},
			{"x", "d", object(`{"type": "object"}`), each.Objects.Reason},
			{"x", "d", object(`{"type": "array", "items": {"type": "object"}}`), each.Objects.Reason},
			{"x", "d", object(`{"type": "string", "enum": [1]}`), each.Enums.Reason},
			{"x", "d", object(`{"type": "integer", "enum": ["1"]}`), each.Enums.Reason},
			{"x", "d", nested, each.Depth.Reason},
			{"x", "d", encode(t, fields{"type": "object", "properties": many}), each.Properties.Reason},
			{"x", "d", object(`{"type": "string", "enum": ` + encode(t, strings.Split(strings.Repeat("v,", 500)+"v", ",")) + `}`), each.EnumValues.Reason},
			{"x", "d", `{"type": "object", "properties": {"a b": {"type": "string"}}}`, each.Property.Reason},
		} {
			schema, _ := decode(t, broken.schema).(fields)
			c := conversion{dialect: each}
			c.tool(broken.name, broken.description, schema)
			if len(c.rejected) == 0 || broken.want == "" || !strings.Contains(strings.Join(c.rejected, "\n"), broken.want) {
				t.Errorf("%s: problems of %.80s = %q, want %q", each.Client, broken.schema, c.rejected, broken.want)
			}
		}
		if each.Patterns.Without != "" {
			c := conversion{dialect: each}
			c.schema("", fields{"type": "string", "pattern": "^(?!x)"}, 0, false)
			if len(c.rejected) != 1 || each.Patterns.Reason == "" {
				t.Errorf("%s: problems of a pattern = %q, want 1 with a reason", each.Client, c.rejected)
			}
		}
		if len(each.Formats.Of) > 0 {
			c := conversion{dialect: each}
			c.schema("", fields{"type": "string", "format": "uri"}, 0, false)
			if len(c.rejected) != 1 || each.Formats.Reason == "" {
				t.Errorf("%s: problems of a format = %q, want 1 with a reason", each.Client, c.rejected)
			}
		}
	}
}
