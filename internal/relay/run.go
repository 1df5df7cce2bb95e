package relay

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// run accumulates the state of a run while its events come in.
type run struct {
	Outcome
	// ended reports that an event stated how the run ended or paused.
	ended bool
	// timedOut reports that the service timed the stream out; the run may go on.
	timedOut bool
	// startedTask is the task's id, set by the event that starts the execution; the stall watch reads it.
	startedTask atomic.Pointer[string]
	// text is the text of the thoughts so far, the outcome's text if no final message comes.
	text strings.Builder
	// textItem is the item of a response to which the end of text belongs.
	textItem string
	// textLimit is the length after which text takes no more, in bytes.
	textLimit int
	// tools holds the tool executions that have not ended, by call id.
	tools map[string]*openTool
}

// maxListed bounds the tool executions and the files of an outcome.
const maxListed = 500

// openTool is a tool execution that has not ended.
type openTool struct {
	index   int    // in Outcome.ToolExecutions
	started string // timestamp of the service
}

// apply updates the run with an event and returns the event's progress.
func (r *run) apply(event *orq.Event) Progress {
	r.Events++
	if event.Type == orq.EventThought {
		step := event.Step()
		if r.applyThought(step); step.Text != "" {
			return Progress{Message: step.Text, Text: true, Event: event}
		}
		return Progress{Message: fmt.Sprintf("iteration %v: thinking", step.Iteration), Event: event}
	}
	if progress, ok := r.applyResponse(event); ok {
		return progress
	}
	return Progress{Message: r.applyStatus(event), Event: event}
}

// applyStatus updates the run with an event that is not a thought and returns its line for a person.
func (r *run) applyStatus(event *orq.Event) string {
	switch data := event.Data.(type) {
	case *orq.ExecutionStarted:
		r.TaskID, r.TraceID = data.AgentTaskID, data.TraceID
		r.startedTask.Store(&data.AgentTaskID)
		return "task " + data.AgentTaskID + " started"
	case *orq.AgentStarted:
		if data.ModelID == "" || data.ModelID == orq.TypeA2A { // it has no model here
			return "agent " + data.AgentKey + " started"
		}
		return "agent " + data.AgentKey + " started on " + data.ModelID
	case *orq.Inactive:
		return r.applyInactive(data)
	case *orq.Errored:
		return r.fail(data.Error)
	case *orq.StreamError:
		return r.fail(data.Error)
	case *orq.Timeout:
		r.timedOut = true
		return r.fail(data.Message)
	case *orq.ExecutionNamed:
		return "named: " + data.Name
	case *orq.HandedOff:
		return "handed off to " + data.AgentID
	case *orq.MessageCreated:
		return "message added to the conversation"
	}
	if line := r.applyTool(event); line != "" {
		return line
	}
	return lineWithoutData(event)
}

// lineWithoutData returns the line of an event whose type alone is known: a review of the run, or a type to come.
func lineWithoutData(event *orq.Event) string {
	switch event.Type {
	case orq.EventExecutionReviewRequired:
		return "waiting for a review of the run: decide in the orq.ai studio"
	case orq.EventExecutionReviewed:
		return "the run was reviewed and goes on"
	}
	if kind, ok := strings.CutPrefix(string(event.Type), orq.ResponseEventPrefix); ok {
		if isStructure(kind) {
			return ""
		}
		return strings.NewReplacer(".", " ", "_", " ").Replace(kind)
	}
	return string(event.Type)
}

// applyThought adds the text, the files and the usage of a reasoning step.
func (r *run) applyThought(step orq.Step) {
	for i := range step.Files {
		r.addFile(&step.Files[i])
	}
	r.setUsage(step.Usage)
	r.addText(step.Text)
}

// addText adds text of the agent, as long as the outcome has room for it: that is truncated to the limit in the end.
func (r *run) addText(text string) {
	if r.text.Len() <= r.textLimit {
		r.text.WriteString(text)
	}
}

// applyInactive takes the outcome from the event that ends or pauses the run.
func (r *run) applyInactive(data *orq.Inactive) string {
	r.ended = true
	r.FinishReason = data.FinishReason
	r.OutputText = data.LastMessage
	if last := data.LastMessageFull; last != nil {
		r.OutputText = cmp.Or(r.OutputText, last.Text())
		if slices.ContainsFunc(last.Parts, func(part orq.Part) bool { return part.File != nil }) {
			r.OutputFiles = nil
			r.addFiles(*last)
		}
	}
	r.setUsage(data.Usage)
	if data.Billing != nil {
		r.CostUSD = &data.Billing.TotalCost
	}
	r.setPending(data.PendingToolCalls)
	if len(r.PendingToolCalls) > 0 {
		r.State = StateInputRequired
		return r.pausedLine()
	}
	if r.State != StateFailed {
		r.State = StateCompleted
	}
	return "finished: " + data.FinishReason
}

