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

const confirming = "the stream has ended: looking up task t1"

var (
	errored   = at(0, orq.EventErrored, `{"error":"broken","code":500}`)
	requested = at(0, orq.EventActionReviewRequested, `{"agent_tool_call_id":"c1","tool":{"key":"purge","action_type":"http"}}`)
	oddWords  = at(0, orq.EventActionReviewRequested, `{"agent_tool_call_id":1,"tool":"purge","input":"all"}`)
	postponed = at(0, orq.EventActionReviewed, `{"agent_tool_call_id":"c1","review":"postponed"}`)
	oddReview = at(0, orq.EventExecutionReviewRequired, `"please"`)
	review    = at(0, orq.EventExecutionReviewRequired, `{}`)
	toolCalls = at(0, orq.EventInactive, `{"last_message":"","finish_reason":"tool_calls"}`)
	oddReason = at(0, orq.EventInactive, `{"last_message":"hello world","finish_reason":"end_turn"}`)
	noReason  = at(0, orq.EventInactive, `{"last_message":"hello world","finish_reason":null,"usage":"none"}`)
)

// TestStreamThatStatedHowTheRunStands covers streams after which waiting for the task would reveal nothing: it is looked up
// once, or not at all.
func TestStreamThatStatedHowTheRunStands(t *testing.T) {
	t.Parallel()
	const (
		brokeOff = "the stream broke off after this had been received"
		down     = "; its task could not be looked up: service is down"
	)
	type want struct {
		calls              int
		state, error, text string
		remarks            []string
		mayGoOn            bool
	}
	odd := &orq.AgentResponse{Status: "dreaming"}
	for name, c := range map[string]struct {
		events []orq.Event
		end    error
		answer *orq.AgentResponse // nil: the lookup fails
		want   want
	}{
		"answer, cut, the lookup fails": {[]orq.Event{started, finished}, orq.ErrCutOff, nil, want{1, relay.StateCompleted, "", "hello world", []string{brokeOff + down}, false}},
		"answer, cut, still running":    {[]orq.Event{started, finished}, orq.ErrCutOff, inProgress(), want{1, relay.StateCompleted, "", "hello world", []string{brokeOff + "; its task is reported as still running"}, false}},
		"answer, cut, unknown status":   {[]orq.Event{started, finished}, orq.ErrCutOff, odd, want{1, relay.StateCompleted, "", "hello world", []string{brokeOff + `; the status of its task, "dreaming", is not known`}, false}},
		"answer, cut, completed":        {[]orq.Event{started, finished}, orq.ErrCutOff, completed(), want{1, relay.StateCompleted, "", "hello\nworld", nil, false}},
		"answer, cut, failed after all": {[]orq.Event{started, finished}, orq.ErrCutOff, failed("no credit"), want{1, relay.StateFailed, "no credit", "hello world", nil, false}},
		"answer, cut, no task":          {[]orq.Event{finished}, orq.ErrCutOff, nil, want{0, relay.StateCompleted, "", "hello world", []string{brokeOff}, false}},
		"answer and the end":            {[]orq.Event{started, finished}, nil, nil, want{0, relay.StateCompleted, "", "hello world", nil, false}},

		"stream error and the end":                   {[]orq.Event{started, hello, broken}, nil, nil, want{0, relay.StateFailed, "broken", "hello ", nil, false}},
		"failure, cut, the lookup fails":             {[]orq.Event{started, errored}, orq.ErrCutOff, nil, want{1, relay.StateFailed, "broken", "", []string{brokeOff + down}, false}},
		"failure, cut, still running":                {[]orq.Event{started, errored}, orq.ErrCutOff, inProgress(), want{1, relay.StateFailed, "broken", "", []string{brokeOff + "; its task is reported as still running"}, true}},
		"failure, cut, failed":                       {[]orq.Event{started, errored}, orq.ErrCutOff, failed(""), want{1, relay.StateFailed, "broken", "", nil, false}},
		"failure, cut, a better reason":              {[]orq.Event{started, errored}, orq.ErrCutOff, failed("no credit"), want{1, relay.StateFailed, "no credit", "", nil, false}},
		"failure, cut, completed":                    {[]orq.Event{started, errored}, orq.ErrCutOff, completed(), want{1, relay.StateCompleted, "", "hello\nworld", nil, false}},
		"timeout, the lookup fails":                  {[]orq.Event{started, hello, timedOut}, nil, nil, want{1, relay.StateFailed, "too long", "hello ", []string{"orq.ai ended the stream: too long" + down}, true}},
		"timeout, cut, the lookup fails":             {[]orq.Event{started, timedOut}, orq.ErrCutOff, nil, want{1, relay.StateFailed, "too long", "", []string{"orq.ai ended the stream: too long" + down}, true}},
		"timeout, still running":                     {[]orq.Event{started, hello, timedOut}, nil, inProgress(), want{1, relay.StateWorking, "", "hello ", []string{"orq.ai ended the stream: too long"}, false}},
		"timeout, unknown status":                    {[]orq.Event{started, timedOut}, nil, odd, want{1, relay.StateFailed, "too long", "", []string{`orq.ai ended the stream: too long; the status of its task, "dreaming", is not known`}, true}},
		"timeout, completed":                         {[]orq.Event{started, timedOut}, nil, completed(), want{1, relay.StateCompleted, "", "hello\nworld", nil, false}},
		"timeout without a task":                     {[]orq.Event{timedOut}, nil, nil, want{0, relay.StateFailed, "too long", "", []string{"orq.ai ended the stream: too long"}, true}},
		"approval":                                   {[]orq.Event{started, hello, requested}, nil, nil, want{0, relay.StateWorking, "", "hello ", nil, false}},
		"approval, inactive":                         {[]orq.Event{started, requested, toolCalls}, nil, nil, want{0, relay.StateWorking, "", "", nil, false}},
		"approval, cut, the lookup fails":            {[]orq.Event{started, requested}, orq.ErrCutOff, nil, want{1, relay.StateWorking, "", "", []string{brokeOff + down}, false}},
		"approval, cut, still running":               {[]orq.Event{started, requested}, orq.ErrCutOff, inProgress(), want{1, relay.StateWorking, "", "", []string{brokeOff + "; its task is reported as still running"}, false}},
		"approval, timeout":                          {[]orq.Event{started, requested, timedOut}, nil, inProgress(), want{1, relay.StateWorking, "", "", []string{"orq.ai ended the stream: too long"}, false}},
		"review":                                     {[]orq.Event{started, review}, nil, nil, want{0, relay.StateWorking, "", "", []string{"the run waits for a review: a person decides in the orq.ai studio"}, false}},
		"approval of another form":                   {[]orq.Event{started, oddWords}, nil, nil, want{0, relay.StateWorking, "", "", nil, false}},
		"approval of another form, paused":           {[]orq.Event{started, oddWords, toolCalls}, nil, nil, want{0, relay.StateWorking, "", "", nil, false}},
		"approval with a decision that is not known": {[]orq.Event{started, requested, postponed}, nil, nil, want{0, relay.StateWorking, "", "", nil, false}},
		"review of another form":                     {[]orq.Event{started, oddReview}, nil, nil, want{0, relay.StateWorking, "", "", []string{"the run waits for a review: a person decides in the orq.ai studio"}, false}},
		"unknown reason, the lookup fails":           {[]orq.Event{started, oddReason}, nil, nil, want{1, relay.StateFailed, `finish_reason "end_turn" is not known`, "hello world", []string{"the reason for which the run stopped is not known" + down}, true}},
		"unknown reason, completed":                  {[]orq.Event{started, oddReason}, nil, completed(), want{1, relay.StateCompleted, "", "hello\nworld", nil, false}},
		"no reason, the lookup fails":                {[]orq.Event{started, noReason}, nil, nil, want{1, relay.StateFailed, "orq.ai states no finish_reason", "hello world", []string{"the reason for which the run stopped is not known" + down}, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &lookups{answers: []*orq.AgentResponse{c.answer}}
				if c.answer == nil {
					service.err = errors.New("service is down")
				}
				sink := &recorder{}
				stream := &script{events: c.events, end: c.end}
				o, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{Lookup: service.lookup, MaxWait: 30 * time.Second})
				if err != nil {
					t.Fatal(err)
				}
				got := want{service.calls, o.State, o.Error, o.OutputText, o.Remarks, o.MayGoOn}
				if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(want{})); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
				if o.DurationMS != 0 {
					t.Errorf("it took %d ms, want no waiting", o.DurationMS)
				}
				if lines := sink.lines(); (lines[len(lines)-1] == confirming) != (c.want.calls > 0) {
					t.Errorf("last line %q, want %q: %t", lines[len(lines)-1], confirming, c.want.calls > 0)
				}
			})
		})
	}
}

func TestConfirmationIsShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hanging := func(ctx context.Context, _ string) (*orq.AgentResponse, error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}
		stream := &script{events: []orq.Event{started, finished}, end: orq.ErrCutOff}
		outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{Lookup: hanging, MaxWait: time.Hour})
		want := []string{"the stream broke off after this had been received; its task could not be looked up: no answer within 2 s"}
		if diff := cmp.Diff(want, outcome.Remarks); diff != "" || err != nil || outcome.DurationMS != 2000 || outcome.State != relay.StateCompleted {
			t.Errorf("Follow() = %+v, %v, want completed after 2000 ms; remarks (-want +got):\n%s", outcome, err, diff)
		}
	})
}

func TestCancelEndsTheConfirmation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gone := errors.New("the caller has gone")
		ctx, cancel := context.WithCancelCause(t.Context())
		lookup := func(ctx context.Context, _ string) (*orq.AgentResponse, error) {
			cancel(gone)
			return nil, context.Cause(ctx)
		}
		stream := &script{events: []orq.Event{started, finished}, end: orq.ErrCutOff}
		if _, err := relay.Follow(ctx, stream.open, nil, &relay.Options{Lookup: lookup}); !errors.Is(err, gone) {
			t.Errorf("Follow() error = %v, want %v", err, gone)
		}
	})
}

