package orq

import (
	"context"

	"github.com/tidwall/gjson"
)

// Response states, as in AgentResponse.Status.
const (
	ResponseInProgress = "in_progress"
	ResponseCompleted  = "completed"
	ResponseFailed     = "failed"
	// ResponseCancelled is in neither contract. Services with the same API have it.
	ResponseCancelled = "cancelled"
)

// Reasons why an agent stopped, as in AgentResponse.FinishReason and Inactive.FinishReason.
const (
	FinishStop          = "stop"
	FinishLength        = "length"
	FinishToolCalls     = "tool_calls"
	FinishContentFilter = "content_filter"
	FinishFunctionCall  = "function_call"
	FinishMaxIterations = "max_iterations"
	FinishMaxTime       = "max_time"
)

// Limits at which a response of today's API is incomplete, as in AgentResponse.FinishReason.
const (
	finishMaxExecutionTime = "max_execution_time"
	finishMaxCost          = "max_cost"
	finishMaxDepth         = "max_depth"
	finishMaxToolCalls     = "max_tool_calls"
)

// KnownFinish reports whether an agent is known to stop for that reason.
func KnownFinish(reason string) bool {
	switch reason {
	case FinishStop, FinishLength, FinishToolCalls, FinishContentFilter, FinishFunctionCall, FinishMaxIterations, FinishMaxTime,
		finishMaxExecutionTime, finishMaxCost, finishMaxDepth, finishMaxToolCalls, responseIncomplete:
		return true
	}
	return false
}

// AgentResponse is the response of GetAgentResponse: the state and the output of a task.
type AgentResponse struct {
	ID               string            `json:"_id"`
	TaskID           string            `json:"task_id"`
	Output           []Message         `json:"output"`
	CreatedAt        string            `json:"created_at"`
	Model            string            `json:"model"`
	Usage            *Usage            `json:"usage,omitzero"`
	FinishReason     string            `json:"finish_reason,omitzero"`
	PendingToolCalls []PendingToolCall `json:"pending_tool_calls,omitzero"`
	Telemetry        *Telemetry        `json:"telemetry,omitzero"`
	Status           string            `json:"status"`
	Error            string            `json:"error,omitzero"`
	// WaitsFor names what a response that has not ended, although it stopped, waits for beside PendingToolCalls.
	WaitsFor []string `json:"-"`
	// Cost is in USD; nil when the service did not report it.
	Cost *float64 `json:"-"`
}

// Running reports whether the task goes on, or waits to be started.
func (r *AgentResponse) Running() bool {
	return r.Status == ResponseInProgress || r.Status == responseQueued
}

// Ended reports whether the task has ended or paused. It is false for a status that is not known.
func (r *AgentResponse) Ended() bool {
	switch r.Status {
	case ResponseCompleted, ResponseFailed, ResponseRequiresAction, ResponseCancelled, TaskCanceled, TaskRejected:
		return true
	}
	return false
}

// GetAgentResponse returns the state of a task: in progress, failed, completed, or paused on PendingToolCalls. The error
// matches ErrNotFound when the task is unknown.
//
// GET /v2/agents/{agent_key}/responses/{task_id} or GET /v3/router/responses/{response_id}
func (c *Client) GetAgentResponse(ctx context.Context, key, taskID string) (*AgentResponse, error) {
	var response *AgentResponse
	err := c.routes.perform(choice{
		group: groupRuns, taskID: taskID,
		march: func() (err error) {
			response, err = roundTrip[AgentResponse](ctx, &c.requester, apiCall{operation: opGetAgentResponse, segments: []string{key, taskID}})
			return err
		},
		today: func() (err error) {
			response, err = c.responses().get(ctx, taskID)
			return err
		},
	})
	return response, err
}

// PendingToolCall is a call of a function tool whose result the caller has to supply.
type PendingToolCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function FunctionCall `json:"function"`
}

// FunctionCall names a function and holds its arguments as JSON text.
type FunctionCall struct {
	Name      string `json:"name,omitzero"`
	Arguments string `json:"arguments,omitzero"`
}

// UnmarshalJSON also reads arguments that are no text but the JSON itself.
func (f *FunctionCall) UnmarshalJSON(raw []byte) error {
	call := gjson.ParseBytes(raw)
	*f = FunctionCall{Name: call.Get("name").Str, Arguments: textOrJSON(call.Get("arguments"))}
	return nil
}

// Telemetry identifies the trace of a run.
type Telemetry struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
}
