package responses

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Values of Response.Status.
const (
	StatusQueued     = "queued"
	StatusInProgress = "in_progress"
	StatusCompleted  = "completed"
	StatusFailed     = "failed"
	StatusIncomplete = "incomplete"
)

// Response is the answer of POST /v3/router/responses and GET /v3/router/responses/{response_id}.
type Response struct {
	ID                string             `json:"id"`
	Object            string             `json:"object"` // response
	CreatedAt         int64              `json:"created_at"`
	CompletedAt       *int64             `json:"completed_at"` // unix seconds, as CreatedAt; null while it runs
	Status            string             `json:"status"`
	Output            []Item             `json:"output"`
	Usage             *Usage             `json:"usage"` // null while it runs
	Error             *Error             `json:"error"`
	IncompleteDetails *IncompleteDetails `json:"incomplete_details"`
	Telemetry         *orq.Telemetry     `json:"telemetry,omitzero"`
	Echo
	Sampling
	fixed
}

// Echo is what a response repeats of its request.
type Echo struct {
	Model              string            `json:"model"`
	PreviousResponseID *string           `json:"previous_response_id"`
	Background         bool              `json:"background"`
	Store              bool              `json:"store"`
	Metadata           map[string]string `json:"metadata"`
	Memory             *orq.Memory       `json:"memory,omitzero"`
	// Variables are without the values of those that are secret.
	Variables map[string]any `json:"variables,omitempty"`
}

// Error is why a response has failed.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// IncompleteDetails is why a response is incomplete.
type IncompleteDetails struct {
	Reason string `json:"reason"`
}

// Usage counts tokens, or words where no model was asked. TotalCost is in USD; 0: not billed.
type Usage struct {
	InputTokens        int64        `json:"input_tokens"`
	InputTokensDetails inputDetails `json:"input_tokens_details"`
	OutputTokens       int64        `json:"output_tokens"`
	OutputDetails      struct {
		ReasoningTokens int64 `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	TotalTokens int64   `json:"total_tokens"`
	TotalCost   float64 `json:"total_cost,omitzero"`
}

type inputDetails struct {
	CachedTokens        int64 `json:"cached_tokens"`
	CacheCreationTokens int64 `json:"cache_creation_tokens"`
	CacheWriteTokens    int64 `json:"cache_write_tokens"`
}

// record is what is stored of a turn: store.Turn.Record.
type record struct {
	Echo     Echo     `json:"echo"`
	Sampling Sampling `json:"sampling"`
	Items    []Item   `json:"items"`
	Cost     float64  `json:"cost,omitzero"`
	// ErrorCode is that of the event which ended the turn, an HTTP status; 0: it did not fail.
	ErrorCode int `json:"error_code,omitzero"`
}

func newRecord(r Request) record {
	echo := Echo{
		Model: r.Model, Background: r.Background, Store: r.Stored(), Metadata: r.Metadata, Memory: r.Memory, Variables: r.shownVariables(),
	}
	if echo.Metadata == nil {
		echo.Metadata = map[string]string{}
	}
	if r.PreviousResponseID != "" {
		echo.PreviousResponseID = &r.PreviousResponseID
	}
	return record{Echo: echo, Sampling: r.withDefaults(), Items: []Item{}}
}

// New returns the response of a turn that this package has started.
func New(from store.Response) (*Response, error) {
	var kept record
	if err := json.Unmarshal(from.Turn.Record, &kept); err != nil {
		return nil, fmt.Errorf("decode the record of response %s: %w", from.Turn.ResponseID, err)
	}
	r := &Response{
		ID: from.Turn.ResponseID, Object: "response", CreatedAt: seconds(from.Turn.Began), Status: StatusInProgress,
		Output: kept.Items, Echo: kept.Echo, Sampling: kept.Sampling, fixed: newFixed(),
		Telemetry: &orq.Telemetry{TraceID: from.TraceID, SpanID: from.Turn.SpanID},
	}
	if from.Active() {
		return r, nil
	}
	ended := seconds(from.Updated)
	r.CompletedAt = &ended
	r.Status, r.Error, r.IncompleteDetails = conclude(from, kept)
	r.Usage = usage(from.Turn.Usage, kept.Cost)
	return r, nil
}

// conclude returns how a turn has ended. A pause for function calls is completed, like any turn that stopped by itself.
func conclude(from store.Response, kept record) (status string, failed *Error, incomplete *IncompleteDetails) {
	switch from.State {
	case orq.TaskCompleted, orq.TaskInputRequired, orq.TaskAuthRequired:
	default:
		return StatusFailed, &Error{errorCode(kept.ErrorCode), from.Reason}, nil
	}
	switch from.Turn.Finish {
	case orq.FinishLength:
		return StatusIncomplete, nil, &IncompleteDetails{"max_output_tokens"}
	case orq.FinishContentFilter:
		return StatusIncomplete, nil, &IncompleteDetails{"content_filter"}
	case orq.FinishMaxIterations:
		return StatusIncomplete, nil, &IncompleteDetails{"max_iterations"}
	case orq.FinishMaxTime:
		return StatusIncomplete, nil, &IncompleteDetails{"max_execution_time"}
	}
	return StatusCompleted, nil, nil
}

// errorCode names the status with which a turn ended.
func errorCode(status int) string {
	switch status {
	case run.StatusClientLeft:
		return "canceled"
	case 404:
		return "agent_not_found"
	case 429:
		return "rate_limit_exceeded"
	case 504:
		return "timeout"
	}
	return "server_error"
}

// usage returns the usage of a turn that has ended. It is never null: release 4.9.4 of the official client refuses that.
func usage(from *orq.Usage, cost float64) *Usage {
	if from == nil {
		return &Usage{TotalCost: cost}
	}
	u := &Usage{
		InputTokens: int64(from.PromptTokens), OutputTokens: int64(from.CompletionTokens), TotalTokens: int64(from.TotalTokens), TotalCost: cost,
	}
	if details := from.PromptTokensDetails; details != nil && details.CachedTokens != nil {
		u.InputTokensDetails.CachedTokens = int64(*details.CachedTokens)
	}
	if details := from.CompletionTokensDetails; details != nil && details.ReasoningTokens != nil {
		u.OutputDetails.ReasoningTokens = int64(*details.ReasoningTokens)
	}
	return u
}

// seconds is a timestamp of the store in unix seconds, 0 when it is none.
func seconds(timestamp string) int64 {
	t, err := time.Parse(time.RFC3339, timestamp)
	if err != nil {
		return 0
	}
	return t.Unix()
}
