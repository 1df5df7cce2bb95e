package e2e_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// TestServiceErrorsAreReportedVerbatim continues tasks that cannot be continued. The error contains the message of the
// service.
func TestServiceErrorsAreReportedVerbatim(t *testing.T) {
	t.Parallel()
	onEachAPI(t, func(t *testing.T, kind string, a api) {
		for _, mode := range []string{"stream", "background", "auto"} {
			t.Run(mode, func(t *testing.T) {
				t.Parallel()
				c := open(t, kind, a.newSandbox(t, sandbox.Options{}).setup())
				c.create("clerk", object{"tools": []any{object{"type": "function", "key": "lookup_order"}}})
				invoke := func(arguments object) object {
					arguments["key"], arguments["mode"] = "clerk", mode
					return arguments
				}
				active := decode[outcome](t, c.tool("invoke_agent", object{"key": "clerk", "message": "/slow 1m\nhello", "mode": "background"}).Structured).TaskID
				paused, _ := c.run("invoke_agent", object{"key": "clerk", "message": `/tool lookup_order {"id": 7}` + "\nWhere is it?"})
				none := a.task("none")
				const waits = "Nothing was started. Correct what it names and call again."
				stillActive := "The sandbox answered 409 for agent clerk: task_id: the task " + active + " is still active; wait until it is inactive. Nothing was started. "
				noTask := `task_id: the agent has no task "` + none + `". `
				otherCall := `message.parts[0].tool_call_id: no call "other" waits for a result: lookup_order (` + paused.Pending[0].ID + "). "
				noResult := "message: the task waits for tool results: lookup_order (" + paused.Pending[0].ID + "). "
				if a.isToday() {
					stillActive = "The sandbox answered 409 for agent clerk: task_id: the response is still in progress. Nothing was started. "
					noTask = `task_id: there is no response "` + none + `". `
					otherCall = `input[0].call_id: no call "other" waits for an output; these do: lookup_order (` + paused.Pending[0].ID + "). "
					noResult = "input: a function_call_output is needed for lookup_order (" + paused.Pending[0].ID + "). "
				}
				for name, test := range map[string]struct {
					arguments object
					want      string
				}{
					"a task that is active": {
						object{"task_id": active, "message": "And?"},
						stillActive + "Wait until task " + active + " is inactive: orq.ai's get_agent_response shows its state.",
					},
					"a task that does not exist": {
						object{"task_id": none, "message": "And?"},
						"There is no task " + none + " of agent clerk: The sandbox answered 404: " + noTask + "Nothing was started. Check both; orq.ai's invoke_agent returns the task_id.",
					},
					"the result of another call": {
						object{"task_id": paused.TaskID, "tool_results": []any{object{"tool_call_id": "other", "result": "shipped"}}},
						"The sandbox answered 400 for agent clerk: " + otherCall + waits,
					},
					"words instead of a result": {
						object{"task_id": paused.TaskID, "message": "Well?"},
						"The sandbox answered 400 for agent clerk: " + noResult + waits,
					},
					"a result that nothing waits for": {
						object{"task_id": active, "tool_results": []any{object{"tool_call_id": "other", "result": "shipped"}}},
						stillActive + "Wait until task " + active + " is inactive: orq.ai's get_agent_response shows its state.",
					},
				} {
					// The error is the same with and without progress.
					result := c.begin("invoke_agent", invoke(test.arguments)).result()
					if !result.IsError {
						t.Errorf("%s: call succeeded, want an error: %s", name, result.text())
					}
					if diff := cmp.Diff(test.want, result.text()); diff != "" {
						t.Errorf("%s (-want +got):\n%s", name, diff)
					}
					if diff := cmp.Diff(test.want, c.toolError("invoke_agent", invoke(test.arguments))); diff != "" {
						t.Errorf("%s, without progress (-want +got):\n%s", name, diff)
					}
				}
				// The refused calls have changed nothing: the correct result is accepted.
				ended, _ := c.run("invoke_agent", object{
					"key": "clerk", "task_id": paused.TaskID, "tool_results": []any{object{"tool_call_id": paused.Pending[0].ID, "result": "shipped"}},
				})
				if ended.State != "completed" {
					t.Errorf("outcome = %+v, want completed", ended)
				}
			})
		}
	})
}
