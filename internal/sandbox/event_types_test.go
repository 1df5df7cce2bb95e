package sandbox_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestEveryTypeOfEventOccurs covers every type of event of the API with a few runs, each with its events in order.
func TestEveryTypeOfEventOccurs(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	w.create("friend")
	w.create("helper", allTools())
	w.create("doomed")
	begin := []string{execStarted, started, named, created}
	doomed := w.stream("/v2/agents/doomed/stream-task", say("/slow 10m"))
	opening := []orq.Event{}
	for range begin {
		event, _ := doomed.next()
		opening = append(opening, event)
	}
	call[struct{}](w, 204, "DELETE", "/v2/agents/doomed", nil)

	paused := w.play("helper", say("/tool get_time"))
	pending := data[*orq.Inactive](t, paused).PendingToolCalls
	seen := map[string]bool{}
	for name, run := range map[string]struct {
		events []orq.Event
		want   []string
	}{
		"a review, tools and a hand-off": {
			w.play("helper", say("/review\n/tool current_date\n/tool google_search\n/tool guarded\n/tool call_sub_agent {\"agent_key\":\"friend\",\"input\":\"Hi\"}")),
			slices.Concat(begin, []string{
				reviewRequired, executionReviewed,
				thought, toolStarted, toolDone,
				thought, toolStarted, toolFailed,
				thought, requested, reviewed, toolStarted, toolFailed,
				thought, toolStarted, handedOff, toolDone,
				thought, inactive,
			}),
		},
		"a pause":             {paused, slices.Concat(begin, []string{thought, inactive})},
		"its end":             {w.play("helper", results(taskOf(t, paused), map[string]any{pending[0].ID: 1})), []string{execStarted, started, created, thought, inactive}},
		"a failure":           {w.play("helper", say("/fail")), slices.Concat(begin, []string{errored})},
		"a timeout":           {w.play("helper", say("/slow 10m", object{"stream_timeout_seconds": 1})), slices.Concat(begin, []string{timeout})},
		"a stop from outside": {append(opening, doomed.rest()...), slices.Concat(begin, []string{streamError})},
	} {
		got := types(run.events)
		if diff := cmp.Diff(run.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, typ := range got {
			seen[typ] = true
		}
		checkTimestamps(t, name, run.events)
	}
	if len(seen) != 17 {
		t.Errorf("%d types of events, want 17: %v", len(seen), slices.Sorted(maps.Keys(seen)))
	}
}

// checkTimestamps requires timestamps that never decrease.
func checkTimestamps(t *testing.T, name string, events []orq.Event) {
	t.Helper()
	var last time.Time
	for _, event := range events {
		at, err := time.Parse(time.RFC3339, event.Timestamp)
		if err != nil || at.Before(last) {
			t.Errorf("%s: %s has timestamp %s, want one not before %s: %v", name, event.Type, event.Timestamp, last, err)
		}
		last = at
	}
}
