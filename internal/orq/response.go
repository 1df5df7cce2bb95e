package orq

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Response is an answer of the Responses API (POST and GET /v3/router/responses): the last turn of a conversation. Each
// turn has an id of its own, by which the next one continues.
type Response struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Model     string `json:"model"`
	CreatedAt int64  `json:"created_at"` // Unix time in seconds
	// Output holds the items in the order in which they were produced.
	Output            []ResponseItem  `json:"output"`
	Usage             *ResponseUsage  `json:"usage"`
	Error             *ResponseError  `json:"error"`
	IncompleteDetails *IncompleteInfo `json:"incomplete_details"`
	Conversation      *Conversation   `json:"conversation"`
	Telemetry         *Telemetry      `json:"telemetry"`
}

// Statuses of a Response that AgentResponse does not have.
const (
	responseQueued         = "queued"
	responseIncomplete     = "incomplete"
	responseRequiresAction = "requires_action"
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
	Type    string             `json:"type"`
	ID      string             `json:"id"`
	Status  string             `json:"status"`
	Role    string             `json:"role"`
	Content []ResponseContent  `json:"content"`
	CallID  string             `json:"call_id"`
	Name    string             `json:"name"`
	Args    ResponseArguments  `json:"arguments"`
	Error   ResponseItemReason `json:"error"`
}

// ResponseContent is a part of a message.
type ResponseContent struct {
	Type    string `json:"type"`
	Text    string `json:"text"`
	Refusal string `json:"refusal"`
}

// ResponseArguments are the arguments of a call as JSON text. An object is accepted as well.
type ResponseArguments string

// UnmarshalJSON reads a string, or any other value as its JSON.
func (a *ResponseArguments) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) != nil && string(raw) != "null" {
		text = string(raw)
	}
	*a = ResponseArguments(text)
	return nil
}

// ResponseItemReason is why an item failed: a text, or an object with a message.
type ResponseItemReason string

// UnmarshalJSON reads either form. Any other value is kept as its JSON.
func (r *ResponseItemReason) UnmarshalJSON(raw []byte) error {
	var text string
	var object struct{ Message string }
	switch {
	case string(raw) == "null":
	case json.Unmarshal(raw, &text) == nil:
	case json.Unmarshal(raw, &object) == nil && object.Message != "":
		text = object.Message
	default:
		text = string(raw)
	}
	*r = ResponseItemReason(text)
	return nil
}

// UnmarshalJSON reads an item. A message of the user may have a string as its content.
func (i *ResponseItem) UnmarshalJSON(raw []byte) error {
	type plain ResponseItem
	if json.Unmarshal(raw, (*plain)(i)) == nil {
		return nil
	}
	var known struct {
		Type, ID, Status, Role, Name string
		CallID                       string `json:"call_id"`
	}
	if err := json.Unmarshal(raw, &known); err != nil {
		return nil //nolint:nilerr // an item of another form is passed on by its events, and breaks no read
	}
	*i = ResponseItem{Type: known.Type, ID: known.ID, Status: known.Status, Role: known.Role, Name: known.Name, CallID: known.CallID}
	return nil
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
	return true
}

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
			calls = append(calls, PendingToolCall{ID: item.CallID, Type: "function", Function: FunctionCall{Name: item.Name, Arguments: string(item.Args)}})
		}
	}
	return calls
}

// finishReason is why the agent stopped, in the terms of AgentResponse; empty while it works or when it failed.
func (r *Response) finishReason() string {
	switch {
	case len(r.pending()) > 0:
		return FinishFunctionCall
	case r.Status == ResponseCompleted:
		return FinishStop
	case r.Status != responseIncomplete || r.IncompleteDetails == nil:
		return ""
	case r.IncompleteDetails.Reason == "max_output_tokens":
		return FinishLength
	}
	return r.IncompleteDetails.Reason
}

// AgentResponse is the response in the form of March.
func (r *Response) AgentResponse() *AgentResponse {
	a := &AgentResponse{
		ID: r.ID, TaskID: r.ID, Model: r.Model, Status: r.Status, FinishReason: r.finishReason(), Telemetry: r.Telemetry,
		CreatedAt: time.Unix(r.CreatedAt, 0).UTC().Format(time.RFC3339),
	}
	switch r.Status {
	case responseQueued:
		a.Status = ResponseInProgress
	case responseIncomplete, responseRequiresAction:
		a.Status = ResponseCompleted
	}
	if a.Status != ResponseInProgress {
		a.PendingToolCalls = r.pending()
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
	case a.Status == ResponseCompleted && len(a.PendingToolCalls) > 0:
		t.Status.State = TaskInputRequired
	case a.Status == ResponseCompleted:
		t.Status.State = TaskCompleted
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
	response, err := roundTrip[Response](ctx, a.requester, call)
	if err == nil && (response.ID == "" || response.Status == "") {
		return nil, fmt.Errorf("%s: the answer holds no response", call.operation)
	}
	return response, err
}

// stream runs an agent and yields the events of its response.
//
// POST /v3/router/responses
func (a responsesAPI) stream(ctx context.Context, key string, in Invocation) Events {
	request, err := newResponseRequest(key, in)
	if err != nil {
		return func(yield func(Event, error) bool) { yield(Event{}, err) }
	}
	request.Stream = true
	return a.requester.stream(ctx, apiCall{operation: opCreateResponse, body: request}, decodeResponseEvent)
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
