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
