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

func TestAStalledStreamIsRecoveredWhenItsTaskHasEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello}, hangs: true}
		service := &lookups{answers: []*orq.AgentResponse{inProgress(), inProgress(), completed()}}
		sink := &recorder{began: time.Now()}
		outcome, err := relay.Follow(t.Context(), stream.open, sink, relay.Options{Lookup: service.lookup, Heartbeat: time.Hour})
		if err != nil || outcome.State != relay.StateCompleted || outcome.OutputText != "hello\nworld" || !stream.closed {
			t.Errorf("%+v, %v, closed: %t", outcome, err, stream.closed)
		}
		// It is asked for after each minute of silence, and once more for the outcome.
		if service.calls != 4 || outcome.DurationMS != 3*60_000 {
			t.Errorf("%d lookups in %d ms", service.calls, outcome.DurationMS)
		}
		want := []string{"task t1 started", "hello ", "the stream broke off: looking up the outcome of task t1"}
		if diff := cmp.Diff(want, sink.lines()); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

func TestASilentStreamIsLeftAloneWhileItsTaskWorks(t *testing.T) {
	t.Parallel()
	for name, service := range map[string]*lookups{
		"it works":              {answers: []*orq.AgentResponse{inProgress()}},
		"it cannot be asked of": {err: errors.New("out of order")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stream := &script{events: []orq.Event{started, finished}, pause: 5*time.Minute + time.Second}
				outcome, err := relay.Follow(t.Context(), stream.open, nil, relay.Options{Lookup: service.lookup, Stall: 2 * time.Minute})
				if err != nil || outcome.State != relay.StateCompleted || outcome.Events != 2 {
					t.Errorf("%+v, %v", outcome, err)
				}
				// The task is known only after the first event.
				if service.calls != 2 {
					t.Errorf("%d lookups", service.calls)
				}
			})
		})
	}
}
