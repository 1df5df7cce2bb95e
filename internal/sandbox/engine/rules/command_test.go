package rules

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	got := parse("Hello\r\n/tool ask {\"a\":1}\n/slow 5s\nworld\n/reject\n/drop\n/fail so sad\n /drop\n/tool ask [1]")
	want := state{
		Text: "Hello\nworld\n /drop",
		Steps: []command{
			{Name: "tool", Text: "ask", Args: map[string]any{"a": 1.0}}, {Name: "slow", Wait: 5 * time.Second},
			{Name: "drop"}, {Name: "fail", Text: "so sad"},
		},
		Notes: []string{`I left out "/tool ask [1]": what follows the name must be a JSON object.`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("parse (-want +got):\n%s", diff)
	}
}

func TestSeveralCommandsInALine(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]state{
		`/slow 2s /tool ask {"path": "a /drop b"} /count 3`: {Steps: []command{
			{Name: "slow", Wait: 2 * time.Second}, {Name: "tool", Text: "ask", Args: map[string]any{"path": "a /drop b"}}, {Name: "count", N: 3},
		}},
		"/drop /tool a  /tool b /reject\nHello /drop": {Text: "Hello /drop", Steps: []command{
			{Name: "drop"}, {Name: "tool", Text: "a", Args: map[string]any{}}, {Name: "tool", Text: "b", Args: map[string]any{}},
		}},
		"/fail no /etc here /review": {Steps: []command{{Name: "fail", Text: "no /etc here"}, {Name: "review"}}},
		"/slow soon /count 2": {
			Steps: []command{{Name: "count", N: 2}}, Notes: []string{`I left out "/slow soon": it needs a duration of at most 10m0s, such as 5s.`},
		},
		`/tool ask {"a": /drop`: {Steps: []command{{Name: "drop"}}, Notes: []string{`I left out "/tool ask {\"a\":": what follows the name must be a JSON object.`}},
	} {
		if diff := cmp.Diff(want, parse(message)); diff != "" {
			t.Errorf("parse(%q) (-want +got):\n%s", message, diff)
		}
	}
}
