package contract

import (
	"encoding/base64"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// Names in generated bodies for members that the contract does not name.
const (
	extraName = "x-extra" // a member of a map; * in a path
	freeName  = "x-free"  // a member of an object without declared properties
)

// Bodies are request bodies generated from the contract's schema of one operation.
type Bodies struct {
	// Values are valid bodies that together hold each property, each alternative and each constant. None holds a null: a
	// request leaves the field out instead.
	Values []any
	// Properties are the schemas at each path, like .settings.tools[].type: one for each alternative that has the path.
	Properties map[string][]Property
	// Broken are minimal bodies that violate one rule of the contract each.
	Broken []Broken
}

// Broken is a body that violates one rule.
type Broken struct {
	// Rule is the path and the keyword that the body violates: ".path required" or ".role minLength".
	Rule string
	Body any
}

// Property is the schema of a property, in one schema of the contract.
type Property struct {
	// Schema has references and allOf resolved, but not its alternatives.
	Schema   map[string]any
	Required bool
}

// BodiesOf generates the bodies of an operation. It skips t when the contract is absent.
func BodiesOf(t testing.TB, method, path string) Bodies {
	t.Helper()
	return March.BodiesOf(t, method, path)
}

func bodiesOf(document map[string]any, op *operation, method, path string) Bodies {
	schema := op.body[mediaJSON].schema
	g := generator{document, map[string][]Property{}}
	root := g.at("paths", path, strings.ToLower(method), "requestBody", "content", mediaJSON, "schema")
	bodies := Bodies{Values: g.values("", root), Properties: g.properties}
	for _, broken := range g.broken("", root) {
		// What violates one alternative may be valid for another.
		if validate(schema, broken.Body) != nil {
			bodies.Broken = append(bodies.Broken, broken)
		}
	}
	return bodies
}

// PathsIn returns the paths of all members in a value, in the notation of Bodies.Properties.
func PathsIn(value any) map[string]bool {
	paths := map[string]bool{}
	collectPaths(value, "", paths)
	return paths
}

func collectPaths(value any, at string, paths map[string]bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if name == extraName {
				name = "*"
			}
			paths[at+"."+name] = true
			collectPaths(member, at+"."+name, paths)
		}
	case []any:
		for _, item := range value {
			collectPaths(item, at+"[]", paths)
		}
	}
}

// generator generates values from the schemas of a document, and collects the properties that it meets.
type generator struct {
	document   map[string]any
	properties map[string][]Property
}

func (g *generator) at(keys ...string) map[string]any {
	value := g.document
	for _, key := range keys {
		value = value[key].(map[string]any)
	}
	return value
}

// resolve follows references and merges allOf.
func (g *generator) resolve(schema map[string]any) map[string]any {
	if ref, ok := schema["$ref"].(string); ok {
		return g.resolve(g.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...))
	}
	merged := maps.Clone(schema)
	for _, part := range list(schema["allOf"]) {
		maps.Copy(merged, g.resolve(part.(map[string]any)))
	}
	return merged
}

// alternatives returns the schemas of oneOf and anyOf; none when schema has neither.
func alternatives(schema map[string]any) []map[string]any {
	var all []map[string]any
	for _, alternative := range slices.Concat(list(schema["oneOf"]), list(schema["anyOf"])) {
		all = append(all, alternative.(map[string]any))
	}
	return all
}

// typeOf returns the type of a resolved schema; of two types, the first, since the second is null.
func typeOf(schema map[string]any) string {
	typ, _ := schema["type"].(string)
	if types := list(schema["type"]); types != nil {
		typ = types[0].(string)
	}
	return typ
}

