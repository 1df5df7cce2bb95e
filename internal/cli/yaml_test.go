package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAgentsYAMLRoundTripsEveryString(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "~", "null", "true", "Yes", "no", "12", "-0x1F", "1e3", ".inf", "2024-01-01", "=", "<<", "- a", "a: b", "a # b", "#", "? x",
		"{}", "[1]", "&a", "*a", "!!int 1", "| x", "> x", "%x", "@x", "`x`", "'", `"`, `\`, `a\nb`, "---", "...",
		"\n", "\n\n", "a\n", "a\n\n", "\na", " a\nb", "a\n b\n", "a \nb\t\n", "\ta\n\tb", "a\r\nb", "a\rb", "\x00\x1b\x7f", "a\u0085b", "\u2028a\n", "\ufeffa\nb", "a\n\ufeffb",
		"é\n漢字\n🙂", "---\na\n...\n", "# a\n# b", strings.Repeat("word ", 200), strings.Repeat("a\n", 50) + " ", strings.Repeat("漢", 5000), "a\u00a0b\nc", "\ue000\n\U0010ffff",
	} {
		body, err := json.Marshal([]any{map[string]any{"key": text, text: text, "deep": []any{[]any{text}, map[string]any{"x": text}}}})
		if err != nil {
			t.Fatal(err)
		}
		var agents []json.RawMessage
		if err := json.Unmarshal(body, &agents); err != nil {
			t.Fatal(err)
		}
		document, err := agentsYAML(agents)
		if err != nil {
			t.Errorf("agentsYAML(%q): %v", text, err)
			continue
		}
		got, err := yamlToJSON(document)
		if err != nil {
			t.Errorf("yamlToJSON of %q: %v in\n%s", text, err, document)
			continue
		}
		if diff := cmp.Diff(decoded(t, body), decoded(t, got)); diff != "" {
			t.Errorf("round trip of %q (-want +got):\n%s\nin\n%s", text, diff, document)
		}
	}
}

func TestYAMLToJSON(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		"[1, -2.50, 1e40, 12345678901234567890, 0x1F, 0o17, 1_000, +3, .5, -.25]": `[1,-2.5,1e+40,12345678901234567890,31,15,1000,3,0.5,-0.25]`,
		"[true, False, yes, off, null, ~, 2024-01-01, 2024-01-01T10:00:00Z, '1']": `[true,false,"yes","off",null,null,"2024-01-01","2024-01-01T10:00:00Z","1"]`,
		"a: &x {b: 1}\nc: [*x, *x]":               `{"a":{"b":1},"c":[{"b":1},{"b":1}]}`,
		"a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}":   `{"a":{"b":1,"c":2},"d":{"b":1,"c":3}}`,
		"1: a\ntrue: b\ntext: |\n  one\n   two\n": `{"1":"a","text":"one\n two\n","true":"b"}`,
		"- é \"\\t\"": `["é \"\\t\""]`,
	} {
		got, err := yamlToJSON([]byte(document))
		if err != nil || string(got) != want {
			t.Errorf("yamlToJSON(%q) = %s, %v, want %s", document, got, err, want)
		}
	}
}

func TestYAMLToJSONErrors(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for name := 'b'; name < 'k'; name++ {
		bomb += string(name) + ": &" + string(name) + " [" + strings.Repeat("*"+string(name-1)+", ", 10) + "]\n"
	}
	for document, want := range map[string]string{
		"a: [":               "is not YAML: line 2: did not find expected node content",
		"a: 1\n---\nb: 2":    "is not YAML: expected single document, found multiple",
		"a: 1\na: 2":         `is not YAML: line 2: mapping key "a" already defined at line 1`,
		"1: a\n0x1: b\n1: c": `is not YAML: line 3: mapping key "1" already defined at line 1`,
		"[a]: 1":             "is not YAML: line 1: cannot use ",
		"a: .inf":            "holds what JSON cannot: unsupported value: +Inf",
		"a: &a [*a]":         "is not YAML: line 1: anchor 'a' value contains itself",
		"# nothing":          "is not YAML: no documents in stream",
		bomb:                 "is not YAML: line 1: document contains excessive aliasing",
	} {
		if got, err := yamlToJSON([]byte(document)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("yamlToJSON(%.60q) = %.100s, %v, want error %q in one line", document, got, err, want)
		}
	}
}

func TestAgentsYAMLMarksRemovedHeaderValues(t *testing.T) {
	t.Parallel()
	agents := []json.RawMessage{[]byte(`{"key":"far","headers":{"X-Key":{"value":"","encrypted":true}}}`), []byte(`{"key":"near"}`)}
	got, err := agentsYAML(agents)
	want := `# Agents for a sandbox: orq-mcp sandbox --seed FILE creates them.
- key: far
  headers:
    X-Key:
      value: '' # left out: write it in again
      encrypted: true
- key: near
`
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("agentsYAML: error %v (-want +got):\n%s", err, diff)
	}
	if got, want := countHeaders(agents), 1; got != want {
		t.Errorf("countHeaders = %d, want %d", got, want)
	}
}

func decoded(t *testing.T, raw []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return value
}
