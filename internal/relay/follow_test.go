package relay_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestRunThatDidNotBegin(t *testing.T) {
	t.Parallel()
	refused := &orq.APIError{Status: 404, Message: "Agent not found"}
	for name, end := range map[string]error{"refused": refused, "cut off at once": orq.ErrCutOff} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := &recorder{}
			service := &lookups{err: errors.New("not expected")}
			stream := &script{end: end}
			_, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{Lookup: service.lookup})
			var cut *relay.CutOffError
			// Only a stream that was opened leaves it open whether the run began.
			if wantCut := errors.Is(end, orq.ErrCutOff); !errors.Is(err, end) || errors.As(err, &cut) != wantCut {
				t.Errorf("error %v, want %v, as a CutOffError: %t", err, end, wantCut)
			}
			if len(sink.sent) != 0 || service.calls != 0 {
				t.Errorf("progress %q and %d lookups, want none", sink.lines(), service.calls)
			}
		})
	}
}

func TestFollowSendsProgressAsItHappens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello, finished}, pause: 2 * time.Second}
		sink := &recorder{began: time.Now()}
		outcome, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{})
		if err != nil || outcome.DurationMS != 6000 {
			t.Errorf("Follow() took %d ms, error %v, want 6000 ms", outcome.DurationMS, err)
		}
		if diff := cmp.Diff([]time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second}, sink.after); diff != "" {
			t.Errorf("times (-want +got):\n%s", diff)
		}
	})
}

// slow is a sink that takes 1 ms per step and measures how far the stream is read ahead of it.
type slow struct {
	stream *script
	seen   []orq.EventType
	ahead  int64
}

func (s *slow) Send(progress relay.Progress) error {
	time.Sleep(time.Millisecond)
	s.seen = append(s.seen, progress.Event.Type)
	s.ahead = max(s.ahead, s.stream.yielded.Load()-int64(len(s.seen)))
	return nil
}

func TestSlowSinkGetsAllInOrderAndSlowsTheStreamDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const count = 5000
		stream := &script{}
		var want []orq.EventType
		for i := range count - 2 {
			want = append(want, orq.EventType(fmt.Sprint("n", i)))
			stream.events = append(stream.events, orq.Event{Type: want[i]})
		}
		want = append(want, started.Type, finished.Type)
		stream.events = append(stream.events, started, finished)
		sink := &slow{stream: stream}
		began := time.Now()
		outcome, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{})
		if err != nil || outcome.Events != count || outcome.State != relay.StateCompleted {
			t.Errorf("%d events, state %s, error %v, want %d events, %s", outcome.Events, outcome.State, err, count, relay.StateCompleted)
		}
		if diff := cmp.Diff(want, sink.seen); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if sink.ahead > 40 {
			t.Errorf("%d events read ahead of the sink, want at most 40", sink.ahead)
		}
		if elapsed := time.Since(began); elapsed != count*time.Millisecond {
			t.Errorf("Follow() took %v, want %v", elapsed, count*time.Millisecond)
		}
	})
}

func TestFollowWithoutSink(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello}, pause: time.Minute, end: orq.ErrCutOff}
		service := &lookups{answers: []*orq.AgentResponse{inProgress(), completed()}}
		outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{
			Lookup: service.lookup, MaxWait: time.Hour, Poll: time.Minute, Stall: time.Hour,
		})
		if err != nil || outcome.State != relay.StateCompleted || outcome.DurationMS != 3*60_000 {
			t.Errorf("outcome %+v, error %v, want %s in 180000 ms", outcome, err, relay.StateCompleted)
		}
	})
}

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
		"at the notice of a lookup":  {&script{events: []orq.Event{started}, end: orq.ErrCutOff}, 2},
		"at a heartbeat of a lookup": {&script{events: []orq.Event{started}, end: orq.ErrCutOff}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sink := &recorder{fails: c.fails, err: gone}
				service := &lookups{answers: []*orq.AgentResponse{inProgress()}}
				_, err := relay.Follow(t.Context(), c.stream.open, sink, &relay.Options{Lookup: service.lookup, MaxWait: time.Minute})
				if !errors.Is(err, gone) {
					t.Errorf("Follow() error = %v, want the sink's %v", err, gone)
				}
				if !c.stream.closed {
					t.Error("the stream is still open")
				}
				if len(sink.sent) != c.fails-1 {
					t.Errorf("%d steps of progress %q, want %d", len(sink.sent), sink.lines(), c.fails-1)
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
				outcome, err := relay.Follow(ctx, stream.open, sink, &relay.Options{Lookup: service.lookup})
				if !errors.Is(err, gone) {
					t.Errorf("Follow() error = %v, want the cause %v", err, gone)
				}
				if elapsed := time.Since(began); elapsed != time.Second || outcome.DurationMS != 1000 {
					t.Errorf("returned after %v with duration_ms %d, want 1s and 1000", elapsed, outcome.DurationMS)
				}
				if !stream.closed || service.calls != 0 {
					t.Errorf("stream closed: %t, %d lookups, want true, 0", stream.closed, service.calls)
				}
				if len(sink.sent) != len(stream.events) || outcome.Events != len(stream.events) {
					t.Errorf("progress %q, %d events, want %d of each", sink.lines(), outcome.Events, len(stream.events))
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
		_, err := relay.Follow(ctx, stream.open, sink, &relay.Options{})
		if !errors.Is(err, context.DeadlineExceeded) || !stream.closed {
			t.Errorf("Follow() error = %v, stream closed: %t, want %v, true", err, stream.closed, context.DeadlineExceeded)
		}
		if diff := cmp.Diff([]string{"task t1 started", "still working, 15 s, thinking", "still working, 30 s, thinking", "still working, 45 s, thinking"}, sink.lines()[:4]); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestStreamIsCutOffAndLookedUpAtItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello}, hangs: true}
		service := &lookups{answers: []*orq.AgentResponse{completed()}}
		began := time.Now()
		outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{Limit: time.Hour, Stall: 2 * time.Hour, Lookup: service.lookup})
		if err != nil || outcome.State != relay.StateCompleted || time.Since(began) != time.Hour || !stream.closed {
			t.Errorf("state %q after %v, error %v, stream closed: %t, want %q after 1h, nil, true", outcome.State, time.Since(began), err, stream.closed, relay.StateCompleted)
		}
	})
}
