package tools

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// runOutcome is what the tools that run an agent answer.
type runOutcome struct{ relay.Outcome }

// newRunOutcome adds to an outcome what the caller can do next.
func newRunOutcome(outcome relay.Outcome) runOutcome {
	outcome.Next = strings.Join(nextSteps(outcome, outcome.Truncated), " ")
	return runOutcome{outcome}
}

// nextSteps say how to see the rest of the text, and how to go on.
func nextSteps(outcome relay.Outcome, textCut bool) []string {
	var steps []string
	if textCut {
		steps = append(steps, fmt.Sprintf("output_text was cut: get_agent_response with key=%s, task_id=%s and offset=%d shows what follows.",
			outcome.AgentKey, outcome.TaskID, outcome.Offset+len(outcome.OutputText)))
	}
	switch outcome.State {
	case relay.StateWorking:
		if names := awaitingApproval(outcome); len(names) > 0 {
			steps = append(steps, "Waiting for approval of "+strings.Join(names, ", ")+": a person decides in the orq.ai studio.")
		}
		steps = append(steps, fmt.Sprintf("Still running: call get_agent_response with key=%s and task_id=%s.", outcome.AgentKey, outcome.TaskID))
	case relay.StateInputRequired:
		steps = append(steps, fmt.Sprintf("Answer each of pending_tool_calls: call invoke_agent with key=%s, task_id=%s and tool_results=[{tool_call_id, result}].",
			outcome.AgentKey, outcome.TaskID))
	case relay.StateCompleted:
		steps = append(steps, fmt.Sprintf("To say more: call invoke_agent with key=%s, task_id=%s and message.", outcome.AgentKey, outcome.TaskID))
	}
	return steps
}

// awaitingApproval are the tools whose calls a person has to approve.
func awaitingApproval(outcome relay.Outcome) []string {
	var names []string
	for _, execution := range outcome.ToolExecutions {
		if execution.Status == "awaiting_approval" && len(names) < 10 {
			names = append(names, execution.Name)
		}
	}
	return names
}

// inPart leaves out the content of files that do not fit, because half a file is none.
func (o runOutcome) inPart(cuts []cut) output {
	textCut := o.Truncated || slices.ContainsFunc(cuts, func(each cut) bool { return each.path == "output_text" })
	others := slices.DeleteFunc(slices.Clone(cuts), func(each cut) bool { return each.path == "output_text" })
	for i, each := range others {
		var file int
		if _, err := fmt.Sscanf(each.path, "output_files.%d.base64", &file); err == nil && file < len(o.OutputFiles) {
			o.OutputFiles[file].Base64, others[i].shown = "", 0
		}
	}
	o.Truncated = true
	steps := nextSteps(o.Outcome, textCut)
	if len(others) > 0 {
		steps = append(steps, inShort(others)+" A larger --text-limit of the server shows more.")
	}
	o.Next = strings.Join(steps, " ")
	return o
}

// Text gives the agent's answer first, then the facts of the run.
func (o runOutcome) Text() string {
	facts := o.Outcome
	facts.OutputText = ""
	var text strings.Builder
	text.WriteString(o.OutputText)
	if o.OutputText != "" {
		text.WriteString("\n\n")
	}
	text.WriteString(outline(struct {
		relay.Outcome
		OutputText string `json:"output_text,omitzero"`
	}{Outcome: facts}))
	return text.String()
}
