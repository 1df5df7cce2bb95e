package orq

import (
	"encoding/json"
	"errors"
	"time"
)

// EventType names what an event of a run's stream reports.
type EventType string

// The event types of the API contract.
const (
	EventExecutionStarted        EventType = "agents.execution_started"
	EventTimeout                 EventType = "agents.timeout"
	EventError                   EventType = "agents.error"
	EventAgentStarted            EventType = "event.agents.started"
	EventThought                 EventType = "event.agents.thought"
	EventInactive                EventType = "event.agents.inactive"
	EventErrored                 EventType = "event.agents.errored"
	EventActionReviewRequested   EventType = "event.agents.action_review_requested"
	EventActionReviewed          EventType = "event.agents.action_reviewed"
	EventExecutionReviewRequired EventType = "event.agents.execution_review_required"
	EventExecutionReviewed       EventType = "event.agents.execution_reviewed"
	EventExecutionNamed          EventType = "event.agents.execution_named"
	EventHandedOff               EventType = "event.agents.handed_off"
	EventMessageCreated          EventType = "event.agents.message-created"
	EventToolStarted             EventType = "event.workflow_events.tool_execution_started"
	EventToolFinished            EventType = "event.workflow_events.tool_execution_finished"
	EventToolFailed              EventType = "event.workflow_events.tool_execution_failed"
)

// Event is one event of a run's stream.
type Event struct {
	Type EventType
	// Timestamp is when it happened, as the service wrote it (ISO 8601).
	Timestamp string
	// Data is one of the pointer types below, according to Type; nil when the type is unknown, and for the thoughts of a
	// stream, which Step reads.
	Data EventData
	// Raw is the event's data as received, which is JSON.
	Raw string
}

// EventData is the data of an event of a known type.
type EventData interface{ eventData() }

type wireEvent struct {
	Type      EventType       `json:"type"`
	Timestamp string          `json:"timestamp"`
	Data      json.RawMessage `json:"data"`
}

// MarshalJSON writes the event as it travels in a stream.
func (e Event) MarshalJSON() ([]byte, error) {
	data := json.RawMessage(e.Raw)
	if e.Raw == "" {
		var err error
		if data, err = json.Marshal(e.Data); err != nil {
			return nil, err
		}
	}
	return json.Marshal(wireEvent{e.Type, e.Timestamp, data})
}

// UnmarshalJSON reads an event. Data stays nil when the type is unknown or its data does not fit: what the service
// adds or changes must not end a run.
func (e *Event) UnmarshalJSON(raw []byte) error {
	if err := e.unwrap(raw); err != nil {
		return err
	}
	e.decodeData()
	return nil
}

var errNoType = errors.New("event without a type")

// unwrap reads all but Data.
func (e *Event) unwrap(raw []byte) error {
	var wire wireEvent
	if err := json.Unmarshal(raw, &wire); err != nil {
		return err
	}
	if wire.Type == "" {
		return errNoType
	}
	*e = Event{Type: wire.Type, Timestamp: wire.Timestamp, Raw: string(wire.Data)}
	return nil
}

func (e *Event) decodeData() {
	if data := newEventData(e.Type); data != nil && json.Unmarshal([]byte(e.Raw), data) == nil {
		e.Data = data
	}
}

// NewEvent returns an event of the type that belongs to data.
func NewEvent(at time.Time, typ EventType, data EventData) Event {
	return Event{Type: typ, Timestamp: at.UTC().Format("2006-01-02T15:04:05.000Z07:00"), Data: data}
}

func newEventData(typ EventType) EventData {
	switch typ {
	case EventExecutionStarted:
		return new(ExecutionStarted)
	case EventTimeout:
		return new(Timeout)
	case EventError:
		return new(StreamError)
	case EventAgentStarted:
		return new(AgentStarted)
	case EventThought:
		return new(Thought)
	case EventInactive:
		return new(Inactive)
	case EventErrored:
		return new(Errored)
	case EventActionReviewRequested:
		return new(ActionReviewRequested)
	case EventActionReviewed:
		return new(ActionReviewed)
	case EventExecutionReviewRequired, EventExecutionReviewed:
		return new(ExecutionReview)
	case EventExecutionNamed:
		return new(ExecutionNamed)
	case EventHandedOff:
		return new(HandedOff)
	case EventMessageCreated:
		return new(MessageCreated)
	case EventToolStarted:
		return new(ToolStarted)
	case EventToolFinished:
		return new(ToolFinished)
	case EventToolFailed:
		return new(ToolFailed)
	}
	return nil
}

