package orq_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const toolContextJSON = `"tool_execution_context":{"action_id":"a1","agent_tool_call_id":"call_1","workspace_id":"w1",` +
	`"agent_manifest_id":"am1","agent_execution_id":"ae1","product":"agents","memory":{"entity_id":"e1"},"parent_id":"p1"}`

// typedEvents are the events of the contract.
func typedEvents() []typedEvent {
	execution := orq.ToolExecution{
		ActionID: "a1", AgentToolCallID: "call_1", WorkspaceID: "w1", AgentManifestID: "am1", AgentExecutionID: "ae1",
		Product: "agents", Memory: &orq.Memory{EntityID: "e1"}, ParentID: "p1",
	}
	pending := []orq.PendingToolCall{{ID: "call_1", Type: "function", Function: orq.FunctionCall{Name: "f", Arguments: "{}"}}}
	reply := orq.Message{MessageID: "m1", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("hi")}}
	return []typedEvent{
		{
			orq.EventExecutionStarted, `{"agent_task_id":"t1","workspace_id":"w1","trace_id":"tr1"}`,
			&orq.ExecutionStarted{AgentTaskID: "t1", WorkspaceID: "w1", TraceID: "tr1"},
		},
		{orq.EventTimeout, `{"message":"too long"}`, &orq.Timeout{Message: "too long"}},
		{orq.EventError, `{"error":"broken","code":"internal"}`, &orq.StreamError{Error: "broken", Code: "internal"}},
		{
			orq.EventAgentStarted,
			`{"workflowRunId":"wr1","inputMessage":{"role":"user","parts":[{"kind":"text","text":"hello"}]},"modelId":"m","instructions":"i",` +
				`"system_prompt":"s","agent_manifest_id":"am1","agent_key":"scout","agent_description":null,"is_continuation":true}`,
			&orq.AgentStarted{
				WorkflowRunID: "wr1", InputMessage: hello, ModelID: "m", Instructions: "i", SystemPrompt: "s",
				AgentManifestID: "am1", AgentKey: "scout", AgentDescription: orq.Null[string](), IsContinuation: true,
			},
		},
		{
			orq.EventThought,
			`{"agent_id":"a1","message_difference":{"m1":{"role":"agent","parts":[{"kind":"text","text":"hi"}],"messageId":"m1","agent_id":"a1",` +
				`"agent_execution_id":"ae1","workspace_id":"w1"}},"choice":{"finish_reason":null,"index":0,"message":{"role":"assistant","content":"hi"}},` +
				`"iteration":1,"accumulated_execution_time":12.5,"usage":{"total_tokens":3}}`,
			&orq.Thought{
				AgentID: "a1", Iteration: 1, AccumulatedExecutionTime: 12.5, Usage: &orq.Usage{TotalTokens: 3},
				MessageDifference: map[string]orq.ThoughtMessage{"m1": {Message: reply, AgentID: "a1", AgentExecutionID: "ae1", WorkspaceID: "w1"}},
				Choice:            &orq.Choice{Message: orq.ChoiceMessage{Role: orq.Value("assistant"), Content: orq.Value("hi")}},
			},
		},
		{
			orq.EventInactive,
			`{"last_message":"hi","finish_reason":"function_call","workflowRunId":"wr1","pending_tool_calls":[{"id":"call_1","type":"function",` +
				`"function":{"name":"f","arguments":"{}"}}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}`,
			&orq.Inactive{
				LastMessage: "hi", FinishReason: orq.FinishFunctionCall, WorkflowRunID: "wr1", PendingToolCalls: pending,
				Usage: &orq.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3},
			},
		},
		{orq.EventErrored, `{"error":"no credit","code":402,"workflowRunId":"wr1"}`, &orq.Errored{Error: "no credit", Code: 402, WorkflowRunID: "wr1"}},
		{
			orq.EventActionReviewRequested,
			`{"agent_id":"a1","action_id":"ac1","requires_approval":true,"tool":{"id":"01JXYZABCDEFGHJKMNPQRSTVWX","key":"delete_record","action_type":"http",` +
				`"requires_approval":true},"input":{"id":7},"agent_tool_call_id":"call_1"}`,
			&orq.ActionReviewRequested{
				AgentID: "a1", ActionID: "ac1", RequiresApproval: true, Input: map[string]any{"id": 7.0}, AgentToolCallID: "call_1",
				Tool: orq.AgentTool{ID: "01JXYZABCDEFGHJKMNPQRSTVWX", Key: "delete_record", ActionType: "http", RequiresApproval: true},
			},
		},
		{
			orq.EventActionReviewed,
			`{"agent_id":"a1","action_id":"ac1","agent_tool_call_id":"call_1","review":"approved","workflowRunId":"wr1"}`,
			&orq.ActionReviewed{AgentID: "a1", ActionID: "ac1", AgentToolCallID: "call_1", Review: "approved", WorkflowRunID: "wr1"},
		},
		{orq.EventExecutionReviewRequired, `{}`, &orq.ExecutionReview{}},
		{orq.EventExecutionReviewed, `{}`, &orq.ExecutionReview{}},
		{orq.EventExecutionNamed, `{"name":"n","agent_manifest_id":"am1"}`, &orq.ExecutionNamed{Name: "n", AgentManifestID: "am1"}},
		{orq.EventHandedOff, `{"agent_id":"billing","input":"pay"}`, &orq.HandedOff{AgentID: "billing", Input: "pay"}},
		{
			orq.EventMessageCreated,
			`{"workflowRunId":"wr1","spanId":"s1","parentId":"p1","message":[{"role":"user","parts":[{"kind":"text","text":"hello"}]}]}`,
			&orq.MessageCreated{WorkflowRunID: "wr1", SpanID: "s1", ParentID: "p1", Message: []orq.Message{hello}},
		},
		{
			orq.EventToolStarted,
			`{"tool_id":"tool1","tool_key":"search","action_type":"http","tool_arguments":{"q":"x"},"workflowRunId":"wr1",` + toolContextJSON + `}`,
			&orq.ToolStarted{
				ToolID: "tool1", ToolKey: "search", ActionType: "http", ToolArguments: map[string]any{"q": "x"}, WorkflowRunID: "wr1", Execution: execution,
			},
		},
		{
			orq.EventToolFinished,
			`{"result":{"found":[1,2]},"action_type":"http","workflowRunId":"wr1",` + toolContextJSON + `}`,
			&orq.ToolFinished{Result: json.RawMessage(`{"found":[1,2]}`), ActionType: "http", WorkflowRunID: "wr1", Execution: execution},
		},
		{
			orq.EventToolFailed,
			`{"error":{"message":"refused","stack":"at x"},"action_type":"http","workflowRunId":"wr1",` + toolContextJSON + `}`,
			&orq.ToolFailed{Error: orq.ToolError{Message: "refused", Stack: "at x"}, ActionType: "http", WorkflowRunID: "wr1", Execution: execution},
		},
	}
}

