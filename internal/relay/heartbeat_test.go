package relay_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestHeartbeatWhileNoEventComes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pause, heartbeat time.Duration
		lines            []string
		after            []time.Duration
	}{
		"after 15 s each": {
			40 * time.Second, 0,
			[]string{"still working, 15 s", "still working, 30 s", "task t1 started", "still working, 55 s, thinking", "still working, 1 min 10 s, thinking", "finished: stop"},
			[]time.Duration{15 * time.Second, 30 * time.Second, 40 * time.Second, 55 * time.Second, 70 * time.Second, 80 * time.Second},
		},
		"not while events come": {
			14 * time.Second, 0,
			[]string{"task t1 started", "finished: stop"},
			[]time.Duration{14 * time.Second, 28 * time.Second},
		},
		"as often as asked": {
			5 * time.Second, 3 * time.Second,
			[]string{"still working, 3 s", "task t1 started", "still working, 8 s, thinking", "finished: stop"},
			[]time.Duration{3 * time.Second, 5 * time.Second, 8 * time.Second, 10 * time.Second},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stream := &script{events: []orq.Event{started, finished}, pause: c.pause}
				sink := &recorder{began: time.Now()}
				if _, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{Heartbeat: c.heartbeat}); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.lines, sink.lines()); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(c.after, sink.after); diff != "" {
					t.Errorf("times (-want +got):\n%s", diff)
				}
				for _, progress := range sink.sent {
					if beat := strings.HasPrefix(progress.Message, "still working"); beat != (progress.Event == nil) {
						t.Errorf("%q has the event %v, want one unless it is a heartbeat", progress.Message, progress.Event)
					}
				}
			})
		})
	}
}
