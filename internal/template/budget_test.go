package template_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/template"
)

// small is a budget in which no template of the list fits.
var small = template.Limits{Steps: 1000, Bytes: 20_000, Output: 5000, Depth: 40, Time: time.Minute}

// repeated returns a text between two others, so many times.
func repeated(n int, before, between, after string) string {
	return strings.Repeat(before, n) + between + strings.Repeat(after, n)
}

// expensive are templates that exceed the small budget, each by another way of the language to make much of little. None is
// expensive by itself.
var expensive = []struct{ engine, template, bound string }{
	{"jinja", "{% for a in range(50) %}{% for b in range(50) %}{% endfor %}{% endfor %}", "steps"},
	{"jinja", "{% for a in range(50) %}{% for b in range(50) if false %}{% endfor %}{% endfor %}", "steps"},
	{"jinja", "{% for a in range(50) %}{{ range(90)|list|length }}{% endfor %}", "steps"},
	{"jinja", "{{ range(5000)|length }}", "bytes on the way"},
	{"jinja", "{{ ('x' * 9000) * 9000 }}", "bytes on the way"},
	{"jinja", "{{ ([0] * 900) * 900 }}", "bytes on the way"},
	{"jinja", "{{ 'x' * 6000 }}", "bytes"},
	{"jinja", "{{ ('x' * 9000 ~ 'x' * 9000)|length }}", "bytes on the way"},
	{"jinja", "{{ ('x' * 9000 + 'x' * 9000)|length }}", "bytes on the way"},
	{"jinja", "{% set ns = namespace(t='xxxxxxxx') %}{% for i in range(20) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}", "bytes on the way"},
	{"jinja", "{% set ns = namespace(t=[1]) %}{% for i in range(20) %}{% set ns.t = ns.t + ns.t %}{% endfor %}", "bytes on the way"},
	{"jinja", "{% set ns = namespace(t=[1]) %}{% for i in range(20) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t }}", "steps"},
	{"jinja", "{% set ns = namespace(t=[1]) %}{% for i in range(20) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.t|tojson }}", "steps"},
	{"jinja", "{% set ns = namespace(t=[1], u=[1]) %}{% for i in range(20) %}{% set ns.t = [ns.t, ns.t] %}{% set ns.u = [ns.u, ns.u] %}{% endfor %}{{ ns.t == ns.u }}", "steps"},
	{"jinja", "{% set ns = namespace(t=[1], u=[1]) %}{% for i in range(20) %}{% set ns.t = [ns.t, ns.t] %}{% set ns.u = [ns.u, ns.u] %}{% endfor %}{{ ns.t < ns.u }}", "steps"},
	{"jinja", "{% set ns = namespace(t=(1,)) %}{% for i in range(20) %}{% set ns.t = (ns.t, ns.t) %}{% endfor %}{{ {ns.t: 1} }}", "bytes on the way"},
	{"jinja", "{% set ns = namespace(t=[1]) %}{% for i in range(45) %}{% set ns.t = [ns.t] %}{% endfor %}{{ ns.t }}", "levels"},
	{"jinja", "{% set ns = namespace() %}{% set ns.self = ns %}{{ ns }}", "levels"},
	{"jinja", "{{ ('a' * 2000)|replace('a', 'aaaaaaaaaaaaaaaa') }}", "bytes on the way"},
	{"jinja", "{{ ('a' * 2000).replace('', 'aaaaaaaaaaaaaaaa') }}", "bytes on the way"},
	{"jinja", "{{ range(90)|join('x' * 900) }}", "bytes on the way"},
	{"jinja", "{{ ('x' * 900).join(['a'] * 90) }}", "bytes on the way"},
	{"jinja", "{{ 'x'|center(30000) }}{{ 1 }}", "bytes on the way"},
	{"jinja", "{{ 'x'.ljust(30000)|length }}", "bytes on the way"},
	{"jinja", "{{ '7'.zfill(30000)|length }}", "bytes on the way"},
	{"jinja", "{{ ('\\n' * 900)|indent(90, blank=true)|length }}", "bytes on the way"},
	{"jinja", "{{ ('x ' * 900)|wordwrap(1, wrapstring='y' * 90)|length }}", "bytes on the way"},
	{"jinja", "{{ ('%900d' * 60) % ((1,) * 60) }}", "bytes on the way"},
	{"jinja", "{{ ('{:900}' * 60).format(*[1] * 60) }}", "bytes on the way"},
	{"jinja", "{{ [1]|batch(30000, 'x')|length }}", "bytes on the way"},
	{"jinja", "{{ [1]|slice(30000)|length }}", "bytes on the way"},
	{"jinja", "{% for i in range(900) %}{{ 7 ** 300 % 5 }}{% endfor %}", "bytes on the way"},
	{"jinja", "{% for i in range(99) %}{{ 7.5 ** 2.5 }}{% endfor %}", "steps"},
	{"jinja", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "levels"},
	{"jinja", "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(9) }}", "steps"},
	{"jinja", "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}", "levels"},
	{"jinja", "{% for c in 'x' * 2000 %}{% endfor %}", "bytes on the way"},
	{"jinja", "{{ ('a' * 4000)|list|sort|length }}", "bytes on the way"},
	{"jinja", "{{ ('a ' * 4000).split()|length }}", "bytes on the way"},
	{"jinja", "{{ ('&' * 8000)|e|length }}", "bytes on the way"},
	{"jinja", "{{ ('&' * 8000)|urlencode|length }}", "bytes on the way"},
	{"jinja", "{{ ('&' * 8000)|tojson|length }}", "bytes on the way"},
	{"jinja", "{{ {'a': 1}|tojson(indent=30000) }}", "bytes on the way"},
	{"jinja", "{% filter upper %}{% for i in range(90) %}{{ text }}{% endfor %}{% endfilter %}", "bytes"},
	{"jinja", "{% for i in range(300) %}{{ text|length }}{{ 'z' in text }}{% endfor %}", "steps"},
	{"jinja", "{{ " + repeated(60, "(", "1", ")") + " }}", "levels"},
	{"jinja", "{{ " + repeated(60, "[", "", "]") + " }}", "levels"},
	{"jinja", "{{ " + repeated(60, "{1:", "1", "}") + " }}", "levels"},
	{"jinja", "{{ " + repeated(60, "-", "1", "") + " }}", "levels"},
	{"jinja", "{{ " + repeated(60, "not ", "1", "") + " }}", "levels"},
	{"jinja", "{{ 1" + repeated(60, " if 1 else 1", "", "") + " }}", "levels"},
	{"jinja", "{{ 1" + repeated(60, " + 1", "", "") + " }}", "levels"},
	{"jinja", "{{ x" + repeated(60, ".a", "", "") + " }}", "levels"},
	{"jinja", "{{ x" + repeated(60, "|upper", "", "") + " }}", "levels"},
	{"jinja", "{{ x" + repeated(60, "[1]", "", "") + " }}", "levels"},
	{"jinja", "{{ x" + repeated(60, "()", "", "") + " }}", "levels"},
	{"jinja", "{{ 1 is in x" + repeated(60, "[1]", "", "") + " }}", "levels"},
	{"jinja", "{% set " + repeated(60, "(", "a", ")") + " = 1 %}", "levels"},
	{"jinja", "{% set a" + repeated(60, "|upper", "", "") + " %}{% endset %}", "levels"},
	{"jinja", repeated(60, "{% if 1 %}", "", "{% endif %}"), "levels"},
	{"jinja", repeated(60, "{% for x in [1] %}", "", "{% endfor %}"), "levels"},
	{"jinja", repeated(60, "{% with %}", "", "{% endwith %}"), "levels"},
	{"jinja", "{{ 1" + strings.Repeat(" ~ 1", 2000) + " }}", "steps"},
	{"mustache", repeated(60, "{{#yes}}", "", "{{/yes}}"), "levels"},
	{"mustache", "{{#list}}{{#list}}{{#list}}{{/list}}{{/list}}{{/list}}", "steps"},
	{"mustache", "{{#list}}{{#list}}{{text}}{{/list}}{{/list}}", "bytes"},
	{"mustache", "{{#list}}{{#list}}{{text.0}}{{/list}}{{/list}}", "steps"},
	{"mustache", strings.Repeat("{{a}}", 3000), "steps"},
	{"text", strings.Repeat("{{text}}", 30), "bytes"},
	{"text", strings.Repeat("{{list}}", 3000), "bytes"},
}

