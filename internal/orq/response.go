package orq

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// Response is an answer of the Responses API (POST and GET /v3/router/responses): the last turn of a conversation. Each
// turn has an id of its own, by which the next one continues.
type Response struct {
	ID        string   `json:"id"`
	Status    string   `json:"status"`
	Model     string   `json:"model"`
	CreatedAt unixTime `json:"created_at"`
	// Output holds the items in the order in which they were produced.
	Output            []ResponseItem  `json:"output"`
	Usage             *ResponseUsage  `json:"usage"`
	Error             *ResponseError  `json:"error"`
	IncompleteDetails *IncompleteInfo `json:"incomplete_details"`
	Conversation      *Conversation   `json:"conversation"`
	Telemetry         *Telemetry      `json:"telemetry"`
}

// unixTime is a time in seconds. A value of another form is the zero time.
type unixTime int64

// UnmarshalJSON reads a number, also one with a fraction.
func (t *unixTime) UnmarshalJSON(raw []byte) error {
	*t = unixTime(gjson.ParseBytes(raw).Int())
	return nil
}

// Statuses of a Response that AgentResponse does not have.
const (
	responseQueued     = "queued"
	responseIncomplete = "incomplete"
	// ResponseRequiresAction is a response that waits: for PendingToolCalls, or else for what AgentResponse.WaitsFor names.
	ResponseRequiresAction = "requires_action"
)

// ResponseError is why a response failed.
type ResponseError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// IncompleteInfo is why a response is incomplete, such as max_output_tokens.
type IncompleteInfo struct {
	Reason string `json:"reason"`
}

// Conversation names a conversation of the service.
type Conversation struct {
	ID string `json:"id"`
}

// ResponseUsage counts tokens, and their cost in USD where the service reports it.
type ResponseUsage struct {
	InputTokens  float64  `json:"input_tokens"`
	OutputTokens float64  `json:"output_tokens"`
	TotalTokens  float64  `json:"total_tokens"`
	TotalCost    *float64 `json:"total_cost"`
}

// ResponseItem is one item of the output. The API does not describe the items, so that every field may be absent.
type ResponseItem struct {
	Type    string            `json:"type"`
	ID      string            `json:"id"`
	Status  string            `json:"status"`
	Role    string            `json:"role"`
	Content []ResponseContent `json:"content"`
	CallID  string            `json:"call_id"`
	Name    string            `json:"name"`
	// Args are the arguments of a call as JSON text.
	Args string `json:"arguments"`
	// Error is why the item failed.
	Error string `json:"error"`
}

// ResponseContent is a part of a message.
type ResponseContent struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Refusal string `json:"refusal"`
}

// UnmarshalJSON reads an item field by field, so that a field of another form loses itself alone. The content of a message
// may be a string.
func (i *ResponseItem) UnmarshalJSON(raw []byte) error {
	item := gjson.ParseBytes(raw)
	*i = ResponseItem{
		Type: item.Get("type").Str, ID: item.Get("id").Str, Status: item.Get("status").Str, Role: item.Get("role").Str,
		CallID: item.Get("call_id").Str, Name: item.Get("name").Str, Args: textOrJSON(item.Get("arguments")),
	}
	if failure := item.Get("error"); failure.Get("message").Str != "" {
		i.Error = failure.Get("message").Str
	} else {
		i.Error = textOrJSON(failure)
	}
	switch content := item.Get("content"); {
	case content.IsArray():
		for _, part := range content.Array() {
			i.Content = append(i.Content, ResponseContent{Type: part.Get("type").Str, Text: part.Get("text").Str, Refusal: part.Get("refusal").Str})
		}
	case content.Type == gjson.String:
		i.Content = []ResponseContent{{Type: "output_text", Text: content.Str}}
	}
	return nil
}

// textOrJSON returns a string as it is, any other value as its JSON, and "" for null and for a missing value.
func textOrJSON(value gjson.Result) string {
	switch value.Type {
	case gjson.String:
		return value.Str
	case gjson.Null:
		return ""
	}
	return value.Raw
}

// Types of items that are no use of a tool.
const (
	itemMessage        = "message"
	itemReasoning      = "reasoning"
	itemFunctionCall   = "function_call"
	itemFunctionOutput = "function_call_output"
)

// UsesTool reports whether the item is the agent's own use of a tool, such as orq:current_date or mcp_call.
func (i *ResponseItem) UsesTool() bool {
	switch i.Type {
	case "", itemMessage, itemReasoning, itemFunctionCall, itemFunctionOutput, "compaction", "item_reference":
		return false
	}
	return !i.IsRequest()
}

// IsRequest reports whether the item asks for a decision, such as mcp_approval_request.
func (i *ResponseItem) IsRequest() bool { return strings.HasSuffix(i.Type, "_request") }

// ToolName is the name of the tool that an item uses.
func (i *ResponseItem) ToolName() string {
	if i.Name != "" {
		return i.Name
	}
	return strings.TrimSuffix(strings.TrimPrefix(i.Type, "orq:"), "_call")
}

// Text is the text of a message, or its refusal.
func (i *ResponseItem) Text() string {
	var text strings.Builder
	for _, part := range i.Content {
		text.WriteString(part.Text)
		text.WriteString(part.Refusal)
	}
	return text.String()
}

// pending are the function calls that have no output: those that the caller has to answer.
func (r *Response) pending() []PendingToolCall {
	var calls []PendingToolCall
	for _, item := range r.Output {
		answered := slices.ContainsFunc(r.Output, func(other ResponseItem) bool {
			return other.Type == itemFunctionOutput && other.CallID == item.CallID
		})
		if item.Type == itemFunctionCall && !answered {
			calls = append(calls, PendingToolCall{ID: item.CallID, Type: "function", Function: FunctionCall{Name: item.Name, Arguments: item.Args}})
		}
	}
	return calls
}