// values returns valid values of a schema that together hold all of its properties, alternatives and constants.
func (g *generator) values(path string, schema map[string]any) []any {
	schema = g.resolve(schema)
	var values []any
	for _, alternative := range alternatives(schema) {
		values = append(values, g.values(path, alternative)...)
	}
	if values != nil {
		return values
	}
	if constants := list(schema["enum"]); constants != nil {
		return constants
	}
	switch typ := typeOf(schema); typ {
	case "null":
		return nil
	case "string":
		return []any{text(path, schema)}
	case "boolean":
		return []any{true, false}
	case "integer", "number":
		return numbers(path, schema, typ == "integer")
	case "array":
		return g.arrays(path, schema)
	}
	return g.objects(path, schema)
}

// objects returns as many objects as the property with the most values has.
func (g *generator) objects(path string, schema map[string]any) []any {
	choices := map[string][]any{}
	count := 1
	for name, property := range propertiesOf(schema) {
		at := path + "." + name
		g.properties[at] = append(g.properties[at], Property{g.resolve(property), slices.Contains(list(schema["required"]), any(name))})
		choices[name] = g.values(at, property)
		count = max(count, len(choices[name]))
	}
	if extra, ok := schema["additionalProperties"].(map[string]any); ok && len(extra) > 0 {
		choices[extraName] = g.values(path+".*", extra)
		count = max(count, len(choices[extraName]))
	} else if len(choices) == 0 {
		choices[freeName] = []any{map[string]any{"deep": []any{1.5, "text", nil, true, map[string]any{}}}}
	}
	objects := make([]any, count)
	for i := range objects {
		object := map[string]any{}
		for name, values := range choices {
			object[name] = values[i%len(values)]
		}
		objects[i] = object
	}
	return objects
}

func propertiesOf(schema map[string]any) map[string]map[string]any {
	properties := map[string]map[string]any{}
	all, _ := schema["properties"].(map[string]any)
	for name, property := range all {
		properties[name] = property.(map[string]any)
	}
	return properties
}

// arrays spreads the values of the items over arrays of allowed length, and adds the empty array if it is allowed.
func (g *generator) arrays(path string, schema map[string]any) []any {
	items := g.values(path+"[]", schema["items"].(map[string]any))
	maxItems := len(items)
	if limit, ok := schema["maxItems"].(float64); ok {
		maxItems = min(maxItems, int(limit))
	}
	var arrays []any
	for ; len(items) > maxItems; items = items[maxItems:] {
		arrays = append(arrays, items[:maxItems])
	}
	arrays = append(arrays, items)
	if minItems, _ := schema["minItems"].(float64); minItems == 0 {
		arrays = append(arrays, []any{})
	}
	return arrays
}

// text returns a valid string that depends on the path, so that a test notices fields that are mixed up.
func text(path string, schema map[string]any) string {
	format, _ := schema["format"].(string)
	pattern, _ := schema["pattern"].(string)
	description, _ := schema["description"].(string)
	switch {
	case format == "email":
		return "someone@example.com"
	case format == "uri":
		return "https://example.com/" + path
	case strings.HasSuffix(pattern, ":.+$"):
		return "vendor:" + path
	case pattern != "":
		return "text"
	case strings.HasPrefix(description, "base64"):
		return base64.StdEncoding.EncodeToString([]byte(path))
	}
	return path
}

// numbers returns a number within the bounds, which depends on the path as far as the bounds allow, and 0 where that is
// valid. A number with a minimum of 1 or more is a count and gets a whole value, though the contract calls it a number.
func numbers(path string, schema map[string]any, whole bool) []any {
	low, bounded := schema["minimum"].(float64)
	if above, ok := schema["exclusiveMinimum"].(float64); ok {
		low, bounded = above+1, true
	}
	inside := low + 1 + float64(crc32.ChecksumIEEE([]byte(path))%1000)
	if high, ok := schema["maximum"].(float64); ok {
		inside = low + 1 + math.Mod(inside, max(1, high-low))
	}
	if !whole && low < 1 {
		inside = math.Floor(inside) - 0.5
	}
	if bounded && low > 0 {
		return []any{inside}
	}
	return []any{inside, 0.0}
}

func list(value any) []any {
	items, _ := value.([]any)
	return items
}
