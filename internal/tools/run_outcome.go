package tools

import (
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// runOutcome is what the tools that run an agent answer.
type runOutcome struct{ relay.Outcome }

// newRunOutcome adds to an outcome what the caller can do next.
func newRunOutcome(outcome relay.Outcome) runOutcome {
	switch outcome.State {
	case relay.StateWorking:
		outcome.Next = fmt.Sprintf("Still running: call get_agent_response with key=%s and task_id=%s.", outcome.AgentKey, outcome.TaskID)
	case relay.StateInputRequired:
		outcome.Next = fmt.Sprintf("Answer each of pending_tool_calls: call invoke_agent with key=%s, task_id=%s and tool_results=[{tool_call_id, result}].", outcome.AgentKey, outcome.TaskID)
	}
	if outcome.Truncated {
		outcome.Next = strings.TrimSpace(outcome.Next + " output_text was cut: ask the agent for the rest, or raise --text-limit.")
	}
	return runOutcome{outcome}
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