// pausedLine names the calls whose results the run waits for.
func (r *run) pausedLine() string {
	names := make([]string, 0, len(r.PendingToolCalls))
	for _, call := range r.PendingToolCalls {
		names = append(names, call.Name)
	}
	return "paused: waiting for the result of " + strings.Join(names, ", ")
}

func (r *run) fail(reason string) string {
	r.ended = true
	r.State, r.Error = StateFailed, reason
	return "failed: " + reason
}

// applyTool updates the run with an event of a tool call and returns its line, or "" when event is of another kind.
func (r *run) applyTool(event *orq.Event) string {
	switch data := event.Data.(type) {
	case *orq.ActionReviewRequested:
		name := toolName(data.Tool.Key, data.Tool.DisplayName, data.Tool.ActionType)
		r.execution(data.AgentToolCallID, name, event.Timestamp).Status = "awaiting_approval"
		return "waiting for approval of " + name + ": decide in the orq.ai studio"
	case *orq.ActionReviewed:
		execution := r.execution(data.AgentToolCallID, "tool", event.Timestamp)
		execution.Status = "running"
		if data.Review == "rejected" {
			execution.Status = "rejected"
		}
		return execution.Name + " was " + data.Review
	case *orq.ToolStarted:
		name := toolName(data.ToolKey, data.ToolDisplayName, data.ActionType)
		execution := r.execution(data.Execution.AgentToolCallID, name, event.Timestamp)
		execution.Name, execution.Status = name, "running"
		if open, known := r.tools[data.Execution.AgentToolCallID]; known {
			open.started = event.Timestamp
		}
		return "tool " + name + " started"
	case *orq.ToolFinished:
		return r.finishTool(data.Execution.AgentToolCallID, data.ActionType, event.Timestamp)
	case *orq.ToolFailed:
		return r.failTool(data.Execution.AgentToolCallID, data.ActionType, event.Timestamp, data.Error.Message)
	}
	return ""
}

// execution returns the execution of a tool call. An unknown one is added, begun at the given timestamp; beyond maxListed
// it is not added to the outcome.
func (r *run) execution(callID, name, at string) *ToolExecution {
	open, known := r.tools[callID]
	if !known && len(r.ToolExecutions) == maxListed {
		return &ToolExecution{Name: name}
	}
	if !known {
		open = &openTool{index: len(r.ToolExecutions), started: at}
		r.tools[callID] = open
		r.ToolExecutions = append(r.ToolExecutions, ToolExecution{Name: name})
	}
	return &r.ToolExecutions[open.index]
}

// finishTool records the success of a tool call and returns its line.
func (r *run) finishTool(callID, name, at string) string {
	execution := r.closeTool(callID, name, at)
	execution.Status = "finished"
	return fmt.Sprintf("tool %s finished in %s", execution.Name, seconds(execution.DurationMS))
}

// failTool records the failure of a tool call and returns its line.
func (r *run) failTool(callID, name, at, reason string) string {
	execution := r.closeTool(callID, name, at)
	execution.Status, execution.Error = "failed", reason
	return fmt.Sprintf("tool %s failed after %s: %s", execution.Name, seconds(execution.DurationMS), reason)
}

// closeTool records how long a tool call took that has ended.
func (r *run) closeTool(callID, name, at string) *ToolExecution {
	execution := r.execution(callID, name, at)
	if open, known := r.tools[callID]; known {
		execution.DurationMS = elapsed(open.started, at).Milliseconds()
		delete(r.tools, callID)
	}
	return execution
}

// toolName returns the shortest name that identifies a tool: its key, or its type if it is built in.
func toolName(key, displayName, actionType string) string {
	switch actionType {
	case "http", "code", "function", "json_schema", "mcp":
		return cmp.Or(key, displayName, actionType)
	}
	return cmp.Or(key, actionType, displayName, "tool")
}

func seconds(milliseconds int64) string {
	return fmt.Sprintf("%.1f s", (time.Duration(milliseconds) * time.Millisecond).Seconds())
}