func TestExpensiveTemplatesAreRefused(t *testing.T) {
	t.Parallel()
	variables := map[string]any{"text": strings.Repeat("y", 1000), "yes": true, "list": make([]any, 30)}
	for _, test := range expensive {
		_, err := template.Fill(t.Context(), template.NewBudget(small), test.engine, test.template, variables)
		if err == nil || !template.Exceeded(err) {
			t.Errorf("%s: %.80q: error = %v, want one about the budget", test.engine, test.template, err)
			continue
		}
		if got := err.Error(); !strings.HasSuffix(got, test.bound) || !strings.Contains(got, test.engine) {
			t.Errorf("%s: %.80q: error = %q, want one that names the engine and %q", test.engine, test.template, got, test.bound)
		}
	}
}

// Whatever a budget allows, a template makes of it what it makes without one, or is refused because of it.
func TestSmallBudgetsChangeNoOutcome(t *testing.T) {
	t.Parallel()
	variables, rows := readTable(t)
	for _, r := range rows {
		want, refused := r.want()
		for _, limits := range []template.Limits{
			{Steps: 1}, {Steps: 10}, {Steps: 30}, {Steps: 100}, {Bytes: 10}, {Bytes: 200}, {Depth: 1}, {Depth: 5}, {Output: 3},
		} {
			got, err := template.Fill(t.Context(), template.NewBudget(limits), r.Engine, r.Template, variables)
			if err == nil && (got != want || refused) || err != nil && !template.Exceeded(err) && !refused {
				t.Errorf("%s: %q within %+v: got %q, error %v, want %q, error %t", r.Engine, r.Template, limits, got, err, want, refused)
			}
		}
	}
}

