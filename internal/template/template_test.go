package template_test

import (
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
