package relay_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// lines collects the messages of progress, each with the text that it adds.
type lines []string

func (l *lines) Send(progress relay.Progress) error {
	text := progress.Message
	if progress.Text != "" {
		text += "> " + progress.Text
	}
	*l = append(*l, text)
	return nil
}

// followResponse follows a run on a server that streams these events of the Responses API, and then lookup, if it is asked.
func followResponse(t *testing.T, events []string, lookup string) (relay.Outcome, []string, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			fmt.Fprint(w, lookup)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		for i, event := range events {
			fmt.Fprintf(w, "data: %s\n\n", strings.Replace(event, "{", fmt.Sprintf(`{"sequence_number":%d,`, i), 1))
		}
		if lookup == "" {
			fmt.Fprint(w, "data: [DONE]\n\n")
		}
	}))
	t.Cleanup(server.Close)
	transport := orq.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	client, err := orq.New(orq.Options{BaseURL: server.URL, APIKey: "test-key-1", Transport: transport, API: orq.APIResponses})
	if err != nil {
		t.Fatal(err)
	}
	var progress lines
	outcome, err := relay.Follow(t.Context(), func(ctx context.Context) orq.Events {
		return client.StreamAgent(ctx, "a1", orq.InvokeRequest{})
	}, &progress, &relay.Options{AgentKey: "a1", Lookup: func(ctx context.Context, taskID string) (*orq.AgentResponse, error) {
		return client.GetAgentResponse(ctx, "a1", taskID)
	}})
	outcome.DurationMS = 0
	for i := range outcome.ToolExecutions {
		outcome.ToolExecutions[i].DurationMS = 0
	}
	return *outcome, progress, err
}

// state is an event with the response itself.
func state(typ, status, more string) string {
	return fmt.Sprintf(`{"type":"response.%s","response":{"id":"resp_1","object":"response","status":"%s","model":"agent/a1","created_at":1,"telemetry":{"trace_id":"tr","span_id":"s"}%s}}`, typ, status, more)
}

func delta(item, text string) string {
	return fmt.Sprintf(`{"type":"response.output_text.delta","item_id":%q,"output_index":0,"content_index":0,"delta":%q}`, item, text)
}

func message(id, text string) string {
	return fmt.Sprintf(`{"type":"message","id":%q,"role":"assistant","status":"completed","content":[{"type":"output_text","text":%q,"annotations":[]}]}`, id, text)
}

func item(verb, item string) string {
	return fmt.Sprintf(`{"type":"response.output_item.%s","output_index":0,"item":%s}`, verb, item)
}

const (
	created = "created"
	call    = `{"type":"function_call","id":"fc_1","call_id":"call_1","name":"lookup","arguments":"{\"n\":1}","status":"completed"}`
	date    = `{"type":"orq:current_date","id":"t_1","call_id":"c","name":"current_date","status":"%s"%s}`
)

