package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestWithoutATokenACallWaitsWithoutProgress(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		u := a.newSandbox(t, sandbox.Options{})
		c := open(t, kind, u.setup())
		c.create("scout")
		result := c.tool("invoke_agent", object{"key": "scout", "message": "hello"})
		if len(result.progress) > 0 {
			t.Errorf("progress without a token = %v, want none", result.messages())
		}
		if ran := decode[outcome](t, result.Structured); ran.State != "completed" || !strings.HasSuffix(ran.OutputText, "You wrote: hello") {
			t.Errorf("outcome = %+v, want completed with the message in the output", ran)
		}
		if n := len(u.requests("POST", a.taskPath("scout"))); n != 1 {
			t.Errorf("%d background runs, want 1", n)
		}
	})
}

func TestALongRunIsPickedUpLater(t *testing.T) {
	t.Parallel()
	modes := map[string]object{
		"wait_seconds=0":  {"wait_seconds": 0},
		"mode=background": {"mode": "background"},
	}
	for name, how := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEachAPI(t, func(t *testing.T, kind string, a api) {
				c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
				c.create("scout")
				how := object{"key": "scout", "message": "/slow 2s\nhello", "mode": how["mode"], "wait_seconds": how["wait_seconds"]}
				begun := decode[outcome](t, c.tool("invoke_agent", how).Structured)
				want := "Still running: call orq.ai's get_agent_response with key=scout and task_id=" + begun.TaskID + "."
				if begun.State != "working" || begun.TaskID == "" || begun.Next != want {
					t.Fatalf("outcome = %+v, want working and next %q", begun, want)
				}
				ran := decode[outcome](t, c.tool("get_agent_response", object{"key": "scout", "task_id": begun.TaskID, "wait_seconds": 20}).Structured)
				if ran.State != "completed" || ran.TaskID != begun.TaskID || !strings.HasSuffix(ran.OutputText, "You wrote: hello") {
					t.Errorf("outcome = %+v, want task %s completed with the message in the output", ran, begun.TaskID)
				}
			})
		})
	}
}

func TestAPausedRunGoesOnWithToolResults(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		c.create("clerk", object{"tools": []any{object{"type": "function", "key": "lookup_order"}}})
		paused, result := c.run("invoke_agent", object{"key": "clerk", "message": `/tool lookup_order {"id": 7}` + "\nWhere is it?"})
		if paused.State != "input_required" || len(paused.Pending) != 1 {
			t.Fatalf("outcome = %+v, want input_required with one pending call", paused)
		}
		if pending := paused.Pending[0]; pending.Name != "lookup_order" || pending.Arguments != `{"id":7}` || pending.ID == "" {
			t.Errorf("pending call = %+v, want lookup_order with its arguments and an id", pending)
		}
		want := "Answer each of pending_tool_calls: call orq.ai's invoke_agent with key=clerk, task_id=" + paused.TaskID + " and tool_results=[{tool_call_id, result}]."
		if paused.Next != want || !strings.Contains(result.text(), want) {
			t.Errorf("next = %q, want %q, also in the text:\n%s", paused.Next, want, result.text())
		}
		if lines := result.messages(); !slices.Contains(lines, "paused: waiting for the result of lookup_order") {
			t.Errorf("progress = %q, want the pause in it", lines)
		}
		ended, result := c.run("invoke_agent", object{
			"key": "clerk", "task_id": paused.TaskID,
			"tool_results": []any{object{"tool_call_id": paused.Pending[0].ID, "result": object{"state": "shipped"}}},
		})
		if got, want := result.messages()[0], "continuing task "+paused.TaskID+" of clerk"; got != want {
			t.Errorf("first progress = %q, want %q", got, want)
		}
		// Each turn of a response has an id of its own; a task of March keeps its id.
		if ended.State != "completed" || (ended.TaskID == paused.TaskID) == a.isToday() || a.isToday() && !strings.HasPrefix(ended.TaskID, "resp_") {
			t.Errorf("outcome = %+v, want completed, with the task id %s on March and another on the Responses API", ended, paused.TaskID)
		}
		if want := `lookup_order returned {"state":"shipped"}`; !strings.Contains(ended.OutputText, want) {
			t.Errorf("output = %q, want %q in it", ended.OutputText, want)
		}
	})
}

func TestAFailedRunIsAnOutcome(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
		c.create("scout")
		ran, result := c.run("invoke_agent", object{"key": "scout", "message": "/count 2\n/fail no way"})
		if ran.State != "failed" || ran.Error != "no way" || ran.OutputText != "1 2 " {
			t.Errorf("outcome = %+v, want failed with error %q and output %q", ran, "no way", "1 2 ")
		}
		lines := result.messages()
		want := []string{"1", "1 2", "failed: no way"}
		if a.isToday() { // its stream also ends the message
			want = []string{"1", "1 2", "", "", "", "failed: no way"}
		}
		if diff := cmp.Diff(want, lines[len(lines)-len(want):]); diff != "" {
			t.Errorf("progress (-want +got):\n%s", diff)
		}
	})
}
