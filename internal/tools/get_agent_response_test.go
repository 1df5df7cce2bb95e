package tools

import "testing"

func TestGetAgentResponseArgumentErrors(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "get_agent_response", []mistake{
		{"no task", `{"key": "support"}`, "task_id: required"},
	})
}