func TestFollowResponse(t *testing.T) {
	t.Parallel()
	working := relay.Outcome{TaskID: "resp_1", AgentKey: "a1", TraceID: "tr"}
	outcome := func(change func(*relay.Outcome)) relay.Outcome {
		o := working
		change(&o)
		return o
	}
	cost := 0.25
	for name, test := range map[string]struct {
		events []string
		lookup string
		want   relay.Outcome
		lines  []string
	}{
		"text in deltas": {
			events: []string{
				state(created, "queued", ""), state("in_progress", "in_progress", ""), item("added", message("m1", "")),
				delta("m1", "hel"), delta("m1", "lo"), delta("m2", "world"),
				state("completed", "completed", `,"output":[`+message("m1", "hello")+","+message("m2", "world")+`],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3,"total_cost":0.25}`),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.Events = relay.StateCompleted, "stop", "hello\nworld", 7
				o.Usage, o.CostUSD = &relay.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3}, &cost
			}),
			lines: []string{"task resp_1 started", "", "", "hel> hel", "hello> lo", "hello world> \nworld", "finished: stop"},
		},
		"the agent's own tools": {
			events: []string{
				state(created, "in_progress", ""), item("added", fmt.Sprintf(date, "in_progress", "")), item("done", fmt.Sprintf(date, "completed", "")),
				item("added", `{"type":"mcp_call","id":"t_2","name":"search"}`), item("done", `{"type":"mcp_call","id":"t_2","name":"search","status":"failed","error":{"message":"no route"}}`),
				state("completed", "completed", `,"output":[]`),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.Events = relay.StateCompleted, "stop", 6
				o.ToolExecutions = []relay.ToolExecution{{Name: "current_date", Status: "finished"}, {Name: "search", Status: "failed", Error: "no route"}}
			}),
			lines: []string{
				"task resp_1 started", "tool current_date started", "tool current_date finished in 0.0 s", "tool search started",
				"tool search failed after 0.0 s: no route", "finished: stop",
			},
		},
		"a pause for a function call": {
			events: []string{state(created, "in_progress", ""), item("added", call), item("done", call), state("completed", "completed", `,"output":[`+call+`]`)},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.Events = relay.StateInputRequired, "function_call", 4
				o.PendingToolCalls = []relay.PendingCall{{ID: "call_1", Name: "lookup", Arguments: `{"n":1}`}}
			}),
			lines: []string{"task resp_1 started", "", "calls lookup", "paused: waiting for the result of lookup"},
		},
		"a pause by its status": {
			events: []string{state(created, "in_progress", ""), state("requires_action", "requires_action", `,"output":[`+call+`]`)},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.Events = relay.StateInputRequired, "function_call", 2
				o.PendingToolCalls = []relay.PendingCall{{ID: "call_1", Name: "lookup", Arguments: `{"n":1}`}}
			}),
			lines: []string{"task resp_1 started", "paused: waiting for the result of lookup"},
		},
		"a length limit": {
			events: []string{state(created, "in_progress", ""), delta("m1", "hel"), state("incomplete", "incomplete", `,"incomplete_details":{"reason":"max_output_tokens"}`)},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.Events = relay.StateCompleted, "length", "hel", 3
			}),
			lines: []string{"task resp_1 started", "hel> hel", "finished: length"},
		},
		"a failure": {
			events: []string{state(created, "in_progress", ""), state("failed", "failed", `,"error":{"code":"x","message":"no model"}`)},
			want:   outcome(func(o *relay.Outcome) { o.State, o.Error, o.Events = relay.StateFailed, "no model", 2 }),
			lines:  []string{"task resp_1 started", "failed: no model"},
		},
		"an error event": {
			events: []string{state(created, "in_progress", ""), `{"type":"error","error":{"code":"x","message":"out of credits"}}`},
			want:   outcome(func(o *relay.Outcome) { o.State, o.Error, o.Events = relay.StateFailed, "out of credits", 2 }),
			lines:  []string{"task resp_1 started", "failed: out of credits"},
		},
		"an unknown status": {
			events: []string{
				state(created, "in_progress", ""), state("archived", "archived", ""), delta("m1", "hi"), state("completed", "completed", ""),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.Events = relay.StateCompleted, "stop", "hi", 4
			}),
			lines: []string{"task resp_1 started", "the run is archived", "hi> hi", "finished: stop"},
		},
		"an unknown status at the end": {
			events: []string{state(created, "in_progress", ""), state("archived", "archived", "")},
			lookup: `{"id":"resp_1","status":"archived","created_at":1.5,"output":[]}`,
			want: outcome(func(o *relay.Outcome) {
				o.State, o.Error, o.Events = relay.StateFailed, `status "archived" is not known`, 2
				o.MayGoOn = true
			}),
			lines: []string{"task resp_1 started", "the run is archived", "the stream broke off: looking up the outcome of task resp_1"},
		},
		"a request for approval": {
			events: []string{
				state(created, "in_progress", ""),
				state("requires_action", "requires_action", `,"output":[{"type":"mcp_approval_request","id":"r1","name":"transfer","arguments":"{}"}]`),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.Events = relay.StateWorking, 2
				o.ToolExecutions = []relay.ToolExecution{{Name: "transfer", Status: "awaiting_approval"}}
			}),
			lines: []string{"task resp_1 started", "waiting for transfer: decide in the orq.ai studio"},
		},
		"a request for approval among the items": {
			events: []string{
				state(created, "in_progress", ""), item("added", `{"type":"mcp_approval_request","id":"r1","name":"transfer"}`),
				item("done", `{"type":"mcp_approval_request","id":"r1","name":"transfer"}`),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.Events = relay.StateWorking, 3
				o.ToolExecutions = []relay.ToolExecution{{Name: "transfer", Status: "awaiting_approval"}}
			}),
			lines: []string{"task resp_1 started", "mcp approval request started", "waiting for approval of transfer: decide in the orq.ai studio"},
		},
		"a request for approval in a completed response": {
			events: []string{
				state(created, "in_progress", ""), item("done", `{"type":"mcp_approval_request","id":"r1","name":"transfer"}`),
				state("completed", "completed", `,"output":[{"type":"mcp_approval_request","id":"r1","name":"transfer","arguments":"{}"}]`),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.Events = relay.StateWorking, 3
				o.ToolExecutions = []relay.ToolExecution{{Name: "transfer", Status: "awaiting_approval"}}
			}),
			lines: []string{"task resp_1 started", "waiting for approval of transfer: decide in the orq.ai studio", "waiting for transfer: decide in the orq.ai studio"},
		},
		"incomplete for an unknown reason": {
			events: []string{state(created, "in_progress", ""), state("incomplete", "incomplete", `,"incomplete_details":{"reason":"max_mood"}`)},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.Error, o.Events = relay.StateFailed, "max_mood", `finish_reason "max_mood" is not known`, 2
			}),
			lines: []string{"task resp_1 started", `failed: finish_reason "max_mood" is not known`},
		},
		"a failed response without an id": {
			events: []string{state(created, "in_progress", ""), `{"type":"response.failed","response":{"error":{"message":"no model"}}}`},
			want:   outcome(func(o *relay.Outcome) { o.State, o.Error, o.Events = relay.StateFailed, "no model", 2 }),
			lines:  []string{"task resp_1 started", "failed: no model"},
		},
		"a completed response without an id": {
			events: []string{state(created, "in_progress", ""), `{"type":"response.completed","response":{"status":"completed","output":[` + message("m1", "hi") + `]}}`},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.Events = relay.StateCompleted, "stop", "hi", 2
			}),
			lines: []string{"task resp_1 started", "finished: stop"},
		},
		"an error without a type": {
			events: []string{state(created, "in_progress", ""), `{"error":{"message":"out of credits"}}`},
			want:   outcome(func(o *relay.Outcome) { o.State, o.Error, o.Events = relay.StateFailed, "out of credits", 2 }),
			lines:  []string{"task resp_1 started", "failed: out of credits"},
		},
		"the service ends the stream": {
			events: []string{state(created, "in_progress", ""), delta("m1", "hel"), `{"type":"agents.timeout","timestamp":"t","data":{"message":"too long"}}`},
			lookup: `{"id":"resp_1","status":"in_progress","created_at":1,"output":[]}`,
			want: outcome(func(o *relay.Outcome) {
				o.State, o.OutputText, o.Events, o.Remarks = relay.StateWorking, "hel", 3, []string{"orq.ai ended the stream: too long"}
			}),
			lines: []string{"task resp_1 started", "hel> hel", "failed: too long", "the stream has ended: looking up task resp_1"},
		},
		"the limit of the cost": {
			events: []string{state(created, "in_progress", ""), state("incomplete", "incomplete", `,"incomplete_details":{"reason":"max_cost"}`)},
			want:   outcome(func(o *relay.Outcome) { o.State, o.FinishReason, o.Events = relay.StateCompleted, "max_cost", 2 }),
			lines:  []string{"task resp_1 started", "finished: max_cost"},
		},
		"incomplete without details": {
			events: []string{state(created, "in_progress", ""), state("incomplete", "incomplete", "")},
			want:   outcome(func(o *relay.Outcome) { o.State, o.FinishReason, o.Events = relay.StateCompleted, "incomplete", 2 }),
			lines:  []string{"task resp_1 started", "finished: incomplete"},
		},
		"incomplete because of the content": {
			events: []string{state(created, "in_progress", ""), state("incomplete", "incomplete", `,"incomplete_details":{"reason":"content_filter"}`)},
			want:   outcome(func(o *relay.Outcome) { o.State, o.FinishReason, o.Events = relay.StateCompleted, "content_filter", 2 }),
			lines:  []string{"task resp_1 started", "finished: content_filter"},
		},
		"an unknown event with another response member": {
			events: []string{
				state(created, "in_progress", ""), `{"type":"response.audited","response":{"verdict":"ok"}}`, state("completed", "completed", ""),
			},
			want:  outcome(func(o *relay.Outcome) { o.State, o.FinishReason, o.Events = relay.StateCompleted, "stop", 3 }),
			lines: []string{"task resp_1 started", "audited", "finished: stop"},
		},
		"events and items to come": {
			events: []string{
				state(created, "in_progress", ""), `{"type":"response.dreaming.delta","delta":"zz"}`, item("added", `{"type":7}`),
				item("added", `{"type":"message","content":"text"}`), state("completed", "completed", `,"output":[`+message("m1", "hi")+`,{"type":9},{"type":"compaction"}]`),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.Events = relay.StateCompleted, "stop", "hi", 5
			}),
			lines: []string{"task resp_1 started", "dreaming delta", "item started", "", "finished: stop"},
		},
		"events that delimit others": {
			events: []string{
				state(created, "queued", ""), item("added", message("m1", "")), `{"type":"response.content_part.added","item_id":"m1"}`, delta("m1", "hi"),
				`{"type":"response.output_text.done","item_id":"m1","text":"hi"}`, `{"type":"response.content_part.done","item_id":"m1"}`, item("done", message("m1", "hi")),
				`{"type":"response.function_call_arguments.delta","item_id":"fc_1","delta":"{"}`, `{"type":"response.function_call_arguments.done","item_id":"fc_1","arguments":"{}"}`,
				`{"type":"response.reasoning_summary_part.added","item_id":"r1"}`, `{"type":"response.mcp_call.in_progress","item_id":"t1"}`,
				state("completed", "completed", `,"output":[`+message("m1", "hi")+`]`),
			},
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.Events = relay.StateCompleted, "stop", "hi", 12
			}),
			lines: []string{"task resp_1 started", "", "", "hi> hi", "", "", "", "", "", "", "mcp call in progress", "finished: stop"},
		},
		"a stream that breaks off": {
			events: []string{state(created, "in_progress", ""), delta("m1", "hel")},
			lookup: `{"id":"resp_1","status":"completed","model":"m","created_at":1,"output":[` + message("m1", "hello") + `]}`,
			want: outcome(func(o *relay.Outcome) {
				o.State, o.FinishReason, o.OutputText, o.Events = relay.StateCompleted, "stop", "hello", 2
			}),
			lines: []string{"task resp_1 started", "hel> hel", "the stream broke off: looking up the outcome of task resp_1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, progress, err := followResponse(t, test.events, test.lookup)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.lines, progress); diff != "" {
				t.Errorf("progress (-want +got):\n%s", diff)
			}
		})
	}
}
