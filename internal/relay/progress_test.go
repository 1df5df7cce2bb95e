package relay_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestEveryEventIsToldInALine(t *testing.T) {
	t.Parallel()
	const call = `"tool_execution_context":{"agent_tool_call_id":"c1"}`
	for name, c := range map[string]struct {
		event orq.Event
		want  string
	}{
		"execution started":         {started, "task t1 started"},
		"timeout":                   {timedOut, "failed: too long"},
		"stream error":              {at(0, orq.EventError, `{"error":"broken","code":"internal"}`), "failed: broken"},
		"agent started":             {at(0, orq.EventAgentStarted, `{"agent_key":"scout","modelId":"openai/gpt-4o"}`), "agent scout started on openai/gpt-4o"},
		"thought with text":         {hello, "hello "},
		"thought, only a choice":    {at(0, orq.EventThought, `{"iteration":1,"choice":{"message":{"content":"hi"}}}`), "hi"},
		"thought without text":      {at(0, orq.EventThought, `{"iteration":2}`), "iteration 2: thinking"},
		"thought without content":   {at(0, orq.EventThought, `{"iteration":3,"choice":{"message":{"content":null}}}`), "iteration 3: thinking"},
		"thought about a result":    {at(0, orq.EventThought, `{"iteration":2,"message_difference":{"m":{"role":"tool","parts":[{"kind":"text","text":"x"}]}}}`), "iteration 2: thinking"},
		"thought of two messages":   {at(0, orq.EventThought, `{"message_difference":{"2":{"role":"agent","parts":[{"kind":"text","text":"b"}]},"1":{"role":"agent","parts":[{"kind":"text","text":"a"}]}}}`), "ab"},
		"inactive":                  {at(0, orq.EventInactive, `{"finish_reason":"max_iterations"}`), "finished: max_iterations"},
		"inactive, waiting":         {at(0, orq.EventInactive, `{"finish_reason":"function_call","pending_tool_calls":[{"function":{"name":"f"}},{"function":{"name":"g"}}]}`), "paused: waiting for the result of f, g"},
		"errored":                   {at(0, orq.EventErrored, `{"error":"no credit","code":402}`), "failed: no credit"},
		"review requested":          {at(0, orq.EventActionReviewRequested, `{"tool":{"key":"delete_record","action_type":"http"}}`), "waiting for approval of delete_record: decide in the orq.ai studio"},
		"review of a built-in":      {at(0, orq.EventActionReviewRequested, `{"tool":{"action_type":"google_search","display_name":"Google Search"}}`), "waiting for approval of google_search: decide in the orq.ai studio"},
		"approved":                  {at(0, orq.EventActionReviewed, `{"review":"approved"}`), "tool was approved"},
		"rejected":                  {at(0, orq.EventActionReviewed, `{"review":"rejected"}`), "tool was rejected"},
		"execution review required": {at(0, orq.EventExecutionReviewRequired, `{}`), "waiting for a review of the run: decide in the orq.ai studio"},
		"execution reviewed":        {at(0, orq.EventExecutionReviewed, `{}`), "the run was reviewed and goes on"},
		"execution named":           {at(0, orq.EventExecutionNamed, `{"name":"Greeting"}`), "named: Greeting"},
		"handed off":                {at(0, orq.EventHandedOff, `{"agent_id":"billing-agent"}`), "handed off to billing-agent"},
		"message created":           {at(0, orq.EventMessageCreated, `{"message":[]}`), "message added to the conversation"},
		"tool started":              {at(0, orq.EventToolStarted, `{"tool_key":"search","tool_display_name":"Search","action_type":"http",`+call+`}`), "tool search started"},
		"tool without a key":        {at(0, orq.EventToolStarted, `{"tool_display_name":"Search","action_type":"http",`+call+`}`), "tool Search started"},
		"tool without a name":       {at(0, orq.EventToolStarted, `{"action_type":"http",`+call+`}`), "tool http started"},
		"built-in tool":             {at(0, orq.EventToolStarted, `{"tool_display_name":"Google Search","action_type":"google_search",`+call+`}`), "tool google_search started"},
		"tool of no kind":           {at(0, orq.EventToolStarted, `{}`), "tool tool started"},
		"tool finished":             {at(0, orq.EventToolFinished, `{"action_type":"http",`+call+`}`), "tool http finished in 0.0 s"},
		"tool failed":               {at(0, orq.EventToolFailed, `{"action_type":"http","error":{"message":"refused"},`+call+`}`), "tool http failed after 0.0 s: refused"},
		"unknown type":              {at(0, "event.agents.daydreamed", `{"of":"sheep"}`), "event.agents.daydreamed"},
		"data of another form":      {at(0, orq.EventErrored, `{"error":5}`), "event.agents.errored"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := &recorder{}
			stream := &script{events: []orq.Event{c.event}}
			_, _ = relay.Follow(t.Context(), stream.open, sink, relay.Options{})
			text := c.event.Type == orq.EventThought && !strings.HasSuffix(c.want, ": thinking")
			if diff := cmp.Diff([]relay.Progress{{Message: c.want, Text: text, Event: &c.event}}, sink.told); diff != "" {
				t.Errorf("progress (-want +got):\n%s", diff)
			}
		})
	}
}