func TestMessagesThatAreNoEventsAreCounted(t *testing.T) {
	t.Parallel()
	odd := orq.Event{Data: &orq.Unreadable{}}
	synctest.Test(t, func(t *testing.T) {
		// A keep-alive shows that the connection is alive, but the caller is told nothing by it.
		stream := &script{events: []orq.Event{started, odd, odd, hello, odd, finished}, pause: 8 * time.Second}
		sink := &recorder{}
		service := &lookups{answers: []*orq.AgentResponse{inProgress()}}
		outcome, err := relay.Follow(t.Context(), stream.open, sink, &relay.Options{Lookup: service.lookup, Stall: 15 * time.Second})
		if err != nil || outcome.State != relay.StateCompleted || outcome.Events != 3 || service.calls > 0 {
			t.Errorf("Follow() = %+v, %v with %d lookups, want completed after 3 events and no lookup", outcome, err, service.calls)
		}
		if diff := cmp.Diff([]string{"messages of the stream that are no events and were passed over: 3"}, outcome.Remarks); diff != "" {
			t.Errorf("remarks (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"task t1 started", "still working, 23 s, thinking", "hello", "still working, 47 s, thinking", "finished: stop"}, sink.lines()); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	})
}

func TestToolEventsOfAnotherForm(t *testing.T) {
	t.Parallel()
	stream := &script{events: []orq.Event{
		started, at(0, orq.EventToolFinished, `"done"`), at(0, orq.EventToolFailed, `{"error":"no","tool_execution_context":{"agent_tool_call_id":"c1"}}`), finished,
	}}
	o, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []relay.ToolExecution{{Name: "tool", Status: "finished"}, {Name: "tool", Status: "failed", Error: "no"}}
	if diff := cmp.Diff(want, o.ToolExecutions); diff != "" {
		t.Errorf("tool executions (-want +got):\n%s", diff)
	}
}