// ExecutionStarted opens every stream.
type ExecutionStarted struct {
	// AgentTaskID is the task id with which the run can be continued or looked up.
	AgentTaskID string `json:"agent_task_id"`
	WorkspaceID string `json:"workspace_id"`
	TraceID     string `json:"trace_id"`
}

// Timeout ends a stream whose stream_timeout_seconds have passed.
type Timeout struct {
	Message string `json:"message"`
}

// StreamError ends a stream that failed outside the agent.
type StreamError struct {
	Error string `json:"error"`
	Code  string `json:"code"`
}

// AgentStarted reports that an agent begins to work, with its configuration.
type AgentStarted struct {
	WorkflowRunID    string           `json:"workflowRunId"`
	IntegrationID    string           `json:"integration_id,omitzero"`
	InputMessage     Message          `json:"inputMessage"`
	ModelID          string           `json:"modelId"`
	Instructions     string           `json:"instructions"`
	SystemPrompt     string           `json:"system_prompt"`
	Settings         *AgentSettings   `json:"settings,omitzero"`
	AgentManifestID  string           `json:"agent_manifest_id"`
	AgentKey         string           `json:"agent_key"`
	AgentDescription Nullable[string] `json:"agent_description,omitzero"`
	AgentSource      Nullable[string] `json:"agent_source,omitzero"`
	Variables        map[string]any   `json:"variables,omitzero"`
	ToolExecutionID  string           `json:"tool_execution_id,omitzero"`
	IsContinuation   bool             `json:"is_continuation,omitzero"`
	Stream           bool             `json:"stream,omitzero"`
	ResponseID       string           `json:"responseId,omitzero"`
}

// Thought is one step of reasoning: new or changed messages, by message id, and the model's choice.
type Thought struct {
	AgentID                  string                    `json:"agent_id"`
	MessageDifference        map[string]ThoughtMessage `json:"message_difference"`
	Choice                   *Choice                   `json:"choice,omitzero"`
	ChoiceIndex              *float64                  `json:"choiceIndex,omitzero"`
	Iteration                float64                   `json:"iteration"`
	AccumulatedExecutionTime float64                   `json:"accumulated_execution_time"`
	ResponseID               string                    `json:"responseId,omitzero"`
	Usage                    *Usage                    `json:"usage,omitzero"`
}

// ThoughtMessage is a message of a Thought.
type ThoughtMessage struct {
	Message
	AgentID          string `json:"agent_id"`
	AgentExecutionID string `json:"agent_execution_id"`
	WorkspaceID      string `json:"workspace_id"`
}

// Choice is what the model answered.
type Choice struct {
	FinishReason *string       `json:"finish_reason"`
	Index        float64       `json:"index"`
	Message      ChoiceMessage `json:"message"`
}

// ChoiceMessage is the message of a Choice.
type ChoiceMessage struct {
	Role      Nullable[string] `json:"role,omitzero"`
	Content   Nullable[string] `json:"content,omitzero"`
	Refusal   Nullable[string] `json:"refusal,omitzero"`
	Reasoning Nullable[string] `json:"reasoning,omitzero"`
	ToolCalls []ChoiceToolCall `json:"tool_calls,omitzero"`
}

// ChoiceToolCall is a tool call the model asks for.
type ChoiceToolCall struct {
	Index            float64      `json:"index,omitzero"`
	ID               string       `json:"id,omitzero"`
	Type             string       `json:"type,omitzero"`
	Function         FunctionCall `json:"function,omitzero"`
	ThoughtSignature string       `json:"thought_signature,omitzero"`
}

// Inactive ends a run, or pauses it when PendingToolCalls wait for answers.
type Inactive struct {
	LastMessage      string            `json:"last_message"`
	LastMessageFull  *Message          `json:"last_message_full,omitzero"`
	FinishReason     string            `json:"finish_reason"`
	PendingToolCalls []PendingToolCall `json:"pending_tool_calls,omitzero"`
	Usage            *Usage            `json:"usage,omitzero"`
	Billing          *Billing          `json:"billing,omitzero"`
	WorkflowRunID    string            `json:"workflowRunId"`
	ResponseID       string            `json:"responseId,omitzero"`
}

// Billing is the cost of a run, in USD.
type Billing struct {
	TotalCost     float64          `json:"total_cost"`
	InputCost     float64          `json:"input_cost"`
	OutputCost    float64          `json:"output_cost"`
	Billable      bool             `json:"billable"`
	IntegrationID Nullable[string] `json:"integration_id"`
}

// Errored reports that the agent failed. Code is an HTTP status.
type Errored struct {
	Error         string  `json:"error"`
	Code          float64 `json:"code"`
	ResponseID    string  `json:"responseId,omitzero"`
	WorkflowRunID string  `json:"workflowRunId"`
}

