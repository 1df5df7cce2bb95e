package answers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/test/answers"
)

// listener is a test that keeps what it is told.
type listener struct {
	testing.TB
	told []string
}

func (l *listener) Errorf(format string, args ...any) {
	l.told = append(l.told, fmt.Sprintf(format, args...))
}
func (*listener) Helper() {}

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
			l := &listener{TB: t}
			answers.Check(l, "x", json.RawMessage(schema), json.RawMessage(each.structured), each.text)
			var got []string
			for _, line := range l.told {
				line, _, _ = strings.Cut(line, ":")
				got = append(got, line)
			}
			if diff := cmp.Diff(each.want, got); diff != "" {
				t.Errorf("it is judged differently (-want +got):\n%s", diff)
			}
		})
	}
}
