package sandbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestEnginesFillInVariables(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", object{"instructions": "none"})
	variables := object{"name": "Ann & co", "n": 3, "half": 0.5, "list": []any{"a", "b"}, "user": object{"city": "Ghent"}, "empty": nil}
	for name, test := range map[string]struct{ engine, template, want string }{
		"text":              {"text", "{{name}} {{ n }} {{list}} {{who}} {% if n %}", `Ann & co 3 ["a","b"] {{who}} {% if n %}`},
		"jinja":             {"jinja", "{{ name|upper }} {{ n }} {{ half }} {{ user.city }}{{ who }}", "ANN & CO 3 0.5 Ghent"},
		"jinja loops":       {"jinja", "{% for x in list %}{{ loop.index }}{{ x }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}", "1a, 2b"},
		"jinja objects":     {"jinja", "{% for k, v in user.items() %}{{ k }}={{ v }}{% endfor %}", "city=Ghent"},
		"jinja methods":     {"jinja", "{{ name.upper().lower().upper().lower().upper().lower().upper().lower() }}{{ name.upper() }}", "ann & coANN & CO"},
		"jinja sets":        {"jinja", "{% set x = n + 1 %}{{ x }}{# a comment #}{% raw %}{{ x }}{% endraw %}", "4{{ x }}"},
		"jinja ranges":      {"jinja", "{% for i in range(1, 7, 2) %}{{ i }}{% endfor %}{% for i in range(2, 0, -1) %}{{ i }}{% endfor %}", "13521"},
		"mustache":          {"mustache", "{{name}} {{{name}}} {{n}} {{user.city}}{{who}}", "Ann & co Ann & co 3 Ghent"},
		"mustache sections": {"mustache", "{{#list}}<{{.}}>{{/list}}{{^who}}nobody{{/who}}{{! a comment }}", "<a><b>nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := strings.ReplaceAll(name, " ", "-")
			w.create(key, object{"instructions": test.template, "engine": test.engine, "variables": variables})
			if got := data[*orq.AgentStarted](t, w.play(key, say("Hi"))).Instructions; got != test.want {
				t.Errorf("instructions = %q, want %q", got, test.want)
			}
		})
	}
}

func TestVariablesAreTheSameInEveryTurn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ engine, template, want string }{
		"text":     {"text", "v={{v}} {{in}}", `v=3 {"half":0.5,"list":[3]}`},
		"jinja":    {"jinja", "v={{ v + 1 }} {{ in.list[0] + 1 }} {{ in.half + 1 }}", "v=4 4 1.5"},
		"mustache": {"mustache", "v={{v}} {{#in}}{{half}}{{/in}}", "v=3 0.5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := open(t, sandbox.Options{})
			w.create("helper", object{"instructions": test.template, "engine": test.engine})
			variables := object{"variables": object{"v": 3, "in": object{"half": 0.5, "list": []any{3}}}}
			first := w.play("helper", say("Hi", variables))
			second := w.play("helper", say("Hi", object{"task_id": taskOf(t, first)}))
			for turn, events := range [][]orq.Event{first, second} {
				if got := data[*orq.AgentStarted](t, events).Instructions; got != test.want {
					t.Errorf("turn %d: instructions = %q, want %q", turn+1, got, test.want)
				}
			}
		})
	}
}

func TestInvalidTemplatesAreRefused(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("plain", object{"instructions": "{% if %}", "system_prompt": "{{#a}}"})
	for want, test := range map[string]struct {
		method, path string
		body         object
	}{
		"instructions: is no jinja template: ":                                         {"POST", "/v2/agents", agentBody("new", object{"engine": "jinja", "instructions": "{% if x %}"})},
		"system_prompt: is no mustache template: ":                                     {"POST", "/v2/agents", agentBody("new", object{"engine": "mustache", "system_prompt": "{{#a}}"})},
		"system_prompt: is no mustache template: line 1: Section a has no closing tag": {"PATCH", "/v2/agents/plain", object{"engine": "mustache"}},
		"instructions: is no jinja template: line 1: there is no tag \"frobnicate\"":   {"POST", "/v2/agents/run", runBody("new", "hi", object{"engine": "jinja", "instructions": "{% frobnicate %}"})},
		"instructions: is no jinja template":                                           {"POST", "/v2/agents/plain/task", say("hi", object{"engine": "jinja"})},
		"instructions: has 50001 characters; templates of jinja have at most 50":       {"POST", "/v2/agents", agentBody("new", object{"engine": "jinja", "instructions": strings.Repeat("(", 50_001)})},
	} {
		if got := w.refused(400, test.method, test.path, test.body); !strings.Contains(got, want) {
			t.Errorf("message = %q, want it to contain %q", got, want)
		}
	}
	w.refused(404, "GET", "/v2/agents/new", nil)
}

