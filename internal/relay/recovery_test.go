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

const lookingUp = "the stream broke off: looking up the outcome of task t1"

func TestOutcomeOfAStreamThatBrokeOffIsLookedUp(t *testing.T) {
	t.Parallel()
	cutOff := []orq.Event{started, hello}
	done := func(o *relay.Outcome) {
		o.State, o.FinishReason, o.OutputText, o.TraceID = relay.StateCompleted, "stop", "hello\nworld", "tr2"
		o.OutputFiles = []relay.OutputFile{{Name: "a.txt", MIMEType: "text/plain", URI: "u"}}
		o.Usage = &relay.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3}
	}
	for name, c := range map[string]struct {
		events  []orq.Event
		end     error
		answers []*orq.AgentResponse
		calls   int
		want    func(*relay.Outcome)
	}{
		"completed":          {cutOff, orq.ErrCutOff, []*orq.AgentResponse{completed()}, 1, done},
		"completed later on": {cutOff, orq.ErrCutOff, []*orq.AgentResponse{inProgress(), inProgress(), completed()}, 3, done},
		"in progress until the wait is over": {
			cutOff, orq.ErrCutOff, []*orq.AgentResponse{inProgress()}, 6,
			func(o *relay.Outcome) { o.State, o.OutputText = relay.StateWorking, "hello " },
		},
		"failed": {
			cutOff, orq.ErrCutOff, []*orq.AgentResponse{failed("no credit")}, 1,
			func(o *relay.Outcome) { o.State, o.Error, o.OutputText = relay.StateFailed, "no credit", "hello " },
		},
		"failed for the reason the stream gave": {
			[]orq.Event{started, broken}, orq.ErrCutOff, []*orq.AgentResponse{inProgress(), failed("")}, 2,
			func(o *relay.Outcome) { o.State, o.Error = relay.StateFailed, "broken" },
		},
		"failed for a better reason": {
			[]orq.Event{started, broken}, orq.ErrCutOff, []*orq.AgentResponse{failed("no credit")}, 1,
			func(o *relay.Outcome) { o.State, o.Error = relay.StateFailed, "no credit" },
		},
		"failed in the stream, completed after all": {[]orq.Event{started, broken}, orq.ErrCutOff, []*orq.AgentResponse{completed()}, 1, done},
		"paused": {
			cutOff, orq.ErrCutOff, []*orq.AgentResponse{paused()}, 1,
			func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText = relay.StateInputRequired, "function_call", "hello "
				o.PendingToolCalls = []relay.PendingCall{{ID: "c1", Name: "f", Arguments: "{}"}}
			},
		},
		"an end without an inactive": {cutOff, nil, []*orq.AgentResponse{completed()}, 1, done},
		"an end after an approval": {
			[]orq.Event{started, requested, at(0, orq.EventActionReviewed, `{"agent_tool_call_id":"c1","review":"approved"}`)}, nil,
			[]*orq.AgentResponse{inProgress(), completed()}, 2, func(o *relay.Outcome) {
				done(o)
				o.ToolExecutions = []relay.ToolExecution{{Name: "purge", Status: "running"}}
			},
		},
		"a status that is not known": {
			cutOff, orq.ErrCutOff, []*orq.AgentResponse{inProgress(), {Status: "dreaming"}}, 2, func(o *relay.Outcome) {
				o.State, o.Error, o.MayGoOn, o.OutputText = relay.StateFailed, `status "dreaming" is not known`, true, "hello "
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stream := &script{events: c.events, end: c.end}
				service := &lookups{answers: c.answers}
				sink := &recorder{}
				got, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{
					AgentKey: "scout", Lookup: service.lookup, MaxWait: 5 * time.Second,
				})
				if err != nil {
					t.Fatal(err)
				}
				want := relay.Outcome{
					TaskID: "t1", AgentKey: "scout", TraceID: "tr1", Events: len(c.events), DurationMS: int64(c.calls-1) * 1000,
				}
				c.want(&want)
				if diff := cmp.Diff(&want, got); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
				if service.calls != c.calls {
					t.Errorf("%d lookups, want %d", service.calls, c.calls)
				}
				if lines := sink.lines(); len(lines) != len(c.events)+1 || lines[len(lines)-1] != lookingUp {
					t.Errorf("lines %q, want %d events and %q", lines, len(c.events), lookingUp)
				}
			})
		})
	}
}

