package relay

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// States of an Outcome.
const (
	StateCompleted     = "completed"
	StateInputRequired = "input_required"
	StateFailed        = "failed"
	StateWorking       = "working"
)

// Outcome is the result of a run, or its current state.
type Outcome struct {
	TaskID       string `json:"task_id" jsonschema:"required"`
	AgentKey     string `json:"agent_key" jsonschema:"required"`
	State        string `json:"state" jsonschema:"required,enum=completed,enum=input_required,enum=failed,enum=working"`
	FinishReason string `json:"finish_reason,omitzero"`
	Error        string `json:"error,omitzero"`
	OutputText   string `json:"output_text" jsonschema:"required"`
	// Offset is where OutputText begins in the whole text, in bytes.
	Offset           int             `json:"offset,omitzero"`
	OutputFiles      []OutputFile    `json:"output_files,omitzero"`
	PendingToolCalls []PendingCall   `json:"pending_tool_calls,omitzero"`
	ToolExecutions   []ToolExecution `json:"tool_executions,omitzero"`
	Usage            *Usage          `json:"usage,omitzero"`
	// CostUSD is absent when the service did not report it.
	CostUSD *float64 `json:"cost_usd,omitzero"`
	TraceID string   `json:"trace_id,omitzero"`
	// Events counts the events received from the service.
	Events     int   `json:"events"`
	DurationMS int64 `json:"duration_ms"`
	// Truncated reports that something was left out: the rest of OutputText, or what Next describes.
	Truncated bool `json:"truncated,omitzero"`
	// Next describes what the caller can do now.
	Next string `json:"next,omitzero"`
	// Remarks are about what could not be read or looked up. They may quote the service.
	Remarks []string `json:"-"`
	// MayGoOn reports that a run whose State is StateFailed may go on all the same.
	MayGoOn bool `json:"-"`
}

// OutputFile is a file the agent produced.
type OutputFile struct {
	Name     string `json:"name,omitzero"`
	MIMEType string `json:"mime_type,omitzero"`
	URI      string `json:"uri,omitzero"`
	// Base64 is the content of a file that came without a URI.
	Base64 string `json:"base64,omitzero"`
}

// PendingCall is a call of a function tool that waits for a result from the caller.
type PendingCall struct {
	ID   string `json:"id" jsonschema:"required"`
	Name string `json:"name" jsonschema:"required"`
	// Arguments is JSON text.
	Arguments string `json:"arguments"`
}

// ToolExecution is one tool call the agent made.
type ToolExecution struct {
	Name       string `json:"name" jsonschema:"required"`
	Status     string `json:"status" jsonschema:"required,enum=running,enum=finished,enum=failed,enum=awaiting_approval,enum=rejected"`
	DurationMS int64  `json:"duration_ms,omitzero"`
	Error      string `json:"error,omitzero"`
}

// Usage counts tokens.
type Usage struct {
	PromptTokens     int64 `json:"prompt_tokens"`
	CompletionTokens int64 `json:"completion_tokens"`
	TotalTokens      int64 `json:"total_tokens"`
}

// fill completes an outcome with the service's response to a lookup.
func (o *Outcome) fill(response *orq.AgentResponse) {
	o.setPending(response.PendingToolCalls)
	if response.Status != orq.ResponseFailed || response.Error != "" {
		o.Error = response.Error
	}
	o.FinishReason, o.MayGoOn = response.FinishReason, false
	switch status := response.Status; {
	case response.Running():
		o.State = StateWorking
	case status == orq.ResponseFailed:
		o.State, o.Error = StateFailed, cmp.Or(o.Error, noReason)
	case status == orq.TaskCanceled, status == orq.ResponseCancelled, status == orq.TaskRejected:
		o.State, o.Error = StateFailed, cmp.Or(o.Error, "the task is "+status)
	case status != orq.ResponseCompleted && status != orq.ResponseRequiresAction:
		o.failUnknown("status", status)
		o.MayGoOn = true
	case len(o.PendingToolCalls) > 0:
		o.State = StateInputRequired
	case status == orq.ResponseRequiresAction, len(response.WaitsFor) > 0:
		o.State = StateWorking
		o.addWaiting(response.WaitsFor)
	case !orq.KnownFinish(o.FinishReason) && o.FinishReason != "":
		o.failUnknown("finish_reason", o.FinishReason)
	case o.FinishReason == orq.FinishFunctionCall:
		o.State, o.Error = StateFailed, unnamedCall
	default:
		o.State = StateCompleted
	}
	var text []string
	o.OutputFiles = nil
	for _, message := range response.Output {
		if message.Role != orq.RoleAgent {
			continue
		}
		text = append(text, message.Text())
		o.addFiles(message)
	}
	if len(text) > 0 {
		o.OutputText = strings.Join(text, "\n")
	}
	o.setUsage(response.Usage)
	if response.Cost != nil {
		o.CostUSD = response.Cost
	}
	if response.Telemetry != nil {
		o.TraceID = response.Telemetry.TraceID
	}
}

