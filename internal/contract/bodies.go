package contract

import (
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"maps"
	"math"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// Names that bodies give to what the contract leaves unnamed.
const (
	extraName = "x-extra" // a member of a map; * in a path
	freeName  = "x-free"  // a member of an object of any form
)

// Bodies are request bodies made out of the contract's schema of one operation.
type Bodies struct {
	// Values together hold each property, each alternative and each constant. A null is never among them: a request
	// leaves the field out instead.
	Values []any
	// Properties are the schemas met at each path, like .settings.tools[].type: one for each alternative that has it.
	Properties map[string][]Property
	// Broken are small bodies that the contract refuses for one reason each.
	Broken []Broken
}

// Broken is a body with one thing wrong.
type Broken struct {
	// Rule is what is broken and where: .path required, or .role minLength.
	Rule string
	Body any
}

// Property is how one schema of the contract describes a property.
type Property struct {
	// Schema has references and allOf resolved, but not its alternatives.
	Schema   map[string]any
	Required bool
}

// BodiesOf makes the bodies of an operation. It skips t when the contract is not there.
func BodiesOf(t testing.TB, method, path string) Bodies {
	t.Helper()
	var document map[string]any
	if err := json.Unmarshal(Document(t), &document); err != nil {
		t.Fatal(err)
	}
	api, err := shared()
	if err != nil {
		t.Fatalf("API contract: %v", err)
	}
	described := api.operation(httptest.NewRequest(method, path, nil)).body[mediaJSON].schema
	w := walk{document, map[string][]Property{}}
	root := w.at("paths", path, strings.ToLower(method), "requestBody", "content", mediaJSON, "schema")
	bodies := Bodies{Values: w.values("", root), Properties: w.properties}
	for _, broken := range w.broken("", root) {
		// What breaks one alternative may fit another.
		if validate(described, broken.Body) != nil {
			bodies.Broken = append(bodies.Broken, broken)
		}
	}
	return bodies
}

// PathsIn names what a value holds in the way of Bodies.Properties.
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

// walk makes values out of the schemas of a document.
type walk struct {
	document   map[string]any
	properties map[string][]Property
}

func (w *walk) at(keys ...string) map[string]any {
	value := w.document
	for _, key := range keys {
		value = value[key].(map[string]any)
	}
	return value
}

// resolve follows references and merges allOf.
func (w *walk) resolve(schema map[string]any) map[string]any {
	if ref, ok := schema["$ref"].(string); ok {
		return w.resolve(w.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...))
	}
	merged := maps.Clone(schema)
	for _, part := range list(schema["allOf"]) {
		maps.Copy(merged, w.resolve(part.(map[string]any)))
	}
	return merged
}

// alternatives are the schemas of which a value has to fit one; none when there is no choice.
func alternatives(schema map[string]any) []map[string]any {
	var all []map[string]any
	for _, alternative := range slices.Concat(list(schema["oneOf"]), list(schema["anyOf"])) {
		all = append(all, alternative.(map[string]any))
	}
	return all
}

// typeOf is the type of a resolved schema; of two, the second is null.
func typeOf(schema map[string]any) string {
	typ, _ := schema["type"].(string)
	if types := list(schema["type"]); types != nil {
		typ = types[0].(string)
	}
	return typ
}

// values returns values of a schema which together hold all of its properties, alternatives and constants.
func (w *walk) values(path string, schema map[string]any) []any {
	schema = w.resolve(schema)
	var values []any
	for _, alternative := range alternatives(schema) {
		values = append(values, w.values(path, alternative)...)
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
		return w.arrays(path, schema)
	}
	return w.objects(path, schema)
}

func (w *walk) objects(path string, schema map[string]any) []any {
	choices := map[string][]any{}
	count := 1
	for name, property := range propertiesOf(schema) {
		at := path + "." + name
		w.properties[at] = append(w.properties[at], Property{w.resolve(property), slices.Contains(list(schema["required"]), any(name))})
		choices[name] = w.values(at, property)
		count = max(count, len(choices[name]))
	}
	if extra, ok := schema["additionalProperties"].(map[string]any); ok && len(extra) > 0 {
		choices[extraName] = w.values(path+".*", extra)
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

func (w *walk) arrays(path string, schema map[string]any) []any {
	items := w.values(path+"[]", schema["items"].(map[string]any))
	most := len(items)
	if limit, ok := schema["maxItems"].(float64); ok {
		most = min(most, int(limit))
	}
	var arrays []any
	for ; len(items) > most; items = items[most:] {
		arrays = append(arrays, items[:most])
	}
	arrays = append(arrays, items)
	if least, _ := schema["minItems"].(float64); least == 0 {
		arrays = append(arrays, []any{})
	}
	return arrays
}

// text differs from place to place, so that none can be sent for another.
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

// numbers are one inside of the bounds, which differs from place to place as far as there is room, and 0 where it is.
// What begins at 1 or above is counted, though the contract calls it a number.
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
