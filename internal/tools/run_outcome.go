package tools

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// runOutcome is the output of the tools that run an agent.
type runOutcome struct {
	relay.Outcome
	// Remarks are about what could not be read of the run, and about arguments that were passed on although they are not known.
	Remarks []string `json:"remarks,omitzero"`
}

// newRunOutcome adds the caller's next steps to an outcome, and the remarks of the call to those of the run.
func newRunOutcome(c *Call, outcome *relay.Outcome) runOutcome {
	outcome.Error = argumentNames(outcome.Error)
	for i := range outcome.ToolExecutions {
		outcome.ToolExecutions[i].Error = argumentNames(outcome.ToolExecutions[i].Error)
	}
	outcome.Next = strings.Join(nextSteps(*outcome, outcome.Truncated), " ")
	remarks := mapSlice(outcome.Remarks, c.redactArgs)
	outcome.Remarks = nil
	return runOutcome{Outcome: *outcome, Remarks: append(remarks, c.remarks...)}
}

// noTaskID is the next step after a run whose task the service did not name.
const noTaskID = "orq.ai stated no task_id, so that this run can be neither continued nor looked up."

// nextSteps describes how to get the rest of a text that was cut, and how to continue the task.
func nextSteps(outcome relay.Outcome, textCut bool) []string {
	var steps []string
	switch {
	case outcome.TaskID == "" && outcome.MayGoOn:
		return []string{mayHaveStarted}
	case outcome.TaskID == "":
		return []string{noTaskID}
	case textCut:
		steps = append(steps, fmt.Sprintf("output_text was cut: orq.ai's get_agent_response with key=%s, task_id=%s and offset=%d shows what follows.",
			outcome.AgentKey, outcome.TaskID, outcome.Offset+len(outcome.OutputText)))
	}
	if names := awaitingApproval(outcome); len(names) > 0 && (outcome.State == relay.StateWorking || outcome.MayGoOn) {
		steps = append(steps, "Waiting for approval of "+strings.Join(names, ", ")+": a person decides in the orq.ai studio.")
	}
	if outcome.MayGoOn {
		steps = append(steps, fmt.Sprintf("The run may go on all the same: call orq.ai's get_agent_response with key=%s and task_id=%s before you start another.",
			outcome.AgentKey, outcome.TaskID))
	}
	switch outcome.State {
	case relay.StateWorking:
		steps = append(steps, fmt.Sprintf("Still running: call orq.ai's get_agent_response with key=%s and task_id=%s.", outcome.AgentKey, outcome.TaskID))
	case relay.StateInputRequired:
		if len(outcome.PendingToolCalls) == 0 {
			return append(steps, fmt.Sprintf("It waits for input: call orq.ai's get_agent_response with key=%s and task_id=%s to see for which.", outcome.AgentKey, outcome.TaskID))
		}
		steps = append(steps, fmt.Sprintf("Answer each of pending_tool_calls: call orq.ai's invoke_agent with key=%s, task_id=%s and tool_results=[{tool_call_id, result}].",
			outcome.AgentKey, outcome.TaskID))
	case relay.StateCompleted:
		steps = append(steps, fmt.Sprintf("To say more: call orq.ai's invoke_agent with key=%s, task_id=%s and message.", outcome.AgentKey, outcome.TaskID))
	}
	return steps
}

// awaitingApproval returns the names of the tools whose calls a person has to approve, at most ten.
func awaitingApproval(outcome relay.Outcome) []string {
	names := relay.NamesWith(relay.AwaitingApproval, outcome.ToolExecutions)
	return names[:min(len(names), 10)]
}

// truncated describes what was cut. It drops the content of files that were cut, because part of a file is of no use.
func (o runOutcome) truncated(cuts []cut) output {
	textCut := o.Truncated || slices.ContainsFunc(cuts, func(c cut) bool { return c.path == "output_text" })
	others := slices.DeleteFunc(slices.Clone(cuts), func(c cut) bool { return c.path == "output_text" })
	for i, c := range others {
		var file int
		if _, err := fmt.Sscanf(c.path, "output_files.%d.base64", &file); err == nil && file < len(o.OutputFiles) {
			o.OutputFiles[file].Base64, others[i].shown = "", 0
		}
	}
	o.Truncated = true
	steps := nextSteps(o.Outcome, textCut)
	if len(others) > 0 {
		steps = append(steps, describeCuts(others)+" A larger --text-limit of the server shows more.")
	}
	o.Next = strings.Join(steps, " ")
	return o
}
