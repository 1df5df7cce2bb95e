package relay_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func toolStarted(call, name string) orq.Event {
	return at(0, orq.EventToolStarted, fmt.Sprintf(`{"tool_key":%q,"action_type":"http","tool_execution_context":{"agent_tool_call_id":%q}}`, name, call))
}

func toolFinished(call string) orq.Event {
	return at(0, orq.EventToolFinished, fmt.Sprintf(`{"action_type":"http","tool_execution_context":{"agent_tool_call_id":%q}}`, call))
}

func approvalRequested(call, name string) orq.Event {
	return at(0, orq.EventActionReviewRequested, fmt.Sprintf(`{"agent_tool_call_id":%q,"tool":{"key":%q,"action_type":"http"}}`, call, name))
}

func TestHeartbeatNamesWhatRuns(t *testing.T) {
	t.Parallel()
	reviewed := func(review string) orq.Event {
		return at(0, orq.EventActionReviewed, fmt.Sprintf(`{"agent_tool_call_id":"c1","review":%q}`, review))
	}
	item := func(kind orq.EventType, status string) orq.Event {
		return orq.Event{Type: kind, Data: &orq.OutputItem{Item: orq.ResponseItem{ID: "i1", Type: "web_search_call", Status: status}}}
	}
	for name, c := range map[string]struct {
		events []orq.Event
		want   string
	}{
		"no event":               {nil, ""},
		"nothing open":           {[]orq.Event{started, hello}, ", thinking"},
		"one tool":               {[]orq.Event{started, toolStarted("c1", "crm")}, ", tool crm"},
		"two tools":              {[]orq.Event{started, toolStarted("c1", "crm"), toolStarted("c2", "web")}, ", tools crm and web"},
		"three tools":            {[]orq.Event{started, toolStarted("c1", "a"), toolStarted("c2", "b"), toolStarted("c3", "c")}, ", 3 tools"},
		"a tool has ended":       {[]orq.Event{started, toolStarted("c1", "crm"), toolStarted("c2", "web"), toolFinished("c1")}, ", tool web"},
		"all tools have ended":   {[]orq.Event{started, toolStarted("c1", "crm"), toolFinished("c1")}, ", thinking"},
		"text while a tool runs": {[]orq.Event{started, toolStarted("c1", "crm"), hello, world}, ", tool crm"},
		"an approval is open":    {[]orq.Event{started, approvalRequested("c1", "crm")}, ", waiting for approval of crm"},
		"two approvals are open": {
			[]orq.Event{started, approvalRequested("c1", "crm"), approvalRequested("c2", "web")}, ", waiting for approval of crm and web",
		},
		"an approval beside a tool": {
			[]orq.Event{started, toolStarted("c2", "web"), approvalRequested("c1", "crm")}, ", tool web, waiting for approval of crm",
		},
		"approved":                {[]orq.Event{started, approvalRequested("c1", "crm"), reviewed("approved")}, ", tool crm"},
		"rejected":                {[]orq.Event{started, approvalRequested("c1", "crm"), reviewed("rejected")}, ", thinking"},
		"a review is open":        {[]orq.Event{started, at(0, orq.EventExecutionReviewRequired, `{}`)}, ", waiting for a review"},
		"reviewed":                {[]orq.Event{started, at(0, orq.EventExecutionReviewRequired, `{}`), at(0, orq.EventExecutionReviewed, `{}`)}, ", thinking"},
		"a tool of a response":    {[]orq.Event{item(orq.EventOutputItemAdded, "in_progress")}, ", tool web_search"},
		"that tool has ended":     {[]orq.Event{item(orq.EventOutputItemAdded, "in_progress"), item(orq.EventOutputItemDone, "completed")}, ", thinking"},
		"a tool with a long name": {[]orq.Event{toolStarted("c1", strings.Repeat("n", 100))}, ", tool " + strings.Repeat("n", 57) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 16*time.Second)
				defer cancel()
				stream := &script{events: c.events, hangs: true}
				sink := &recorder{}
				_, _ = relay.Follow(ctx, stream.open, sink, &relay.Options{})
				lines := sink.lines()
				if diff := cmp.Diff("still working, 15 s"+c.want, lines[len(lines)-1]); diff != "" {
					t.Errorf("heartbeat (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestHeartbeatCountsFromTheBeginningOfTheCall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		interval time.Duration
		want     string
	}{
		"seconds": {15 * time.Second, "still working, 15 s, queued"},
		"minutes": {90 * time.Second, "still working, 1 min 30 s, queued"},
		"hours":   {2*time.Hour + 5*time.Minute, "still working, 2 h 5 min, queued"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sink := &recorder{}
				service := &lookups{answers: []*orq.AgentResponse{{TaskID: "t1", Status: "queued"}}}
				options := &relay.Options{Lookup: service.lookup, MaxWait: c.interval + time.Second, Heartbeat: c.interval}
				if _, err := relay.Await(t.Context(), "t1", sink, options); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]string{c.want}, sink.lines()); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestHeartbeatOfACallWithoutARun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &recorder{}
		_, stop := relay.Heartbeat(t.Context(), sink)
		time.Sleep(31 * time.Second) // of the test's clock
		stop()
		if diff := cmp.Diff([]string{"still working, 15 s", "still working, 30 s"}, sink.lines()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}
