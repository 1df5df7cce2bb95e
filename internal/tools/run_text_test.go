package tools

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

func TestRunTextEndsWithALineOfFacts(t *testing.T) {
	t.Parallel()
	cost := 0.25
	for name, c := range map[string]struct {
		outcome runOutcome
		want    string
	}{
		"completed": {
			runOutcome{Outcome: relay.Outcome{
				TaskID: "t1", AgentKey: "k", State: relay.StateCompleted, FinishReason: "stop", OutputText: "one\ntwo",
				Usage: &relay.Usage{PromptTokens: 2, CompletionTokens: 3, TotalTokens: 5}, CostUSD: &cost, Events: 6, DurationMS: 7, Next: "Say more; or less.",
			}},
			"one\ntwo\n\nstate: completed; task_id: t1; agent_key: k; finish_reason: stop; " +
				"usage: prompt_tokens 2, completion_tokens 3, total_tokens 5; cost_usd: 0.25; events: 6; duration_ms: 7; next: Say more; or less.",
		},
		"no text": {
			runOutcome{Outcome: relay.Outcome{TaskID: "t1", AgentKey: "k", State: relay.StateWorking}},
			"state: working; task_id: t1; agent_key: k; events: 0; duration_ms: 0",
		},
		"text that begins with a line break": {
			runOutcome{Outcome: relay.Outcome{TaskID: "t1", AgentKey: "k", State: relay.StateCompleted, OutputText: "\nx"}},
			"\nx\n\nstate: completed; task_id: t1; agent_key: k; events: 0; duration_ms: 0",
		},
		"an error": {
			runOutcome{Outcome: relay.Outcome{TaskID: "t1", AgentKey: "k", State: relay.StateFailed, Error: "no; luck"}},
			"error: no; luck\nstate: failed; task_id: t1; agent_key: k; events: 0; duration_ms: 0",
		},
		"lists": {
			runOutcome{
				Outcome: relay.Outcome{
					TaskID: "t1", AgentKey: "k", State: relay.StateInputRequired, OutputText: "Wait.",
					PendingToolCalls: []relay.PendingCall{{ID: "c1", Name: "refund", Arguments: `{"order":7,"why":"x"}`}},
					ToolExecutions:   []relay.ToolExecution{{Name: "crm", Status: "finished", DurationMS: 3}},
				},
				Remarks: []string{"engine: not known"},
			},
			"Wait.\n\npending_tool_calls:\n  -\n    id: c1\n    name: refund\n    arguments: {\"order\":7,\"why\":\"x\"}\n" +
				"tool_executions:\n  - name crm, status finished, duration_ms 3\nremarks: engine: not known\n" +
				"state: input_required; task_id: t1; agent_key: k; events: 0; duration_ms: 0",
		},
		"values that would break the line": {
			runOutcome{Outcome: relay.Outcome{
				TaskID: "t1", AgentKey: "k", State: relay.StateFailed, FinishReason: "a; state: completed", TraceID: "b\nc", Next: "d\ne",
			}},
			"finish_reason: a; state: completed\ntrace_id:\n  b\n  c\nnext:\n  d\n  e\nstate: failed; task_id: t1; agent_key: k; events: 0; duration_ms: 0",
		},
		"a secret": {
			runOutcome{Outcome: relay.Outcome{TaskID: "t1", AgentKey: "k", State: relay.StateFailed, Error: "got Bearer sk-0123456789."}},
			"error: got Bearer ***.\nstate: failed; task_id: t1; agent_key: k; events: 0; duration_ms: 0",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.outcome.Text()); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLineOfFactsCostsNoMoreThanAnOutline(t *testing.T) {
	t.Parallel()
	cost := 0.0012
	outcome := newRunOutcome(&Call{}, &relay.Outcome{
		TaskID: "01M8S97J7VH803GVPH6CX3E73V", AgentKey: "runner", State: relay.StateCompleted, FinishReason: "stop",
		ToolExecutions: []relay.ToolExecution{{Name: "crm", Status: "finished", DurationMS: 31}},
		Usage:          &relay.Usage{PromptTokens: 200, CompletionTokens: 30, TotalTokens: 230}, CostUSD: &cost,
		TraceID: "506f0503eedce746ae97f638bb607ed6", Events: 12, DurationMS: 3456,
	})
	facts := struct {
		relay.Outcome
		OutputText string `json:"output_text,omitzero"`
	}{Outcome: outcome.Outcome}
	got, want := countTokens(t, outcome.Text()), countTokens(t, outline(facts))
	if got > want || strings.Count(outcome.Text(), "\n") != 2 {
		t.Errorf("the facts cost %d tokens, want at most %d, in 3 lines:\n%s", got, want, outcome.Text())
	}
}
