package contract

import (
	"maps"
	"slices"
	"strings"
)

// minimal returns a valid value of a schema with its required properties only.
func (g *generator) minimal(path string, schema map[string]any) any {
	schema = g.resolve(schema)
	if choice := alternatives(schema); choice != nil {
		return g.minimal(path, choice[0])
	}
	switch typeOf(schema) {
	case "array":
		return []any{g.minimal(path+"[]", schema["items"].(map[string]any))}
	case "object":
		object := map[string]any{}
		for name, property := range propertiesOf(schema) {
			if slices.Contains(list(schema["required"]), any(name)) {
				object[name] = g.minimal(path+"."+name, property)
			}
		}
		return object
	}
	return g.values(path, schema)[0]
}

// broken returns values that each violate one rule of a schema, at any depth, and are minimal otherwise.
func (g *generator) broken(path string, schema map[string]any) []Broken {
	schema = g.resolve(schema)
	var all []Broken
	for _, alternative := range alternatives(schema) {
		all = append(all, g.broken(path, alternative)...)
	}
	if list(schema["enum"]) != nil {
		return append(all, Broken{path + " enum", "none of them"})
	}
	switch typeOf(schema) {
	case "string":
		all = append(all, brokenTexts(path, schema)...)
	case "integer", "number":
		all = append(all, brokenNumbers(path, schema)...)
	case "array":
		all = append(all, g.brokenArrays(path, schema)...)
	case "object":
		all = append(all, g.brokenObjects(path, schema)...)
	}
	return all
}

func brokenTexts(path string, schema map[string]any) []Broken {
	var all []Broken
	if minLength, ok := schema["minLength"].(float64); ok && minLength > 0 {
		all = append(all, Broken{path + " minLength", strings.Repeat("a", int(minLength)-1)})
	}
	if maxLength, ok := schema["maxLength"].(float64); ok {
		all = append(all, Broken{path + " maxLength", strings.Repeat("a", int(maxLength)+1)})
	}
	if schema["pattern"] != nil {
		all = append(all, Broken{path + " pattern", "-"})
	}
	if schema["format"] != nil {
		all = append(all, Broken{path + " format", "no such format"})
	}
	return all
}

func brokenNumbers(path string, schema map[string]any) []Broken {
	var all []Broken
	if low, ok := schema["minimum"].(float64); ok {
		all = append(all, Broken{path + " minimum", low - 1})
	}
	if low, ok := schema["exclusiveMinimum"].(float64); ok {
		all = append(all, Broken{path + " exclusiveMinimum", low})
	}
	if high, ok := schema["maximum"].(float64); ok {
		all = append(all, Broken{path + " maximum", high + 1})
	}
	return all
}

func (g *generator) brokenArrays(path string, schema map[string]any) []Broken {
	var all []Broken
	items := schema["items"].(map[string]any)
	if minItems, ok := schema["minItems"].(float64); ok && minItems > 0 {
		all = append(all, Broken{path + " minItems", slices.Repeat([]any{g.minimal(path+"[]", items)}, int(minItems)-1)})
	}
	if maxItems, ok := schema["maxItems"].(float64); ok {
		all = append(all, Broken{path + " maxItems", slices.Repeat([]any{g.minimal(path+"[]", items)}, int(maxItems)+1)})
	}
	for _, item := range g.broken(path+"[]", items) {
		all = append(all, Broken{item.Rule, []any{item.Body}})
	}
	return all
}

func (g *generator) brokenObjects(path string, schema map[string]any) []Broken {
	var all []Broken
	with := func(name string, value any) map[string]any {
		object := g.minimal(path, schema).(map[string]any)
		object[name] = value
		return object
	}
	properties := propertiesOf(schema)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		at := path + "." + name
		if slices.Contains(list(schema["required"]), any(name)) {
			object := g.minimal(path, schema).(map[string]any)
			delete(object, name)
			all = append(all, Broken{at + " required", object})
		}
		for _, value := range g.broken(at, properties[name]) {
			all = append(all, Broken{value.Rule, with(name, value.Body)})
		}
	}
	if extra, ok := schema["additionalProperties"].(map[string]any); ok && len(extra) > 0 {
		for _, value := range g.broken(path+".*", extra) {
			all = append(all, Broken{value.Rule, with(extraName, value.Body)})
		}
	}
	return all
}
