package answers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/test/answers"
)

// recorder is a testing.TB that records errors.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}
func (*recorder) Helper() {}

func TestCheck(t *testing.T) {
	t.Parallel()
	const schema = `{"type": "object", "properties": {"key": {"type": "string"}, "events": {"type": "integer"}, "list": {"type": "array", "items": {"type": "object"}}},
		"required": ["key"], "additionalProperties": false}`
	for name, each := range map[string]struct {
		structured, text string
		want             []string
	}{
		"a good answer":       {`{"key": "a\nb", "events": 12, "list": [{"deep": true, "nothing": null}]}`, "Agent a\n  b\nevents: 12\n- deep true", nil},
		"a value in words":    {`{"key": "k", "list": [{"has_more": false}]}`, "k. These are all.", nil},
		"a missing text":      {`{"key": "a\nb"}`, "Agent a", []string{`the text of x lacks key "b"`}},
		"a missing number":    {`{"key": "k", "events": 12}`, "k events: 123", []string{"the text of x lacks events 12"}},
		"a number of another": {`{"key": "k", "events": 12}`, "k duration 12", []string{"the text of x lacks events 12"}},
		"a missing item":      {`{"key": "k", "list": [{"deep": "gone"}]}`, "k", []string{`the text of x lacks deep "gone"`}},
		"JSON for a text":     {`{"key": "k"}`, `{"key": "k"}`, []string{"the text of x is JSON, not for a reader"}},
		"a broken schema":     {`{"kye": "k"}`, "k", []string{"the structure of x breaks its output schema"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{TB: t}
			answers.Check(r, "x", json.RawMessage(schema), json.RawMessage(each.structured), each.text)
			var got []string
			for _, line := range r.errors {
				line, _, _ = strings.Cut(line, ":")
				got = append(got, line)
			}
			if diff := cmp.Diff(each.want, got); diff != "" {
				t.Errorf("errors of Check (-want +got):\n%s", diff)
			}
		})
	}
}