// noReason is the error of a run whose failure comes without words.
const noReason = "orq.ai gave no reason"

// unnamedCall is the error of a run that has paused for nothing that could be answered.
const unnamedCall = "the run waits for the result of a function call, but orq.ai does not name the call"

// failUnknown records a value of the service that is not known, from which it cannot be seen how the run stands.
func (o *Outcome) failUnknown(name, value string) {
	o.State = StateFailed
	if o.Error = fmt.Sprintf("%s %q is not known", name, truncate.Bytes(value, 100)); value == "" {
		o.Error = "orq.ai states no " + name
	}
}

// FromTask returns the outcome of a task as the service returned it when the task was started.
func FromTask(agentKey string, task *orq.Task) *Outcome {
	o := &Outcome{TaskID: task.ID, AgentKey: agentKey, State: StateWorking}
	switch task.Status.State {
	case orq.TaskCompleted:
		o.State = StateCompleted
	case orq.TaskInputRequired, orq.TaskAuthRequired:
		o.State = StateInputRequired
	case orq.TaskFailed, orq.TaskCanceled, orq.ResponseCancelled, orq.TaskRejected:
		o.State = StateFailed
		o.Error = "the task is " + task.Status.State
	case orq.TaskSubmitted, orq.TaskWorking:
	default:
		o.failUnknown("state", task.Status.State)
		o.MayGoOn = true
	}
	if task.Status.Message != nil && o.State == StateFailed {
		for _, part := range task.Status.Message.Parts {
			o.Error += ": " + cmp.Or(part.Error, orq.Message{Parts: []orq.Part{part}}.Text())
		}
	}
	if trace, ok := task.Metadata["trace_id"].(string); ok {
		o.TraceID = trace
	}
	for _, message := range task.Messages {
		if message.Role == orq.RoleAgent {
			o.OutputText += message.Text()
			o.addFiles(message)
		}
	}
	return o
}

// addWaiting adds the tool calls that wait for a person, unless they are there already.
func (o *Outcome) addWaiting(names []string) {
	known := map[string]int{}
	for _, name := range NamesWith(AwaitingApproval, o.ToolExecutions) {
		known[name]++
	}
	for _, name := range names {
		if known[name]--; known[name] < 0 && len(o.ToolExecutions) < maxListed {
			o.ToolExecutions = append(o.ToolExecutions, ToolExecution{Name: name, Status: AwaitingApproval})
		}
	}
}

func (o *Outcome) addFiles(message orq.Message) {
	for _, part := range message.Parts {
		o.addFile(part.File)
	}
}

func (o *Outcome) addFile(file *orq.File) {
	if file != nil && len(o.OutputFiles) < maxListed {
		o.OutputFiles = append(o.OutputFiles, OutputFile{Name: file.Name, MIMEType: file.MIMEType, URI: file.URI, Base64: file.Bytes})
	}
}

func (o *Outcome) setPending(calls []orq.PendingToolCall) {
	o.PendingToolCalls = nil
	for _, call := range calls {
		o.PendingToolCalls = append(o.PendingToolCalls, PendingCall{ID: call.ID, Name: call.Function.Name, Arguments: call.Function.Arguments})
	}
}

func (o *Outcome) setUsage(usage *orq.Usage) {
	if usage == nil {
		return
	}
	if o.Usage == nil {
		o.Usage = &Usage{}
	}
	*o.Usage = Usage{int64(usage.PromptTokens), int64(usage.CompletionTokens), int64(usage.TotalTokens)}
}

// TextFrom returns text from a byte offset on, and the offset at which the rest begins: that of a whole character, and at
// most the length of text.
func TextFrom(text string, offset int) (rest string, begins int) {
	begins = min(offset, len(text))
	for begins > 0 && begins < len(text) && !utf8.RuneStart(text[begins]) {
		begins--
	}
	return text[begins:], begins
}

// truncate bounds the text, in bytes: at a line break within the last quarter, or else after a whole character.
func (o *Outcome) truncate(limit int) {
	if limit <= 0 || len(o.OutputText) <= limit {
		return
	}
	text := truncate.BytePrefix(o.OutputText, limit)
	if line := strings.LastIndexByte(text, '\n'); line > limit*3/4 {
		text = text[:line]
	}
	o.OutputText, o.Truncated = text, true
}

// elapsed returns the time between two of the service's timestamps; 0 when either cannot be parsed.
func elapsed(start, end string) time.Duration {
	from, err1 := time.Parse(time.RFC3339Nano, start)
	to, err2 := time.Parse(time.RFC3339Nano, end)
	if err1 != nil || err2 != nil {
		return 0
	}
	return max(0, to.Sub(from))
}