// The memory that an evaluation takes is in proportion to its budget.
func TestMemoryIsBounded(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	variables := map[string]any{"text": strings.Repeat("y", 1000), "yes": true, "list": make([]any, 30)}
	limits := template.Limits{Steps: 20_000, Bytes: 1 << 20, Output: 1 << 20}
	for _, test := range expensive {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = template.Fill(t.Context(), template.NewBudget(limits), test.engine, test.template, variables)
		runtime.ReadMemStats(&after)
		if got, want := after.TotalAlloc-before.TotalAlloc, uint64(32<<20); got > want {
			t.Errorf("%s: %.80q took %d bytes, want at most %d", test.engine, test.template, got, want)
		}
	}
}

func TestACallerThatLeavesStopsTheEvaluation(t *testing.T) {
	t.Parallel()
	reason := errors.New("the caller has left")
	ctx, leave := context.WithCancelCause(t.Context())
	leave(reason)
	for engine, source := range map[string]string{"jinja": "{{ 1 }}", "mustache": "{{a}}", "text": "{{a}}"} {
		_, err := template.Fill(ctx, template.NewBudget(template.Limits{}), engine, source, map[string]any{"a": 1})
		if !errors.Is(err, reason) || !template.Exceeded(err) {
			t.Errorf("%s: error = %v, want %v", engine, err, reason)
		}
	}
}