// slow is a sink that takes its time and looks how far the stream has been read ahead of it.
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

func TestSlowSinkGetsAllInOrderAndHoldsTheStreamBack(t *testing.T) {
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
		outcome, err := relay.Follow(t.Context(), stream.open, sink, relay.Options{})
		if err != nil || outcome.Events != count || outcome.State != relay.StateCompleted {
			t.Errorf("%d events, %s, %v", outcome.Events, outcome.State, err)
		}
		if diff := cmp.Diff(want, sink.seen); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if sink.ahead > 40 {
			t.Errorf("%d events were read ahead of the sink", sink.ahead)
		}
		if elapsed := time.Since(began); elapsed != count*time.Millisecond {
			t.Errorf("took %v", elapsed)
		}
	})
}

func TestProgressIsToldAsItHappens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello, finished}, pause: 2 * time.Second}
		sink := &recorder{began: time.Now()}
		outcome, err := relay.Follow(t.Context(), stream.open, sink, relay.Options{})
		if err != nil || outcome.DurationMS != 6000 {
			t.Errorf("%d ms, %v", outcome.DurationMS, err)
		}
		if diff := cmp.Diff([]time.Duration{2 * time.Second, 4 * time.Second, 6 * time.Second}, sink.after); diff != "" {
			t.Errorf("times (-want +got):\n%s", diff)
		}
	})
}

func TestHeartbeatBreaksTheSilence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pause, heartbeat time.Duration
		lines            []string
		after            []time.Duration
	}{
		"after 15 s each": {
			40 * time.Second, 0,
			[]string{"still working", "still working", "task t1 started", "still working", "still working", "finished: stop"},
			[]time.Duration{15 * time.Second, 30 * time.Second, 40 * time.Second, 55 * time.Second, 70 * time.Second, 80 * time.Second},
		},
		"not while events come": {
			14 * time.Second, 0,
			[]string{"task t1 started", "finished: stop"},
			[]time.Duration{14 * time.Second, 28 * time.Second},
		},
		"as often as asked": {
			5 * time.Second, 3 * time.Second,
			[]string{"still working", "task t1 started", "still working", "finished: stop"},
			[]time.Duration{3 * time.Second, 5 * time.Second, 8 * time.Second, 10 * time.Second},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stream := &script{events: []orq.Event{started, finished}, pause: c.pause}
				sink := &recorder{began: time.Now()}
				if _, err := relay.Follow(t.Context(), stream.open, sink, relay.Options{Heartbeat: c.heartbeat}); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.lines, sink.lines()); diff != "" {
					t.Errorf("lines (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(c.after, sink.after); diff != "" {
					t.Errorf("times (-want +got):\n%s", diff)
				}
				for _, progress := range sink.told {
					if beat := progress.Message == "still working"; beat != (progress.Event == nil) {
						t.Errorf("%q has the event %v", progress.Message, progress.Event)
					}
				}
			})
		})
	}
}

func TestNobodyNeedsToListen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		stream := &script{events: []orq.Event{started, hello, finished}, pause: time.Minute, end: orq.ErrCutOff}
		service := &lookups{answers: []*orq.AgentResponse{inProgress(), completed()}}
		outcome, err := relay.Follow(t.Context(), stream.open, nil, relay.Options{
			Lookup: service.lookup, Patience: time.Hour, Poll: time.Minute, Stall: time.Hour,
		})
		if err != nil || outcome.State != relay.StateCompleted || outcome.DurationMS != 4*60_000 {
			t.Errorf("%+v, %v", outcome, err)
		}
	})
}
