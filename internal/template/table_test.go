package template_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// row is a template with what Jinja2 3.1 or mustache.js 4.2 makes of it; testdata/generate.py runs them.
type row struct {
	Engine, Template string
	Outcome          string
	Error            bool
	// Where we differ: our outcome, or that we refuse it, and the sentence of the documents about that.
	Ours    *string
	Refused bool
	Why     string
}

// want is the outcome that we want; no is that we refuse the template.
func (r row) want() (text string, no bool) {
	if r.Ours != nil {
		return *r.Ours, false
	}
	return r.Outcome, r.Error || r.Refused
}

// readRows returns the rows alone.
func readRows(t testing.TB) []row {
	t.Helper()
	_, rows := readTable(t)
	return rows
}

func readTable(t testing.TB) (variables map[string]any, rows []row) {
	t.Helper()
	file, err := os.Open("testdata/table.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var table struct {
		Variables map[string]any
		Rows      []row
	}
	decoder := json.NewDecoder(file)
	decoder.UseNumber()
	if err := decoder.Decode(&table); err != nil {
		t.Fatal(err)
	}
	return table.Variables, table.Rows
}

func TestOutcomesAreThoseOfJinja2AndMustacheJS(t *testing.T) {
	t.Parallel()
	variables, rows := readTable(t)
	if len(rows) < 200 {
		t.Errorf("the table has %d rows, want at least 200", len(rows))
	}
	for _, r := range rows {
		want, refused := r.want()
		switch got, err := fill(t, r.Engine, r.Template, variables); {
		case (err != nil) != refused:
			t.Errorf("%s: %q: got %q, error %v, want %q, error %t", r.Engine, r.Template, got, err, want, refused)
		case err == nil && got != want:
			t.Errorf("%s: %q:\n got %q\nwant %q", r.Engine, r.Template, got, want)
		}
	}
}

// Where we differ from them, the documents give the reason.
func TestDifferencesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/sandbox/templates.md")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(string(page)), " ")
	_, rows := readTable(t)
	for _, r := range rows {
		text, refused := r.want()
		differs := refused != r.Error || text != r.Outcome
		if differs != (r.Why != "") {
			t.Errorf("%s: %q: differs from the original: %t, reason %q", r.Engine, r.Template, differs, r.Why)
		}
		if !strings.Contains(words, strings.Join(strings.Fields(r.Why), " ")) {
			t.Errorf("docs/sandbox/templates.md does not contain %q", r.Why)
		}
	}
}