// Forbidden operations of a template are refused when the agent is created or when the template is filled in.
func TestTemplatesCannotReadFilesOrRunForever(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("top secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := open(t, sandbox.Options{})
	w.create("helper")
	for template, engine := range map[string]string{
		"{% include '" + secret + "' %}":                                                    "jinja",
		"{% extends '" + secret + "' %}":                                                    "jinja",
		"{% import '" + secret + "' as x %}{{ x }}":                                         "jinja",
		"{% from '" + secret + "' import x %}":                                              "jinja",
		"{{> " + secret + " }}":                                                             "mustache",
		"{{> " + strings.TrimPrefix(secret, "/") + " }}":                                    "mustache",
		"{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}":                                   "jinja",
		"{% block b %}{{ self.b() }}{% endblock %}":                                         "jinja",
		"{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}":                           "jinja",
		"{% set user.self = user %}{{ user }}":                                              "jinja",
		"{% set user['self'] = user %}{{ user }}":                                           "jinja",
		"{{ user.update({'self': user}) }}{{ user }}":                                       "jinja",
		"{{ list.append(list) }}{{ list }}":                                                 "jinja",
		"{% set n = namespace() %}{% set n.self = n %}{{ n }}":                              "jinja",
		"{{ range(100000000) }}":                                                            "jinja",
		"{{ range(1, 2, 0) }}":                                                              "jinja",
		"{{ cycler() }}":                                                                    "jinja",
		"{% for a in range(999) %}{% for b in range(999) %}xxxx{% endfor %}{% endfor %}":    "jinja",
		"{{ " + strings.Repeat("(", 49_000) + " }}":                                         "jinja",
		strings.Repeat("{{#a}}", 8_000):                                                     "mustache",
		strings.Repeat("{% if x %}", 4_900):                                                 "jinja",
		"{{ " + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + " }}{% stop %}": "jinja",
	} {
		body := agentBody("helper2", object{"engine": engine, "instructions": template, "variables": object{"user": object{}, "list": []any{1}}})
		status, answer := w.send(w.request("POST", "/v2/agents", body))
		if status == 201 {
			status, answer = w.send(w.request("POST", "/v2/agents/helper2/task", say("hi")))
			call[struct{}](w, 204, "DELETE", "/v2/agents/helper2", nil)
		}
		if status != 400 || strings.Contains(string(answer), "top secret") {
			t.Errorf("%.100s: status = %d, want 400 and no file's content: %.200s", template, status, answer)
		}
	}
}

func TestExpensiveTemplatesAreRefused(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	const deep = "instructions: cannot be filled in by jinja: line 1: it is nested deeper than 200 levels"
	const steps = "instructions: cannot be filled in by jinja: line 1: it takes more than 500000 steps"
	const size = "instructions: cannot be filled in by jinja: line 1: it makes more than 16777216 bytes on the way"
	for template, want := range map[string]string{
		"{% if x" + strings.Repeat(".a", 201) + " %}{% endif %}":                                                       deep,
		"{{ " + strings.Repeat("[", 201) + strings.Repeat("]", 201) + " }}":                                            deep,
		"{{ x" + strings.Repeat(".upper().lower()", 15) + " }}":                                                        "",
		"{{ x.upper() }}" + strings.Repeat("{{ x.upper().lower() }}", 20):                                              "",
		"{% for a in range(99) %}{% for b in range(99) %}{% for c in range(99) %}{% endfor %}{% endfor %}{% endfor %}": steps,
		"{{ (x * 20000000)|length }}":                                                                                  size,
	} {
		body := say("hi", object{"engine": "jinja", "variables": object{"x": "a"}})
		w.create("helper", object{"instructions": template})
		status, answer := w.send(w.request("POST", "/v2/agents/helper/task", body))
		call[struct{}](w, 204, "DELETE", "/v2/agents/helper", nil)
		if (status == 200) != (want == "") || !strings.Contains(string(answer), want) {
			t.Errorf("%.60s: status = %d, want an answer that contains %q: %s", template, status, want, answer)
		}
	}
}

// A message that is no template is passed on; one that exceeds the budget is refused before the run starts.
func TestExpensiveMessagesAreRefused(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	list := make([]any, 1000)
	for engine, message := range map[string]string{
		"jinja":    "{{ x * 20000000 }}",
		"mustache": "{{#list}}{{#list}}x{{/list}}{{/list}}",
		"text":     strings.Repeat("{{list}}", 300),
	} {
		key := "helper-" + engine
		w.create(key, object{"engine": engine})
		got := w.refused(400, "POST", "/v2/agents/"+key+"/task", say(message, object{"variables": object{"x": "a", "list": list}}))
		if want := "message: cannot be filled in by " + engine + ": "; !strings.Contains(got, want) {
			t.Errorf("message = %q, want it to contain %q", got, want)
		}
	}
}

func TestInvalidTemplatesInMessagesAreKept(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("helper", object{"engine": "jinja"})
	for message, want := range map[string]string{"What is {% if?": "What is {% if?", "{{ 1 + 2 }}": "3"} {
		if got := data[*orq.Inactive](t, w.play("helper", say(message))).LastMessage; !strings.Contains(got, "You wrote: "+want) {
			t.Errorf("%q became %q, want %q in it", message, got, "You wrote: "+want)
		}
	}
}

func TestTemplateEnginesFillTheModelsPrompts(t *testing.T) {
	t.Parallel()
	for engine, test := range map[string]struct{ template, want string }{
		"text":     {"Greet {{name}} in {{city.name}}.", "Greet Ann in {{city.name}}."},
		"jinja":    {"Greet {% if vip %}the great {% endif %}{{ name }} in {{ city.name }}.", "Greet the great Ann in Ghent."},
		"mustache": {"Greet {{#vip}}the great {{/vip}}{{name}} in {{city.name}}.", "Greet the great Ann in Ghent."},
	} {
		f := serveModel(t, replyText("Hi"))
		w := openWith(t, f)
		w.create("helper", object{"engine": engine, "system_prompt": test.template, "instructions": test.template})
		w.play("helper", say(test.template, object{"variables": object{"name": "Ann", "vip": true, "city": object{"name": "Ghent"}}}))
		want := []string{"system: " + test.want + "\n\n" + test.want, "user: " + test.want}
		if diff := cmp.Diff(want, transcript(f.requests(1)[0].Messages)); diff != "" {
			t.Errorf("%s: conversation (-want +got):\n%s", engine, diff)
		}
	}
}

func TestTaskKeepsItsVariablesAndEngine(t *testing.T) {
	t.Parallel()
	f := serveModel(t, replyCalls(modelCall{"c1", "one", "{}"}), replyText("Done"), replyText("Again"))
	w := openWith(t, f)
	w.create("helper", toolSettings(object{"type": "function", "key": "one"}), object{"instructions": "Greet {{ name }}.", "variables": object{"name": "nobody"}})
	events := w.play("helper", say("I am {{ name|upper }}.", object{"engine": "jinja", "variables": object{"name": "Ann"}}))
	task := taskOf(t, events)
	w.play("helper", results(task, map[string]any{"c1": 1}))
	w.play("helper", say("Now {{ name }}", object{"task_id": task, "variables": object{"name": "Ben"}}))
	asked := f.requests(3)
	if got := transcript(asked[1].Messages)[:2]; !cmp.Equal(got, []string{"system: Greet Ann.", "user: I am ANN."}) {
		t.Errorf("conversation after the result = %q, want the variables and the engine of the first message", got)
	}
	if got := transcript(asked[2].Messages); got[0] != "system: Greet Ben." || got[5] != "user: Now Ben" {
		t.Errorf("conversation with other variables = %q, want their values", got)
	}
}
