package orq

import (
	"encoding/json"
)

// ExecutionStarted is the first event of every stream.
type ExecutionStarted struct {
	// AgentTaskID is the id of the task, with which the run can be continued or looked up.
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

// Unreadable stands for a message of a stream that is no event of the API, such as a keep-alive.
type Unreadable struct{}

// AgentStarted reports that an agent starts to work, with its configuration.
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

// Thought is one step of an agent: new or changed messages, by message id, and the choice of the model.
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

// Choice is the output of the model.
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

// ChoiceToolCall is a tool call that the model requests.
type ChoiceToolCall struct {
	Index            float64      `json:"index,omitzero"`
	ID               string       `json:"id,omitzero"`
	Type             string       `json:"type,omitzero"`
	Function         FunctionCall `json:"function,omitzero"`
	ThoughtSignature string       `json:"thought_signature,omitzero"`
}

// Inactive ends a run, or pauses it when PendingToolCalls need results.
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

// ActionReviewRequested reports that a tool call waits for the decision of a person.
type ActionReviewRequested struct {
	AgentID          string         `json:"agent_id"`
	ActionID         string         `json:"action_id"`
	RequiresApproval bool           `json:"requires_approval"`
	Tool             AgentTool      `json:"tool"`
	Input            map[string]any `json:"input"`
	AgentToolCallID  string         `json:"agent_tool_call_id"`
	ResponseID       string         `json:"responseId,omitzero"`
}

// ActionReviewed reports that decision. Review is approved or rejected.
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

// ExecutionReview reports that the whole execution needs a review, or has been reviewed.
type ExecutionReview struct{}

// ExecutionNamed gives the execution a display name.
type ExecutionNamed struct {
	Name            string `json:"name"`
	AgentManifestID string `json:"agent_manifest_id"`
}

// HandedOff reports that another agent continues the run.
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

// ToolStarted reports that a tool starts to run.
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

// ToolFinished reports the result of a tool.
type ToolFinished struct {
	Result        json.RawMessage `json:"result,omitzero"`
	ActionType    string          `json:"action_type"`
	Execution     ToolExecution   `json:"tool_execution_context"`
	ResponseID    string          `json:"responseId,omitzero"`
	WorkflowRunID string          `json:"workflowRunId"`
	Stream        bool            `json:"stream,omitzero"`
}

// ToolFailed reports the failure of a tool. The run continues.
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

// ToolExecution identifies a tool call. AgentToolCallID is the same in all events of one call.
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
func (*Unreadable) eventData()            {}
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
