package relay_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestOutcomeOfAStreamWithItsEnd(t *testing.T) {
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
			got, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{AgentKey: "scout"})
			if err != nil {
				t.Fatal(err)
			}
			want := base
			want.Events = len(c.events)
			c.want(&want)
			got.DurationMS = 0
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryEventHasALine(t *testing.T) {
	t.Parallel()
	const call = `"tool_execution_context":{"agent_tool_call_id":"c1"}`
	for name, c := range map[string]struct {
		event orq.Event
		want  string
	}{
		"execution started":         {started, "task t1 started"},
		"timeout":                   {timedOut, "failed: too long"},
		"stream error":              {at(0, orq.EventError, `{"error":"broken","code":"internal"}`), "failed: broken"},
		"A2A agent started":         {at(0, orq.EventAgentStarted, `{"agent_key":"far","modelId":"a2a"}`), "agent far started"},
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
		"data of another form":      {at(0, orq.EventExecutionNamed, `{"name":5}`), "event.agents.execution_named"},
		"error of another form":     {at(0, orq.EventErrored, `{"error":{"message":"no credit"},"code":"402"}`), "failed: no credit"},
		"error without a reason":    {at(0, orq.EventErrored, `null`), "failed: orq.ai gave no reason"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := &recorder{}
			stream := &script{events: []orq.Event{c.event}}
			_, _ = relay.Follow(t.Context(), stream.open, sink, &relay.Options{})
			want := relay.Progress{Message: c.want, Event: &c.event}
			if c.event.Type == orq.EventThought && !strings.HasSuffix(c.want, ": thinking") {
				want.Message, want.Text = strings.TrimSpace(c.want), c.want
			}
			if diff := cmp.Diff([]relay.Progress{want}, sink.sent); diff != "" {
				t.Errorf("progress (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutcomeIsBounded(t *testing.T) {
	t.Parallel()
	events := []orq.Event{started}
	for i := range 1000 {
		events = append(events, thought("m", strings.Repeat("x", 100)),
			at(0, orq.EventToolStarted, fmt.Sprintf(`{"tool_key":"t","action_type":"http","tool_execution_context":{"agent_tool_call_id":"c%d"}}`, i)),
			at(0, orq.EventToolFinished, fmt.Sprintf(`{"action_type":"http","tool_execution_context":{"agent_tool_call_id":"c%d"}}`, i)))
	}
	stream := &script{events: append(events, at(0, orq.EventErrored, `{"error":"enough","code":500}`))}
	outcome, err := relay.Follow(t.Context(), stream.open, nil, &relay.Options{TextLimit: 250})
	if err != nil || len(outcome.OutputText) != 250 || !outcome.Truncated || len(outcome.ToolExecutions) != 500 {
		t.Errorf("%d bytes of text, truncated: %t, %d tools, error %v, want 250, true, 500, nil", len(outcome.OutputText), outcome.Truncated, len(outcome.ToolExecutions), err)
	}
}
