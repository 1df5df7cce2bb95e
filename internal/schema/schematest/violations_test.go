package schematest_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/schema/schematest"
)

func TestViolations(t *testing.T) {
	t.Parallel()
	// property is checked as properties.p.
	for name, test := range map[string]struct{ property, want string }{
		"a boolean schema":           {`true`, "properties.p"},
		"an empty schema":            {`{}`, "properties.p.type"},
		"a list of types":            {`{"type":["string","null"]}`, "properties.p.type"},
		"null":                       {`{"type":"null"}`, "properties.p.type"},
		"a reference":                {`{"type":"string","$ref":"#"}`, "properties.p.$ref"},
		"a union":                    {`{"type":"string","anyOf":[]}`, "properties.p.anyOf"},
		"const":                      {`{"type":"string","const":"x"}`, "properties.p.const"},
		"nullable":                   {`{"type":"string","nullable":true}`, "properties.p.nullable"},
		"a default":                  {`{"type":"string","default":"x"}`, "properties.p.default"},
		"exclusive bounds":           {`{"type":"integer","exclusiveMinimum":1}`, "properties.p.exclusiveMinimum"},
		"multiples":                  {`{"type":"integer","multipleOf":2}`, "properties.p.multipleOf"},
		"unique elements":            {`{"type":"array","items":{"type":"string"},"uniqueItems":true}`, "properties.p.uniqueItems"},
		"a list without elements":    {`{"type":"array"}`, "properties.p.items"},
		"elements of no type":        {`{"type":"array","items":{}}`, "properties.p.items.type"},
		"an enum of numbers":         {`{"type":"string","enum":[1]}`, "properties.p.enum"},
		"an enum of integers":        {`{"type":"integer","enum":[1]}`, "properties.p.enum"},
		"an empty enum":              {`{"type":"string","enum":[]}`, "properties.p.enum"},
		"lookaround":                 {`{"type":"string","pattern":"^(?!a)"}`, "properties.p.pattern"},
		"a format":                   {`{"type":"string","format":"uri"}`, "properties.p.format"},
		"an object without fields":   {`{"type":"object"}`, "properties.p"},
		"empty properties":           {`{"type":"object","properties":{}}`, "properties.p.properties"},
		"a free map without prose":   {`{"type":"object","additionalProperties":true}`, "properties.p"},
		"a closed nested object":     {`{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}`, "properties.p.additionalProperties"},
		"required without a field":   {`{"type":"object","properties":{"a":{"type":"string"}},"required":["b"]}`, "properties.p.required"},
		"a bound that is a string":   {`{"type":"integer","minimum":"1"}`, "properties.p.minimum"},
		"a length below zero":        {`{"type":"string","minLength":-1}`, "properties.p.minLength"},
		"crossed bounds":             {`{"type":"string","minLength":2,"maxLength":1}`, "properties.p.minLength"},
		"a bound on another type":    {`{"type":"string","minimum":1}`, "properties.p.minimum"},
		"an empty description":       {`{"type":"string","description":""}`, "properties.p.description"},
		"an odd name":                {`{"type":"object","properties":{"A b":{"type":"string"}}}`, "properties.p.properties.A b"},
		"a title":                    {`{"type":"string","title":"x"}`, "properties.p.title"},
		"patterns of property names": {`{"type":"object","properties":{"a":{"type":"string"}},"patternProperties":{}}`, "properties.p.patternProperties"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := schematest.Violations(json.RawMessage(`{"type":"object","properties":{"p":` + test.property + `},"additionalProperties":false}`))
			if len(found) != 1 || found[0].Path != test.want {
				t.Errorf("Violations = %v, want one at %s", found, test.want)
			}
		})
	}
}

func TestViolationsAtTheRoot(t *testing.T) {
	t.Parallel()
	for root, want := range map[string][]string{
		`{"type":"object","properties":{},"additionalProperties":false}`: nil,
		`{"type":"object","properties":{}}`:                              {"additionalProperties"},
		`{"properties":{},"additionalProperties":false,"$schema":"x","title":"x","oneOf":[],"description":"x"}`: {
			"type", "$schema", "description", "oneOf", "title",
		},
		`{"type":"object","additionalProperties":false}`: {"properties"},
		`true`: {""},
		`{`:    {""},
	} {
		var got []string
		for _, problem := range schematest.Violations(json.RawMessage(root)) {
			got = append(got, problem.Path)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Violations(%s) (-want +got):\n%s", root, diff)
		}
	}
}
