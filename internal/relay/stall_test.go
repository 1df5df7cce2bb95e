package relay_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestStalledStreamIsRecoveredWhenItsTaskHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello}, hangs: true}
		service := &lookups{answers: []*orq.AgentResponse{inProgress(), inProgress(), completed()}}
		sink := &recorder{began: time.Now()}
		outcome, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{Lookup: service.lookup, Heartbeat: time.Hour})
		if err != nil || outcome.State != relay.StateCompleted || outcome.OutputText != "hello\nworld" || !stream.closed {
			t.Errorf("outcome %+v, error %v, stream closed: %t, want %s, nil, true", outcome, err, stream.closed, relay.StateCompleted)
		}
		// One lookup after each minute without an event, and one more for the outcome.
		if service.calls != 4 || outcome.DurationMS != 3*60_000 {
			t.Errorf("%d lookups in %d ms, want 4 in 180000", service.calls, outcome.DurationMS)
		}
		want := []string{"task t1 started", "hello", "the stream broke off: looking up the outcome of task t1"}
		if diff := cmp.Diff(want, sink.lines()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestStalledStreamIsKeptWhileItsTaskWorks(t *testing.T) {
	t.Parallel()
	for name, service := range map[string]*lookups{
		"the task is working": {answers: []*orq.AgentResponse{inProgress()}},
		"the lookup fails":    {err: errors.New("service is down")},
		"its status is odd":   {answers: []*orq.AgentResponse{{Status: "dreaming"}}},
		"it has no status":    {answers: []*orq.AgentResponse{{}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stream := &script{events: []orq.Event{started, finished}, pause: 5*time.Minute + time.Second}
				outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{Lookup: service.lookup, Stall: 2 * time.Minute})
				if err != nil || outcome.State != relay.StateCompleted || outcome.Events != 2 {
					t.Errorf("outcome %+v, error %v, want %s after 2 events", outcome, err, relay.StateCompleted)
				}
				// The task is known only after the first event.
				if service.calls != 2 {
					t.Errorf("%d lookups, want 2", service.calls)
				}
			})
		})
	}
}
