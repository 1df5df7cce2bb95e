package template_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/template"
)

// fill fills in variables within the default budget.
func fill(t *testing.T, engine, source string, variables map[string]any) (string, error) {
	t.Helper()
	return template.Fill(t.Context(), template.NewBudget(template.Limits{}), engine, source, variables)
}

func TestText(t *testing.T) {
	t.Parallel()
	variables := map[string]any{"name": "Ann", "n": 3.0, "deep.er": true}
	for source, want := range map[string]string{
		"{{name}} {{ name }} {{  name}}": "Ann Ann Ann",
		"{{n}} {{deep.er}}":              "3 true",
		"{{missing}} {name} {{}} {{1}}":  "{{missing}} {name} {{}} {{1}}",
		"{% if name %}{{ name|upper }}":  "{% if name %}{{ name|upper }}",
	} {
		if got, err := fill(t, "text", source, variables); got != want || err != nil {
			t.Errorf("%q renders %q, %v, want %q", source, got, err, want)
		}
	}
}

// A number renders the same from float64 and json.Number; the text engine keeps its notation.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for notation, want := range map[string]struct{ text, jinja, mustache string }{
		"3":                   {"3", "3 4", "3"},
		"-3":                  {"-3", "-3 -2", "-3"},
		"0.5":                 {"0.5", "0.5 1.5", "0.5"},
		"9007199254740992":    {"9007199254740992", "9007199254740992 9007199254740993", "9007199254740992"},
		"1152921504606847000": {"1152921504606847000", "1152921504606847000 1152921504606847001", "1152921504606847000"},
	} {
		var float float64
		if err := json.Unmarshal([]byte(notation), &float); err != nil {
			t.Fatal(err)
		}
		for _, number := range []any{float, json.Number(notation)} {
			variables := map[string]any{"n": number, "in": map[string]any{"list": []any{number}}}
			for engine, test := range map[string]struct{ source, want string }{
				"text":     {"{{n}} {{in}}", want.text + ` {"list":[` + want.text + "]}"},
				"jinja":    {"{{ n }} {{ in.list[0] + 1 }}", want.jinja},
				"mustache": {"{{#in}}{{#list}}{{.}}{{/list}}{{/in}}", want.mustache},
			} {
				if got, err := fill(t, engine, test.source, variables); got != test.want || err != nil {
					t.Errorf("%s renders %T %s as %q, %v, want %q", engine, number, notation, got, err, test.want)
				}
			}
		}
	}
}

func TestNumbersInOtherNotations(t *testing.T) {
	t.Parallel()
	variables := map[string]any{"whole": json.Number("3.0"), "big": json.Number("12345678901234567890"), "huge": json.Number("1e999")}
	for source, want := range map[string]map[string]string{
		"{{whole}} {{big}} {{huge}}":               {"text": "3.0 12345678901234567890 1e999"},
		"{{ whole + 1 }} {{ big + 1 }} {{ huge }}": {"jinja": "4.0 12345678901234567891 1e999"},
		"{{whole}} {{big}} {{{huge}}}":             {"mustache": "3.0 12345678901234567890 1e999"},
	} {
		for engine, want := range want {
			if got, err := fill(t, engine, source, variables); got != want || err != nil {
				t.Errorf("%s renders %q as %q, %v, want %q", engine, source, got, err, want)
			}
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	want := []string{"b", "a", "b"}
	if diff := cmp.Diff(want, template.Placeholders("{{b}} {{ a }} {x} {{}} {{b}}")); diff != "" {
		t.Errorf("Placeholders() (-want +got):\n%s", diff)
	}
}

// Whatever a template is, its engine does not fail, the budget holds, and the variables stay.
func FuzzTemplates(f *testing.F) {
	for _, r := range readRows(f) {
		f.Add(r.Engine, r.Template)
	}
	for _, test := range expensive {
		f.Add(test.engine, test.template)
	}
	f.Fuzz(func(t *testing.T, engine, source string) {
		const encoded = `{"name":"Ann","n":3,"half":2.5,"list":["a",{"b":null}],"nums":[3,1],"user":{"city":"Ghent"},"s":"h\u00e9\u00e9"}`
		var variables map[string]any
		if err := json.Unmarshal([]byte(encoded), &variables); err != nil {
			t.Fatal(err)
		}
		limits := template.Limits{Steps: 20_000, Bytes: 1 << 20, Output: 1 << 16, Time: time.Second}
		started := time.Now()
		text, err := template.Fill(t.Context(), template.NewBudget(limits), engine, source, variables)
		if err != nil && strings.Contains(err.Error(), "made the engine") {
			t.Error(err)
		}
		if took := time.Since(started); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
		if most := limits.Output + len(source); len(text) > most {
			t.Errorf("the text has %d bytes, want at most %d", len(text), most)
		}
		if after, err := json.Marshal(variables); err != nil || !sameJSON(t, string(after), encoded) {
			t.Errorf("the template changed the variables to %s, %v", after, err)
		}
	})
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && cmp.Equal(x, y)
}