func TestTemplatesShareABudget(t *testing.T) {
	t.Parallel()
	b := template.NewBudget(template.Limits{Steps: 1000})
	const source = "{% for i in range(100) %}{{ i }}{% endfor %}"
	if _, err := template.Fill(t.Context(), b, "jinja", source, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := template.Fill(t.Context(), b, "jinja", source, nil); !template.Exceeded(err) {
		t.Errorf("error of the second template = %v, want one about the budget", err)
	}
}

// Each expression makes or reads something large, of what is there already, a dozen times.
func TestWhatIsMadeOrReadIsPaidFor(t *testing.T) {
	t.Parallel()
	object, list := map[string]any{}, make([]any, 300)
	for i := range list {
		object[strconv.Itoa(i)], list[i] = i, i
	}
	variables := map[string]any{"t": strings.Repeat("x", 8000), "same": strings.Repeat("x", 8000), "u": strings.Repeat("a-b c\n", 1300), "l": list, "o": object, "n": json.Number("7")}
	fill := func(expression string) error {
		source := "{{ (" + strings.Repeat(expression+", ", 12) + ") is defined }}"
		_, err := template.Fill(t.Context(), template.NewBudget(template.Limits{Steps: 1000, Bytes: 40_000}), "jinja", source, variables)
		return err
	}
	for _, cheap := range []string{"t", "l", "o", "n", "[t, t]", "l[0]", "o['1']", "t is defined"} {
		if err := fill(cheap); err != nil {
			t.Errorf("%s: %v", cheap, err)
		}
	}
	for _, expression := range []string{
		// Texts.
		"t|upper", "t|lower", "t|title", "t|capitalize", "t.title()", "t.swapcase()", "t.casefold()", "t|reverse", "t[1:]", "t[1]", "t|last",
		"t|truncate(10)", "t|replace('x', 'y')", "t|replace('z', 'y')", "t.replace('x', '')", "u|indent", "u|wordwrap(9)", "t|wordwrap(9)",
		"t|striptags", "t|e", "t|forceescape", "t|safe + 'y'", "t|urlencode", "t|tojson", "t|center(8000)", "t.ljust(8000)", "t.zfill(8000)",
		"u.splitlines()", "u.split()", "u.split('-')", "u.rsplit(' ', 2)", "u.partition('z')", "t|list", "'%s'|format(t)", "'%s' % t", "'%d' * 2000",
		"'{}'.format(t)", "t.format(1)", "t|format", "'%r' % t", "t|trim(t)", "t.strip(t)", "[t]|join", "[1, 1]|join(t)", "t.join(['a', 'b'])", "t ~ 'y'", "t + 'y'", "t * 1",
		"(t,)|string", "[t]|sort", "{'k': t}|string", "t|length", "'z' in t", "t == same", "t < same", "t is eq same", "t|wordcount", "t.find('z')", "t.count('z', 1)",
		"t.isalpha()", "t.islower()", "t|trim('y')", "t.startswith('x')", "{t: 1}", "o[t]", "o.get(t)", "t|int", "t|float", "o|attr(t)", "[t]|unique", "[t]|map('lower')",
		// Lists.
		"l|list", "l|sort", "l|reverse", "l|unique", "l|batch(2)", "l|slice(2)", "l|batch(200, 1)", "l|map('string')", "l|map(attribute='x')", "l|select", "l|reject('odd')", "l + [1]", "l * 1",
		"l[1:]", "l|join", "l|sum", "l|min", "l|max", "l|tojson", "l|string", "l == l + []", "l|first", "range(300)", "l|groupby('real')",
		"9 in range(300)|list", "dict(l|batch(2))", "l|selectattr('x')", "l.count(1)", "l|length + l|sum",
		// Objects and numbers.
		"o|items", "o.items()", "o.keys()", "o.values()", "o|dictsort", "o|list", "o|tojson", "o|string", "o.copy()", "dict(o)", "namespace(o)", "o == o.copy()",
		"n ** 4000", "(n ** 2000) * (n ** 2000)", "(n ** 4000)|string", "'%d' % n ** 4000", "{n ** 4000: 1}", "1.5 ** 2.5",
	} {
		if err := fill(expression); err == nil || !template.Exceeded(err) {
			t.Errorf("%s: error = %v, want one about the budget", expression, err)
		}
	}
}