type typedEvent struct {
	typ  orq.EventType
	data string
	want orq.EventData
}

func (e typedEvent) wire() string {
	return fmt.Sprintf(`{"type":%q,"timestamp":"2026-03-24T00:00:00.000Z","data":%s}`, e.typ, e.data)
}

func TestStreamDecodesEveryEventType(t *testing.T) {
	t.Parallel()
	stream := ""
	var want []orq.Event
	for _, event := range typedEvents() {
		stream += "data: " + event.wire() + "\n\n"
		if event.typ == orq.EventThought {
			event.want = nil // Step decodes it
		}
		want = append(want, orq.Event{
			Type: event.typ, Timestamp: "2026-03-24T00:00:00.000Z", Data: event.want, Raw: event.data,
		})
	}
	if len(want) != 17 {
		t.Fatalf("%d event types, want the 17 of the contract", len(want))
	}
	got, err := collect(serve(t, streaming(stream+"data: [DONE]\n\n")).StreamRun(t.Context(), runRequest))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestEventRoundTrip(t *testing.T) {
	t.Parallel()
	for _, typed := range typedEvents() {
		var event orq.Event
		if err := json.Unmarshal([]byte(typed.wire()), &event); err != nil {
			t.Fatal(err)
		}
		if written, err := json.Marshal(event); err != nil || string(written) != typed.wire() {
			t.Errorf("json.Marshal(event) = %s, %v, want %s", written, err, typed.wire())
		}
		event.Raw = ""
		written, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		var again orq.Event
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(typed.want, again.Data); diff != "" {
			t.Errorf("%s from its data alone (-want +got):\n%s", typed.typ, diff)
		}
	}
}

func TestNewEventEncodesItsData(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 24, 1, 2, 3, 4_000_000, time.FixedZone("", 3600))
	written, err := json.Marshal(orq.NewEvent(at, orq.EventExecutionNamed, &orq.ExecutionNamed{Name: "n", AgentManifestID: "a"}))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"type":"event.agents.execution_named","timestamp":"2026-03-24T00:02:03.004Z","data":{"name":"n","agent_manifest_id":"a"}}`
	if string(written) != want {
		t.Errorf("json.Marshal(NewEvent(...)) = %s, want %s", written, want)
	}
}

func TestEventsOfUnknownFormAreKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ typ, data string }{
		"unknown type":            {"event.agents.daydreamed", `{"of":"sheep"}`},
		"unknown type, no object": {"event.agents.daydreamed", `[1,"two"]`},
		"data of another form":    {"event.agents.execution_named", `{"name":{"text":"Ada"}}`},
		"data that is no object":  {"event.agents.thought", `"hm"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, streaming(fmt.Sprintf("data: {\"type\":%q,\"timestamp\":\"then\",\"data\":%s}\n\n%s", c.typ, c.data, namedStream)))
			got, err := collect(client.StreamRun(t.Context(), runRequest))
			if err != nil {
				t.Fatal(err)
			}
			want := append([]orq.Event{{Type: orq.EventType(c.typ), Timestamp: "then", Raw: c.data}}, named()...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// TestApprovalsAndToolsOfAnotherForm keeps what can be read of the events about approvals and tools.
func TestApprovalsAndToolsOfAnotherForm(t *testing.T) {
	t.Parallel()
	call := orq.ToolExecution{AgentToolCallID: "c1"}
	const inCall = `"tool_execution_context":{"agent_tool_call_id":"c1","memory":"none"}`
	for name, c := range map[string]struct {
		typ  orq.EventType
		data string
		want orq.EventData
	}{
		"input that is a text":      {orq.EventActionReviewRequested, `{"agent_tool_call_id":"c1","tool":{"key":"purge"},"input":"all"}`, &orq.ActionReviewRequested{AgentToolCallID: "c1", Tool: orq.AgentTool{Key: "purge"}}},
		"tool that is a text":       {orq.EventActionReviewRequested, `{"agent_tool_call_id":7,"tool":"purge","requires_approval":"yes"}`, &orq.ActionReviewRequested{Tool: orq.AgentTool{Key: "purge"}}},
		"request without data":      {orq.EventActionReviewRequested, `null`, &orq.ActionReviewRequested{}},
		"review with odd output":    {orq.EventActionReviewed, `{"agent_tool_call_id":"c1","review":"approved","mock_output":[1]}`, &orq.ActionReviewed{AgentToolCallID: "c1", Review: "approved"}},
		"review of the run":         {orq.EventExecutionReviewRequired, `"please"`, &orq.ExecutionReview{}},
		"arguments that are text":   {orq.EventToolStarted, `{"tool_key":"search","tool_arguments":"{}",` + inCall + `}`, &orq.ToolStarted{ToolKey: "search", Execution: call}},
		"stream that is a text":     {orq.EventToolFinished, `{"stream":"no","result":1,` + inCall + `}`, &orq.ToolFinished{Result: json.RawMessage("1"), Execution: call}},
		"error that is a text":      {orq.EventToolFailed, `{"error":"refused",` + inCall + `}`, &orq.ToolFailed{Error: orq.ToolError{Message: "refused"}, Execution: call}},
		"error with odd stack":      {orq.EventToolFailed, `{"error":{"message":"refused","stack":["x"]},` + inCall + `}`, &orq.ToolFailed{Error: orq.ToolError{Message: "refused"}, Execution: call}},
		"failure that is no object": {orq.EventToolFailed, `"refused"`, &orq.ToolFailed{Error: orq.ToolError{Message: "refused"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var event orq.Event
			if err := json.Unmarshal([]byte(typedEvent{typ: c.typ, data: c.data}.wire()), &event); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, event.Data, cmpopts.IgnoreFields(orq.ToolExecution{}, "Memory")); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownFieldsOfAnEventAreKept(t *testing.T) {
	t.Parallel()
	const data = `{"message":"too long","since":12}`
	var event orq.Event
	if err := json.Unmarshal([]byte(`{"type":"agents.timeout","data":`+data+`}`), &event); err != nil {
		t.Fatal(err)
	}
	want := orq.Event{Type: orq.EventTimeout, Data: &orq.Timeout{Message: "too long"}, Raw: data}
	if diff := cmp.Diff(want, event); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}
