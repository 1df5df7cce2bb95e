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

func TestPatienceEndsTheStreamAndNotTheRun(t *testing.T) {
	t.Parallel()
	asked := approvalRequested("c1", "crm")
	for name, c := range map[string]struct {
		stream *script
		lookup *lookups
		after  time.Duration
		state  string
		text   string
		looks  int
	}{
		"while it works":                 {&script{events: []orq.Event{started, hello}, hangs: true}, &lookups{}, 30 * time.Second, relay.StateWorking, "hello ", 0},
		"not before its end":             {&script{events: []orq.Event{started, hello, finished}}, &lookups{}, 0, relay.StateCompleted, "hello world", 0},
		"the end came, the stream's not": {&script{events: []orq.Event{started, finished}, hangs: true}, &lookups{}, 30 * time.Second, relay.StateCompleted, "hello world", 0},
		"while an approval is open":      {&script{events: []orq.Event{started, asked}, hangs: true}, &lookups{}, 30 * time.Second, relay.StateWorking, "", 0},
		"the end is in doubt": {
			&script{events: []orq.Event{started, at(0, orq.EventInactive, `{"last_message":"hello","finish_reason":"bored"}`)}, hangs: true},
			&lookups{answers: []*orq.AgentResponse{completed()}}, 30 * time.Second, relay.StateCompleted, "hello\nworld", 1,
		},
		"after an error of the stream": {
			&script{events: []orq.Event{started, broken}, hangs: true}, &lookups{answers: []*orq.AgentResponse{inProgress()}}, 30 * time.Second, relay.StateWorking, "", 1,
		},
		"while a broken stream is looked up": {
			&script{events: []orq.Event{started, hello}, pause: 14 * time.Second, end: orq.ErrCutOff},
			&lookups{answers: []*orq.AgentResponse{inProgress()}}, 30 * time.Second, relay.StateWorking, "hello ", 3,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				outcome, err := relay.Follow(t.Context(), c.stream.open, &recorder{}, &relay.Options{
					Patience: 30 * time.Second, Stall: time.Hour, MaxWait: time.Hour, Lookup: c.lookup.lookup,
				})
				if err != nil || outcome.State != c.state || outcome.TaskID != "t1" || outcome.OutputText != c.text {
					t.Errorf("Follow() = %+v, %v, want task t1, %s with the text %q", outcome, err, c.state, c.text)
				}
				if took := time.Since(began); took != c.after || !c.stream.closed || c.lookup.calls != c.looks {
					t.Errorf("returned after %v with %d lookups, stream closed: %t, want %v, %d, true", took, c.lookup.calls, c.stream.closed, c.after, c.looks)
				}
			})
		})
	}
}

func TestPatienceWaitsForTheNameOfTheTask(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pause, patience, after time.Duration
		named                  bool
	}{
		"named after it":                {12 * time.Second, 5 * time.Second, 12 * time.Second, true},
		"not named within 20 s":         {time.Hour, 5 * time.Second, 20 * time.Second, false},
		"not named within the patience": {time.Hour, 40 * time.Second, 40 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var noted []string
				stream := &script{events: []orq.Event{started}, pause: c.pause, hangs: true}
				began := time.Now()
				outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{
					Patience: c.patience, Stall: time.Hour, OnTask: func(taskID string) { noted = append(noted, taskID) },
				})
				if took := time.Since(began); took != c.after {
					t.Errorf("returned after %v, want %v", took, c.after)
				}
				if c.named {
					if diff := cmp.Diff([]string{"t1"}, noted); diff != "" || err != nil || outcome.State != relay.StateWorking {
						t.Errorf("Follow() = %+v, %v, want working; tasks (-want +got):\n%s", outcome, err, diff)
					}
				} else if _, cut := errors.AsType[*relay.CutOffError](err); !cut {
					t.Errorf("Follow() error = %v, want a *CutOffError", err)
				}
			})
		})
	}
}

func TestCancelWinsOverPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		stream := &script{events: []orq.Event{started}, hangs: true}
		if _, err := relay.Follow(ctx, stream.open, nil, &relay.Options{Patience: time.Minute}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Follow() error = %v, want %v", err, context.DeadlineExceeded)
		}
	})
}
