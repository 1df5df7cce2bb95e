package tools

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestRunOutcomeNextSteps(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		outcome relay.Outcome
		want    string
	}{
		"completed": {relay.Outcome{State: relay.StateCompleted}, "To say more: call orq.ai's invoke_agent with key=k, task_id=t and message."},
		"working":   {relay.Outcome{State: relay.StateWorking}, "Still running: call orq.ai's get_agent_response with key=k and task_id=t."},
		"waiting for approval": {
			relay.Outcome{State: relay.StateWorking, ToolExecutions: []relay.ToolExecution{{Name: "crm", Status: "awaiting_approval"}, {Name: "web", Status: "running"}}},
			"Waiting for approval of crm: a person decides in the orq.ai studio. Still running: call orq.ai's get_agent_response with key=k and task_id=t.",
		},
		"input required": {
			relay.Outcome{State: relay.StateInputRequired},
			"It waits for input: call orq.ai's get_agent_response with key=k and task_id=t to see for which.",
		},
		"results required": {
			relay.Outcome{State: relay.StateInputRequired, PendingToolCalls: []relay.PendingCall{{ID: "c1", Name: "f"}}},
			"Answer each of pending_tool_calls: call orq.ai's invoke_agent with key=k, task_id=t and tool_results=[{tool_call_id, result}].",
		},
		"failed": {relay.Outcome{State: relay.StateFailed}, ""},
		"failed, but the run may go on": {
			relay.Outcome{State: relay.StateFailed, MayGoOn: true},
			"The run may go on all the same: call orq.ai's get_agent_response with key=k and task_id=t before you start another.",
		},
		"failed, but an approval is open": {
			relay.Outcome{State: relay.StateFailed, MayGoOn: true, ToolExecutions: []relay.ToolExecution{{Name: "crm", Status: "awaiting_approval"}}},
			"Waiting for approval of crm: a person decides in the orq.ai studio. The run may go on all the same: call orq.ai's get_agent_response with key=k and task_id=t before you start another.",
		},
		"cut": {
			relay.Outcome{State: relay.StateCompleted, OutputText: "é", Offset: 5, Truncated: true},
			"output_text was cut: orq.ai's get_agent_response with key=k, task_id=t and offset=7 shows what follows. To say more: call orq.ai's invoke_agent with key=k, task_id=t and message.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each.outcome.AgentKey, each.outcome.TaskID = "k", "t"
			if diff := cmp.Diff(each.want, newRunOutcome(&Call{}, &each.outcome).Next); diff != "" {
				t.Errorf("next differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRunOutcomeRemarks(t *testing.T) {
	t.Parallel()
	call := &Call{arguments: []byte(`{"variables":{"password":"s3cr3t-value"}}`), remarks: []string{"engine: not known"}}
	outcome := newRunOutcome(call, &relay.Outcome{State: relay.StateCompleted, Remarks: []string{"the task could not be looked up: no s3cr3t-value"}})
	want := []string{"the task could not be looked up: no ***", "engine: not known"}
	if diff := cmp.Diff(want, outcome.Remarks); diff != "" {
		t.Errorf("remarks (-want +got):\n%s", diff)
	}
	for _, remark := range want {
		if !strings.Contains(outcome.Text(), remark) {
			t.Errorf("text lacks the remark %q: %s", remark, outcome.Text())
		}
	}
}

func TestRunWithoutATaskIDHasNoNextStep(t *testing.T) {
	t.Parallel()
	for _, outcome := range []relay.Outcome{{State: relay.StateCompleted}, {State: relay.StateFailed, Truncated: true}} {
		if got := newRunOutcome(&Call{}, &outcome).Next; got != noTaskID {
			t.Errorf("next = %q, want %q", got, noTaskID)
		}
	}
	if got := newRunOutcome(&Call{}, &relay.Outcome{State: relay.StateFailed, MayGoOn: true}).Next; got != mayHaveStarted {
		t.Errorf("next = %q, want %q", got, mayHaveStarted)
	}
}
