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
	"github.com/orq-mcp/orq-mcp/internal/retry"
)

func TestAwaitPollsUntilTheTaskHasEnded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers       []*orq.AgentResponse
		maxWait, poll time.Duration
		calls         int
		elapsed       time.Duration
		state         string
	}{
		"a single lookup without a wait": {[]*orq.AgentResponse{inProgress()}, 0, 0, 1, 0, relay.StateWorking},
		"ended at once":                  {[]*orq.AgentResponse{completed()}, time.Minute, 0, 1, 0, relay.StateCompleted},
		"paused at once":                 {[]*orq.AgentResponse{paused()}, time.Minute, 0, 1, 0, relay.StateInputRequired},
		"failed at once":                 {[]*orq.AgentResponse{failed("no")}, time.Minute, 0, 1, 0, relay.StateFailed},
		"ended later on":                 {[]*orq.AgentResponse{inProgress(), inProgress(), completed()}, time.Minute, 0, 3, 2 * time.Second, relay.StateCompleted},
		"every five seconds":             {[]*orq.AgentResponse{inProgress(), inProgress(), completed()}, time.Minute, 5 * time.Second, 3, 10 * time.Second, relay.StateCompleted},
		"until the wait is over":         {[]*orq.AgentResponse{inProgress()}, 12 * time.Second, 5 * time.Second, 4, 12 * time.Second, relay.StateWorking},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &lookups{answers: c.answers}
				outcome, err := relay.Await(t.Context(), "t1", nil, &relay.Options{
					AgentKey: "scout", Lookup: service.lookup, MaxWait: c.maxWait, Poll: c.poll,
				})
				if err != nil {
					t.Fatal(err)
				}
				if outcome.State != c.state || outcome.TaskID != "t1" || outcome.AgentKey != "scout" {
					t.Errorf("outcome %+v, want %s", outcome, c.state)
				}
				if outcome.DurationMS != c.elapsed.Milliseconds() || service.calls != c.calls {
					t.Errorf("%d lookups in %d ms, want %d in %v", service.calls, outcome.DurationMS, c.calls, c.elapsed)
				}
			})
		})
	}
}

func TestAwaitSetsTheTaskIDOfItsArgument(t *testing.T) {
	t.Parallel()
	service := &lookups{answers: []*orq.AgentResponse{{Status: orq.ResponseCompleted}}}
	if outcome, err := relay.Await(t.Context(), "t1", nil, &relay.Options{Lookup: service.lookup}); err != nil || outcome.TaskID != "t1" {
		t.Errorf("Await() = %+v, %v, want task t1", outcome, err)
	}
}

func TestAwaitSendsHeartbeats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sink := &recorder{began: time.Now()}
		service := &lookups{answers: []*orq.AgentResponse{inProgress()}}
		if _, err := relay.Await(t.Context(), "t1", sink, &relay.Options{Lookup: service.lookup, MaxWait: 40 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]relay.Progress{{Message: "still working, 15 s, in progress"}, {Message: "still working, 30 s, in progress"}}, sink.sent); diff != "" {
			t.Errorf("progress (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]time.Duration{15 * time.Second, 30 * time.Second}, sink.after); diff != "" {
			t.Errorf("times (-want +got):\n%s", diff)
		}
	})
}

func TestAwaitFails(t *testing.T) {
	t.Parallel()
	gone := errors.New("the caller has gone")
	for name, c := range map[string]struct {
		service *lookups
		sink    *recorder
		cancel  time.Duration
	}{
		"with its lookup":      {&lookups{err: gone}, &recorder{}, time.Hour},
		"with its sink":        {&lookups{answers: []*orq.AgentResponse{inProgress()}}, &recorder{fails: 1, err: gone}, time.Hour},
		"when it is cancelled": {&lookups{answers: []*orq.AgentResponse{inProgress()}}, &recorder{}, 1500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer time.AfterFunc(c.cancel, func() { cancel(gone) }).Stop()
				began := time.Now()
				outcome, err := relay.Await(ctx, "t1", c.sink, &relay.Options{Lookup: c.service.lookup, MaxWait: time.Minute})
				if !errors.Is(err, gone) || outcome != nil {
					t.Errorf("Await() = %+v, %v, want no outcome and %v", outcome, err, gone)
				}
				if elapsed := time.Since(began); elapsed > c.cancel {
					t.Errorf("returned after %v, want at most %v", elapsed, c.cancel)
				}
			})
		})
	}
}

func TestHeartbeatsDuringASlowLookup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := func(ctx context.Context, _ string) (*orq.AgentResponse, error) {
			if err := retry.Sleep(ctx, 40*time.Second); err != nil {
				return nil, err
			}
			return completed(), nil
		}
		sink := &recorder{}
		if _, err := relay.Await(t.Context(), "t1", sink, &relay.Options{Lookup: slow, MaxWait: time.Minute}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"still working, 15 s", "still working, 30 s"}, sink.lines()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestLookupTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		silent := func(ctx context.Context, _ string) (*orq.AgentResponse, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}
		began := time.Now()
		_, err := relay.Await(t.Context(), "t1", nil, &relay.Options{Lookup: silent})
		if err == nil || err.Error() != "no answer within 5 s" || time.Since(began) != 5*time.Second {
			t.Errorf("Await() error = %v after %v, want no answer within 5 s", err, time.Since(began))
		}
	})
}
