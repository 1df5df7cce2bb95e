package relay_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestOutcomeOfAStreamThatSaysHowTheRunEnded(t *testing.T) {
	t.Parallel()
	const (
		search   = `"tool_execution_context":{"agent_tool_call_id":"c1"}`
		purge    = `"tool_execution_context":{"agent_tool_call_id":"c2"}`
		withFile = `{"iteration":1,"usage":{"total_tokens":1},"message_difference":{"m":{"role":"agent","parts":[{"kind":"text","text":"see"},{"kind":"file","file":{"uri":"u","name":"a.txt","mimeType":"text/plain"}}]}}}`
	)
	cost := 0.25
	base := relay.Outcome{TaskID: "t1", AgentKey: "scout", TraceID: "tr1"}
	for name, c := range map[string]struct {
		events []orq.Event
		want   func(*relay.Outcome)
	}{
		"completed": {
			[]orq.Event{
				started, hello, at(0, orq.EventThought, withFile),
				at(0, orq.EventInactive, `{"last_message":"hello world","finish_reason":"stop","usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},`+
					`"billing":{"total_cost":0.25},"last_message_full":{"role":"agent","parts":[{"kind":"file","file":{"bytes":"aGk=","name":"b.txt"}}]}}`),
			},
			func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.CostUSD = relay.StateCompleted, "stop", "hello world", &cost
				o.Usage = &relay.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3}
				o.OutputFiles = []relay.OutputFile{{Name: "b.txt", Base64: "aGk="}}
			},
		},
		"text of the thoughts when there is no last message": {
			[]orq.Event{started, hello, world, at(0, orq.EventInactive, `{"last_message":"","finish_reason":"length"}`)},
			func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText = relay.StateCompleted, "length", "hello world"
			},
		},
		"text of the whole last message": {
			[]orq.Event{started, hello, at(0, orq.EventInactive, `{"finish_reason":"stop","last_message_full":{"parts":[{"kind":"text","text":"bye"}]}}`)},
			func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText = relay.StateCompleted, "stop", "bye"
			},
		},
		"files and usage of a thought": {
			[]orq.Event{started, at(0, orq.EventThought, withFile), finished},
			func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText = relay.StateCompleted, "stop", "hello world"
				o.OutputFiles = []relay.OutputFile{{Name: "a.txt", MIMEType: "text/plain", URI: "u"}}
				o.Usage = &relay.Usage{TotalTokens: 1}
			},
		},
		"file of a thought that the whole last message does not repeat": {
			[]orq.Event{
				started, at(0, orq.EventThought, withFile),
				at(0, orq.EventInactive, `{"last_message":"done","finish_reason":"stop","last_message_full":{"parts":[{"kind":"text","text":"done"}]}}`),
			},
			func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText = relay.StateCompleted, "stop", "done"
				o.OutputFiles = []relay.OutputFile{{Name: "a.txt", MIMEType: "text/plain", URI: "u"}}
				o.Usage = &relay.Usage{TotalTokens: 1}
			},
		},
		"inactive after an error": {
			[]orq.Event{started, at(0, orq.EventErrored, `{"error":"no credit","code":402}`), finished},
			func(o *relay.Outcome) {
				o.State, o.Error, o.FinishReason, o.OutputText = relay.StateFailed, "no credit", "stop", "hello world"
			},
		},
		"paused on tool calls": {
			[]orq.Event{started, at(0, orq.EventInactive, `{"last_message":"","finish_reason":"function_call","pending_tool_calls":[`+
				`{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"c2","function":{"name":"g"}}]}`)},
			func(o *relay.Outcome) {
				o.State, o.FinishReason = relay.StateInputRequired, "function_call"
				o.PendingToolCalls = []relay.PendingCall{{ID: "c1", Name: "f", Arguments: `{"a":1}`}, {ID: "c2", Name: "g"}}
			},
		},
		"errored": {
			[]orq.Event{started, hello, at(0, orq.EventErrored, `{"error":"no credit","code":402}`)},
			func(o *relay.Outcome) {
				o.State, o.Error, o.OutputText = relay.StateFailed, "no credit", "hello "
			},
		},
		"stream error": {
			[]orq.Event{started, at(0, orq.EventError, `{"error":"broken","code":"internal"}`)},
			func(o *relay.Outcome) { o.State, o.Error = relay.StateFailed, "broken" },
		},
		"tools": {
			[]orq.Event{
				started,
				at(1000, orq.EventToolStarted, `{"tool_key":"search","action_type":"http",`+search+`}`),
				at(1500, orq.EventActionReviewRequested, `{"agent_tool_call_id":"c2","tool":{"key":"purge","action_type":"http"}}`),
				at(2250, orq.EventToolFinished, `{"action_type":"http",`+search+`}`),
				at(60_000, orq.EventActionReviewed, `{"agent_tool_call_id":"c2","review":"approved"}`),
				at(61_000, orq.EventToolStarted, `{"tool_key":"purge","action_type":"http",`+purge+`}`),
				at(61_500, orq.EventToolFailed, `{"action_type":"http","error":{"message":"refused"},`+purge+`}`),
				at(0, orq.EventActionReviewRequested, `{"agent_tool_call_id":"c3","tool":{"action_type":"google_search"}}`),
				at(0, orq.EventActionReviewed, `{"agent_tool_call_id":"c3","review":"rejected"}`),
				at(0, orq.EventActionReviewRequested, `{"agent_tool_call_id":"c4","tool":{"key":"waits","action_type":"mcp"}}`),
				at(0, orq.EventActionReviewed, `{"agent_tool_call_id":"c5","review":"approved"}`),
				{Type: orq.EventToolFinished, Data: &orq.ToolFinished{ActionType: "current_date", Execution: orq.ToolExecution{AgentToolCallID: "c6"}}},
				finished,
			},
			func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText = relay.StateCompleted, "stop", "hello world"
				o.ToolExecutions = []relay.ToolExecution{
					{Name: "search", Status: "finished", DurationMS: 1250},
					{Name: "purge", Status: "failed", DurationMS: 500, Error: "refused"},
					{Name: "google_search", Status: "rejected"},
					{Name: "waits", Status: "awaiting_approval"},
					{Name: "tool", Status: "running"},
					{Name: "current_date", Status: "finished"},
				}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := &script{events: c.events}
			got, err := relay.Follow(t.Context(), stream.open, nil, relay.Options{AgentKey: "scout"})
			if err != nil {
				t.Fatal(err)
			}
			want := base
			want.Events = len(c.events)
			c.want(&want)
			got.DurationMS = 0
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRunThatDidNotBegin(t *testing.T) {
	t.Parallel()
	refused := &orq.APIError{Status: 404, Message: "Agent not found"}
	for name, end := range map[string]error{"refused": refused, "cut off at once": orq.ErrCutOff} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := &recorder{}
			service := &lookups{err: errors.New("not expected")}
			stream := &script{end: end}
			_, err := relay.Follow(t.Context(), stream.open, sink, relay.Options{Lookup: service.lookup})
			var cut *relay.CutOffError
			// Only a stream that was opened leaves it open whether the run began.
			if wantCut := errors.Is(end, orq.ErrCutOff); !errors.Is(err, end) || errors.As(err, &cut) != wantCut {
				t.Errorf("error %v, want %v, as a CutOffError: %t", err, end, wantCut)
			}
			if len(sink.told) != 0 || service.calls != 0 {
				t.Errorf("told %v, looked up %d times", sink.lines(), service.calls)
			}
		})
	}
}