// waitsFor names the items whose types are requests, such as mcp_approval_request: the API publishes no answer to them.
func (r *Response) waitsFor() []string {
	var names []string
	for _, item := range r.Output {
		if item.IsRequest() {
			names = append(names, cmp.Or(item.Name, item.Type))
		}
	}
	return names
}

// finishReason is why the agent stopped, in the terms of AgentResponse; empty while it works or waits, or when it failed.
func (r *Response) finishReason() string {
	switch {
	case len(r.pending()) > 0:
		return FinishFunctionCall
	case r.Status == ResponseCompleted && len(r.waitsFor()) > 0:
		return ""
	case r.Status == ResponseCompleted:
		return FinishStop
	case r.Status != responseIncomplete:
		return ""
	case r.IncompleteDetails == nil || r.IncompleteDetails.Reason == "":
		return responseIncomplete
	case r.IncompleteDetails.Reason == "max_output_tokens":
		return FinishLength
	}
	return r.IncompleteDetails.Reason
}

// AgentResponse is the response in the form of March.
func (r *Response) AgentResponse() *AgentResponse {
	a := &AgentResponse{
		ID: r.ID, TaskID: r.ID, Model: r.Model, Status: r.Status, FinishReason: r.finishReason(), Telemetry: r.Telemetry,
		CreatedAt: time.Unix(int64(r.CreatedAt), 0).UTC().Format(time.RFC3339),
	}
	switch r.Status {
	case responseQueued:
		a.Status = ResponseInProgress
	case responseIncomplete:
		a.Status = ResponseCompleted
	}
	if a.Status != ResponseInProgress {
		a.PendingToolCalls = r.pending()
	}
	if a.Status == ResponseRequiresAction || a.Status == ResponseCompleted {
		a.WaitsFor = r.waitsFor()
	}
	if r.Error != nil {
		a.Error = r.Error.Message
	}
	for _, item := range r.Output {
		if item.Type == itemMessage {
			a.Output = append(a.Output, Message{MessageID: item.ID, Role: RoleAgent, Parts: []Part{TextPart(item.Text())}})
		}
	}
	if r.Usage != nil {
		a.Usage = &Usage{PromptTokens: r.Usage.InputTokens, CompletionTokens: r.Usage.OutputTokens, TotalTokens: r.Usage.TotalTokens}
		a.Cost = r.Usage.TotalCost
	}
	return a
}

// task is the response in the form in which March answers the start of a run.
func (r *Response) task() *Task {
	a := r.AgentResponse()
	t := &Task{ID: r.ID, Kind: "task", Status: TaskStatus{State: TaskWorking, Timestamp: a.CreatedAt}, Messages: a.Output}
	switch {
	case a.Status == ResponseFailed:
		t.Status.State = TaskFailed
		message := Message{Role: RoleAgent, Parts: []Part{{Kind: KindError, Error: a.Error}}}
		t.Status.Message = &message
	case a.Status == ResponseCancelled, a.Status == TaskCanceled, a.Status == TaskRejected:
		t.Status.State = a.Status
	case len(a.PendingToolCalls) > 0:
		t.Status.State = TaskInputRequired
	case a.Status == ResponseCompleted && len(a.WaitsFor) == 0:
		t.Status.State = TaskCompleted
	case !a.Running() && !a.Ended():
		t.Status.State = a.Status // not known
	}
	if r.Conversation != nil {
		t.ContextID = r.Conversation.ID
	}
	if r.Telemetry != nil {
		t.Metadata = map[string]any{"trace_id": r.Telemetry.TraceID}
	}
	return t
}

// responsesAPI holds the operations of the Responses API.
type responsesAPI struct{ *requester }

func (c *Client) responses() responsesAPI { return responsesAPI{&c.requester} }

// get returns a response in the form of March.
//
// GET /v3/router/responses/{response_id}
func (a responsesAPI) get(ctx context.Context, id string) (*AgentResponse, error) {
	response, err := a.send(ctx, apiCall{operation: opGetResponse, segments: []string{id}})
	if err != nil {
		return nil, err
	}
	return response.AgentResponse(), nil
}

// start runs an agent and returns its task: in the background without waiting for its end.
//
// POST /v3/router/responses
func (a responsesAPI) start(ctx context.Context, key string, in Invocation, background bool) (*Task, error) {
	request, err := newResponseRequest(key, in)
	if err != nil {
		return nil, err
	}
	request.Background = background
	response, err := a.send(ctx, apiCall{operation: opCreateResponse, body: request})
	if err != nil {
		return nil, err
	}
	return response.task(), nil
}

// send sends an operation that answers with a response.
func (a responsesAPI) send(ctx context.Context, call apiCall) (*Response, error) {
	return roundTrip[Response](ctx, a.requester, call)
}

// stream runs an agent and yields the events of its response.
//
// POST /v3/router/responses
func (a responsesAPI) stream(ctx context.Context, key string, in Invocation) Events {
	return func(yield func(*Event, error) bool) {
		request, err := newResponseRequest(key, in)
		if err != nil {
			yield(nil, err)
			return
		}
		request.Stream = true
		a.requester.stream(ctx, apiCall{operation: opCreateResponse, body: request}, responseEvents)(yield)
	}
}

// quoted returns the text of a value that metadata holds: the Responses API accepts text only.
func quoted(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return value, nil
	case bool:
		return strconv.FormatBool(value), nil
	}
	encoded, err := json.Marshal(value)
	return string(encoded), err
}
