package relay

import (
	"cmp"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// AwaitingApproval is the status of a tool call that a person has to approve.
const AwaitingApproval = "awaiting_approval"

// toolRuns is the status of a tool call whose result is to come.
const toolRuns = "running"

// NamesWith returns the names of the executions that have a status.
func NamesWith(status string, executions []ToolExecution) (names []string) {
	for _, execution := range executions {
		if execution.Status == status {
			names = append(names, execution.Name)
		}
	}
	return names
}

// openTool is a tool execution that has not ended.
type openTool struct {
	index   int    // in Outcome.ToolExecutions
	started string // timestamp of the service
}

// applyTool updates the run with an event of a tool call and returns its line, or "" when event is of another kind.
func (r *run) applyTool(event *orq.Event) string {
	switch data := event.Data.(type) {
	case *orq.ActionReviewRequested:
		name := toolName(data.Tool.Key, data.Tool.DisplayName, data.Tool.ActionType)
		r.execution(data.AgentToolCallID, name, event.Timestamp).Status = AwaitingApproval
		return "waiting for approval of " + name + ": decide in the orq.ai studio"
	case *orq.ActionReviewed:
		execution := r.execution(data.AgentToolCallID, "tool", event.Timestamp)
		switch data.Review {
		case "approved":
			execution.Status = toolRuns
		case "rejected":
			execution.Status = "rejected"
		default: // not known
			execution.Status = cmp.Or(execution.Status, AwaitingApproval)
		}
		return execution.Name + " was " + cmp.Or(data.Review, "reviewed")
	case *orq.ToolStarted:
		name := toolName(data.ToolKey, data.ToolDisplayName, data.ActionType)
		execution := r.execution(data.Execution.AgentToolCallID, name, event.Timestamp)
		execution.Name, execution.Status = name, toolRuns
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
	name = cmp.Or(name, "tool")
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