func TestCutOffErrorHoldsAllThatWasReceived(t *testing.T) {
	t.Parallel()
	down := errors.New("service is down")
	service := func() *lookups { return &lookups{err: down} }
	for name, c := range map[string]struct {
		events  []orq.Event
		end     error
		service *lookups
		taskID  string
		text    string
		want    string
	}{
		"the lookup fails": {
			[]orq.Event{started, hello, world}, orq.ErrCutOff, service(), "t1", "hello world",
			"the event stream broke off before its end\nservice is down",
		},
		"there is no lookup": {
			[]orq.Event{started, hello, world}, orq.ErrCutOff, nil, "t1", "hello world",
			"the event stream broke off before its end",
		},
		"the task is not known yet": {
			[]orq.Event{hello}, orq.ErrCutOff, service(), "", "hello ",
			"the event stream broke off before its end",
		},
		"an end without an inactive": {
			[]orq.Event{started, hello}, nil, service(), "t1", "hello ",
			"the event stream broke off before its end: it closed without saying how the run ended\nservice is down",
		},
		"an error and no end": {
			[]orq.Event{started, hello, broken}, orq.ErrCutOff, service(), "t1", "hello ",
			"the event stream broke off before its end: after the error: broken\nservice is down",
		},
		"an end without anything": {
			nil, nil, service(), "", "",
			"the event stream broke off before its end: it closed without saying how the run ended",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := &relay.Options{AgentKey: "scout"}
			if c.service != nil {
				options.Lookup = c.service.lookup
			}
			stream := &script{events: c.events, end: c.end}
			outcome, err := relay.Follow(t.Context(), stream.open, nil, options)
			var cut *relay.CutOffError
			if !errors.As(err, &cut) || !errors.Is(err, orq.ErrCutOff) || err.Error() != c.want {
				t.Fatalf("Follow() error = %T %v, want a CutOffError: %s", err, err, c.want)
			}
			if asked := c.service != nil && c.service.calls > 0; asked != errors.Is(err, down) {
				t.Errorf("looked up: %t, error %v, want the lookup's error if there was one", asked, err)
			}
			for _, o := range []*relay.Outcome{outcome, &cut.Outcome} {
				if o.TaskID != c.taskID || o.AgentKey != "scout" || o.OutputText != c.text || o.Events != len(c.events) {
					t.Errorf("outcome %+v, want task %q and text %q", o, c.taskID, c.text)
				}
			}
		})
	}
}

func TestHeartbeatsDuringARecovery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started}, end: orq.ErrCutOff}
		sink := &recorder{began: time.Now()}
		service := &lookups{answers: []*orq.AgentResponse{inProgress()}}
		if _, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{Lookup: service.lookup, MaxWait: 40 * time.Second}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"task t1 started", lookingUp, "still working, 15 s, in progress", "still working, 30 s, in progress"}, sink.lines()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]time.Duration{0, 0, 15 * time.Second, 30 * time.Second}, sink.after); diff != "" {
			t.Errorf("times (-want +got):\n%s", diff)
		}
	})
}

func TestCancelEndsTheRecovery(t *testing.T) {
	t.Parallel()
	gone := errors.New("the caller has gone")
	hanging := func(ctx context.Context, _ string) (*orq.AgentResponse, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for name, lookup := range map[string]relay.Lookup{
		"between two lookups": (&lookups{answers: []*orq.AgentResponse{inProgress()}}).lookup,
		"within a lookup":     hanging,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer time.AfterFunc(2500*time.Millisecond, func() { cancel(gone) }).Stop()
				stream := &script{events: []orq.Event{started, hello}, end: orq.ErrCutOff}
				outcome, err := relay.Follow(ctx, stream.open, nil, &relay.Options{Lookup: lookup, MaxWait: time.Hour})
				if !errors.Is(err, gone) || outcome.TaskID != "t1" || outcome.DurationMS != 2500 {
					t.Errorf("Follow() = %+v, %v, want task t1 after 2500 ms and %v", outcome, err, gone)
				}
			})
		})
	}
}
