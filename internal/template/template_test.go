package template_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/template"
)

func TestText(t *testing.T) {
	t.Parallel()
	variables := map[string]any{"name": "Ann", "n": 3.0, "deep.er": true}
	for source, want := range map[string]string{
		"{{name}} {{ name }} {{  name}}": "Ann Ann Ann",
		"{{n}} {{deep.er}}":              "3 true",
		"{{missing}} {name} {{}} {{1}}":  "{{missing}} {name} {{}} {{1}}",
		"{% if name %}{{ name|upper }}":  "{% if name %}{{ name|upper }}",
	} {
		fill, err := template.Parse("text", source)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fill(variables); got != want || err != nil {
			t.Errorf("%q is rendered as %q, want %q (%v)", source, got, want, err)
		}
	}
}

// A number is the same however its JSON was read; a text shows it as it was written.
func TestNumbers(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]struct{ text, jinja, mustache string }{
		"3":                   {"3", "3 4", "3"},
		"-3":                  {"-3", "-3 -2", "-3"},
		"0.5":                 {"0.5", "0.5 1.5", "0.5"},
		"9007199254740992":    {"9007199254740992", "9007199254740992 9007199254740993", "9007199254740992"},
		"1152921504606847000": {"1152921504606847000", "1152921504606847000 1152921504606847001", "1152921504606847000"},
	} {
		var read float64
		if err := json.Unmarshal([]byte(written), &read); err != nil {
			t.Fatal(err)
		}
		for _, number := range []any{read, json.Number(written)} {
			variables := map[string]any{"n": number, "in": map[string]any{"list": []any{number}}}
			for engine, test := range map[string]struct{ source, want string }{
				"text":     {"{{n}} {{in}}", want.text + ` {"list":[` + want.text + "]}"},
				"jinja":    {"{{ n }} {{ in.list[0] + 1 }}", want.jinja},
				"mustache": {"{{#in}}{{#list}}{{.}}{{/list}}{{/in}}", want.mustache},
			} {
				fill, err := template.Parse(engine, test.source)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := fill(variables); got != test.want || err != nil {
					t.Errorf("%s fills in %T %s as %q, want %q (%v)", engine, number, written, got, test.want, err)
				}
			}
		}
	}
}

func TestNumbersOfOtherForms(t *testing.T) {
	t.Parallel()
	variables := map[string]any{"whole": json.Number("3.0"), "big": json.Number("12345678901234567890"), "huge": json.Number("1e999")}
	for source, want := range map[string]map[string]string{
		"{{whole}} {{big}} {{huge}}": {"text": "3.0 12345678901234567890 1e999"},
		"{{ whole + 1 }} {{ huge }}": {"jinja": "4 1e999"},
	} {
		for engine, want := range want {
			fill, err := template.Parse(engine, source)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := fill(variables); got != want || err != nil {
				t.Errorf("%s fills in %q as %q, want %q (%v)", engine, source, got, want, err)
			}
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	want := []string{"b", "a", "b"}
	if diff := cmp.Diff(want, template.Placeholders("{{b}} {{ a }} {x} {{}} {{b}}")); diff != "" {
		t.Error(diff)
	}
}

// Templates are a stranger's input: whatever they hold, they end, and in time.
func FuzzTemplates(f *testing.F) {
	f.Add("jinja", "{% for x in list %}{{ loop.index }}{{ x|upper }}{% endfor %}{% set y = n + 1 %}{{ y }}")
	f.Add("mustache", "{{#list}}<{{.}}>{{/list}}{{^who}}nobody{{/who}}{{{name}}}")
	f.Add("text", "{{name}}")
	f.Fuzz(func(t *testing.T, engine, source string) {
		fill, err := template.Parse(engine, source)
		if err != nil {
			return
		}
		variables := map[string]any{"name": "Ann", "n": 3.0, "list": []any{"a", map[string]any{"b": nil}}}
		if _, err := fill(variables); err == nil && variables["name"] != "Ann" {
			t.Error("a template changes its variables")
		}
	})
}
