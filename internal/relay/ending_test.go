package relay_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestSinkThatFailsEndsTheCallAndTheStream(t *testing.T) {
	t.Parallel()
	gone := errors.New("nobody reads any more")
	for name, c := range map[string]struct {
		stream *script
		fails  int
	}{
		"at the first event":         {&script{events: []orq.Event{started, hello}, hangs: true}, 1},
		"at a later event":           {&script{events: []orq.Event{started, hello, world}, hangs: true}, 3},
		"at the last event":          {&script{events: []orq.Event{started, finished}}, 2},
		"at a heartbeat":             {&script{events: []orq.Event{started}, hangs: true}, 2},
		"with many events to come":   {&script{events: make([]orq.Event, 1000), hangs: true}, 2},
		"at the word of a lookup":    {&script{events: []orq.Event{started}, end: orq.ErrCutOff}, 2},
		"at a heartbeat of a lookup": {&script{events: []orq.Event{started}, end: orq.ErrCutOff}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sink := &recorder{fails: c.fails, err: gone}
				service := &lookups{answers: []*orq.AgentResponse{inProgress()}}
				_, err := relay.Follow(t.Context(), c.stream.open, sink, relay.Options{Lookup: service.lookup, Patience: time.Minute})
				if !errors.Is(err, gone) {
					t.Errorf("error %v, want the sink's", err)
				}
				if !c.stream.closed {
					t.Error("the stream is open")
				}
				if len(sink.told) != c.fails-1 {
					t.Errorf("told %q", sink.lines())
				}
			})
		})
	}
}

func TestCancelEndsTheCallAtOnce(t *testing.T) {
	t.Parallel()
	gone := errors.New("the caller has gone")
	for name, stream := range map[string]*script{
		"before the first event": {hangs: true},
		"between events":         {events: []orq.Event{started, hello}, hangs: true},
		"after the run's end":    {events: []orq.Event{started, hello, finished}, hangs: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer time.AfterFunc(time.Second, func() { cancel(gone) }).Stop()
				sink := &recorder{}
				service := &lookups{}
				began := time.Now()
				outcome, err := relay.Follow(ctx, stream.open, sink, relay.Options{Lookup: service.lookup})
				if !errors.Is(err, gone) {
					t.Errorf("error %v, want the cause", err)
				}
				if elapsed := time.Since(began); elapsed != time.Second || outcome.DurationMS != 1000 {
					t.Errorf("returned after %v, says %d ms", elapsed, outcome.DurationMS)
				}
				if !stream.closed || service.calls != 0 {
					t.Errorf("stream closed %v, %d lookups", stream.closed, service.calls)
				}
				if len(sink.told) != len(stream.events) || outcome.Events != len(stream.events) {
					t.Errorf("told %q, counted %d", sink.lines(), outcome.Events)
				}
			})
		})
	}
}

func TestDeadlineEndsTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stream := &script{events: []orq.Event{started}, hangs: true}
		sink := &recorder{began: time.Now()}
		_, err := relay.Follow(ctx, stream.open, sink, relay.Options{})
		if !errors.Is(err, context.DeadlineExceeded) || !stream.closed {
			t.Errorf("%v, stream closed %v", err, stream.closed)
		}
		if diff := cmp.Diff([]string{"task t1 started", "still working", "still working", "still working"}, sink.lines()[:4]); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}
