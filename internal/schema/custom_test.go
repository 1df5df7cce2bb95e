package schema_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"

	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/schema/schematest"
)

// color decodes itself from text.
type color struct{ name string }

func (color) JSONSchema() *jsonschema.Schema { return &jsonschema.Schema{Type: "string"} }

func (c *color) UnmarshalText(data []byte) error {
	c.name = string(data)
	if !strings.HasPrefix(c.name, "#") {
		return errors.New("must start with #, is " + c.name)
	}
	return nil
}

// optional records whether it was given, and whether as null.
type optional struct {
	text        string
	given, null bool
}

func (optional) JSONSchemaAlias() any { return "" }

func (o *optional) UnmarshalJSON(data []byte) error {
	o.given, o.null = true, string(data) == "null"
	return json.Unmarshal(data, &o.text)
}

// pair decodes itself from an object of unknown form.
type pair struct{ a, b int }

func (pair) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", Description: "Two numbers."}
}

func (p *pair) UnmarshalJSON(data []byte) error {
	var m map[string]int
	err := json.Unmarshal(data, &m)
	p.a, p.b = m["a"], m["b"]
	return err
}

type customs struct {
	Color    *color     `json:"color"`
	Password *color     `json:"password"`
	Since    *time.Time `json:"since"`
	Plain    optional   `json:"plain"`
	Kept     optional   `json:"kept" jsonschema_extras:"keepempty=true"`
	Pair     pair       `json:"pair" jsonschema_description:"Two numbers."`
	Pairs    []pair     `json:"pairs" jsonschema_description:"Many."`
	Sizes    [][]int    `json:"sizes"`
	Flags    []bool     `json:"flags"`
	Points   []float32  `json:"points"`
	Any      []any      `json:"any" jsonschema_extras:"items=object" jsonschema_description:"Anything."`
}

func TestCustomTypes(t *testing.T) {
	t.Parallel()
	s := mustFor[customs](t)
	if found := schematest.Violations(s.JSON()); found != nil {
		t.Errorf("Violations = %v, want none", found)
	}
	got, err := schema.Decode[customs](s, json.RawMessage(`{"color":"#fff","since":"2026-01-31T09:30:00+01:00","plain":"",
		"kept":null,"pair":"{\"a\":1}","pairs":{"b":2},"sizes":"[[1],\"[2]\"]","flags":["true"],"points":["1.5"],"any":{"x":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got.Color.name != "#fff" || got.Plain.given || !got.Kept.null || got.Pair.a != 1 || len(got.Pairs) != 1 {
		t.Errorf("Decode = %+v, want the color #fff, plain absent, kept null, a of pair 1 and one of pairs", got)
	}
	if diff := cmp.Diff([][]int{{1}, {2}}, got.Sizes); diff != "" {
		t.Errorf("Sizes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{map[string]any{"x": json.Number("1")}}, got.Any); diff != "" {
		t.Errorf("Any (-want +got):\n%s", diff)
	}
}

func TestEmptyListsStandForObjects(t *testing.T) {
	t.Parallel()
	got, err := schema.Decode[customs](mustFor[customs](t), json.RawMessage(`{"pairs":[[]],"any":[[],{"x":[]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{map[string]any{}, map[string]any{"x": []any{}}}, got.Any); diff != "" {
		t.Errorf("Any (-want +got):\n%s", diff)
	}
	if len(got.Pairs) != 1 {
		t.Errorf("Pairs = %v, want one", got.Pairs)
	}
}

// wordOrList is advertised as an object and decodes itself from lists too.
type wordOrList struct{ words []string }

func (wordOrList) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "object", Description: "Words."}
}

func (w *wordOrList) UnmarshalJSON(data []byte) error { return json.Unmarshal(data, &w.words) }

func TestEmptyListStaysWhereItIsValid(t *testing.T) {
	t.Parallel()
	type stops struct {
		Stop wordOrList `json:"stop" jsonschema_description:"Words."`
	}
	got, err := schema.Decode[stops](mustFor[stops](t), json.RawMessage(`{"stop":[]}`))
	if err != nil || got.Stop.words == nil {
		t.Errorf("Decode = %+v, %v, want an empty list", got, err)
	}
}

func TestCustomTypesReportProblems(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		`{"color":"red"}`:       `color: must start with #, is red`,
		`{"color":5}`:           `color: must be a string of the right form, got the number 5`,
		`{"password":"hunter"}`: `password: must be a string of the right form, got a string (not shown)`,
		`{"since":"yesterday"}`: `since: must be a date and time like 2026-01-31T09:30:00Z, got "yesterday"`,
		`{"since":5}`:           `since: must be a string of the right form, got the number 5`,
		`{"pair":"x"}`:          `pair: must be an object of the right form, got the string "x"`,
		`{"pair":"\"x\""}`:      `pair: must be an object of the right form, got a string that holds a string (not shown)`,
		`{"pairs":[[1]]}`:       `pairs[0]: must be an object of the right form, got a list`,
		`{"sizes":true}`:        `sizes: must be a list of lists, got the boolean true`,
		`{"flags":1}`:           `flags: must be a list of booleans, got the number 1`,
		`{"points":[1e39]}`:     `points[0]: is too large, got 1e39`,
		`{"points":{}}`:         `points: must be a list of numbers, got an object`,
		`{"any":5}`:             `any: must be a list of objects, got the number 5`,
		`{"any":[{"x":1e400}]}`: `any[0].x: is too large, got 1e400`,
		`{"pair":{"a":-1e999}}`: `pair.a: is too large, got -1e999`,
	} {
		_, err := schema.Decode[customs](mustFor[customs](t), json.RawMessage(raw))
		if err == nil || err.Error() != want {
			t.Errorf("Decode(%s): error %v, want %s", raw, err, want)
		}
	}
}