// ActionReviewRequested reports that a tool call waits for a person's decision.
type ActionReviewRequested struct {
	AgentID          string         `json:"agent_id"`
	ActionID         string         `json:"action_id"`
	RequiresApproval bool           `json:"requires_approval"`
	Tool             AgentTool      `json:"tool"`
	Input            map[string]any `json:"input"`
	AgentToolCallID  string         `json:"agent_tool_call_id"`
	ResponseID       string         `json:"responseId,omitzero"`
}

// ActionReviewed reports the decision: Review is approved or rejected.
type ActionReviewed struct {
	AgentID         string         `json:"agent_id"`
	ActionID        string         `json:"action_id"`
	AgentToolCallID string         `json:"agent_tool_call_id"`
	Review          string         `json:"review"`
	MockOutput      map[string]any `json:"mock_output,omitzero"`
	ReviewSource    string         `json:"review_source,omitzero"`
	ReviewedByID    string         `json:"reviewed_by_id,omitzero"`
	WorkflowRunID   string         `json:"workflowRunId"`
}

// ExecutionReview reports that the whole execution waits for a review, or has had it.
type ExecutionReview struct{}

// ExecutionNamed gives the execution a name for people.
type ExecutionNamed struct {
	Name            string `json:"name"`
	AgentManifestID string `json:"agent_manifest_id"`
}

// HandedOff reports that another agent goes on.
type HandedOff struct {
	AgentID string `json:"agent_id"`
	Input   string `json:"input"`
}

// MessageCreated reports messages added to the conversation.
type MessageCreated struct {
	WorkflowRunID string    `json:"workflowRunId"`
	SpanID        string    `json:"spanId"`
	ParentID      string    `json:"parentId"`
	Message       []Message `json:"message"`
}

// ToolStarted reports that a tool begins to run.
type ToolStarted struct {
	ToolID          string           `json:"tool_id"`
	ToolKey         string           `json:"tool_key,omitzero"`
	ToolDisplayName string           `json:"tool_display_name,omitzero"`
	ToolDescription Nullable[string] `json:"tool_description,omitzero"`
	ActionType      string           `json:"action_type"`
	ToolArguments   map[string]any   `json:"tool_arguments"`
	Execution       ToolExecution    `json:"tool_execution_context"`
	ResponseID      string           `json:"responseId,omitzero"`
	WorkflowRunID   string           `json:"workflowRunId"`
	Stream          bool             `json:"stream,omitzero"`
}

// ToolFinished reports a tool's result.
type ToolFinished struct {
	Result        json.RawMessage `json:"result,omitzero"`
	ActionType    string          `json:"action_type"`
	Execution     ToolExecution   `json:"tool_execution_context"`
	ResponseID    string          `json:"responseId,omitzero"`
	WorkflowRunID string          `json:"workflowRunId"`
	Stream        bool            `json:"stream,omitzero"`
}

// ToolFailed reports a tool's failure; the run goes on.
type ToolFailed struct {
	Error         ToolError     `json:"error"`
	ActionType    string        `json:"action_type"`
	Execution     ToolExecution `json:"tool_execution_context"`
	ResponseID    string        `json:"responseId,omitzero"`
	WorkflowRunID string        `json:"workflowRunId"`
	Stream        bool          `json:"stream,omitzero"`
}

// ToolError is the error of a ToolFailed.
type ToolError struct {
	Message string `json:"message"`
	Stack   string `json:"stack,omitzero"`
}

// ToolExecution ties the events of one tool call together by AgentToolCallID.
type ToolExecution struct {
	ActionID         string  `json:"action_id"`
	AgentToolCallID  string  `json:"agent_tool_call_id"`
	WorkspaceID      string  `json:"workspace_id"`
	AgentManifestID  string  `json:"agent_manifest_id"`
	AgentExecutionID string  `json:"agent_execution_id"`
	Product          string  `json:"product"`
	Memory           *Memory `json:"memory,omitzero"`
	ParentID         string  `json:"parent_id,omitzero"`
}

func (*ExecutionStarted) eventData()      {}
func (*Timeout) eventData()               {}
func (*StreamError) eventData()           {}
func (*AgentStarted) eventData()          {}
func (*Thought) eventData()               {}
func (*Inactive) eventData()              {}
func (*Errored) eventData()               {}
func (*ActionReviewRequested) eventData() {}
func (*ActionReviewed) eventData()        {}
func (*ExecutionReview) eventData()       {}
func (*ExecutionNamed) eventData()        {}
func (*HandedOff) eventData()             {}
func (*MessageCreated) eventData()        {}
func (*ToolStarted) eventData()           {}
func (*ToolFinished) eventData()          {}
func (*ToolFailed) eventData()            {}
