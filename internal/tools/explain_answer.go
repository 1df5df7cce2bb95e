package tools

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// explainAnswer explains a successful response that lacks what its operation must return. What the request was to do may
// have been done.
func explainAnswer(call *Call, tool Spec, subject *subjectError, answer *orq.AnswerError) string {
	text := sentence("orq.ai's answer"+subject.about()+" cannot be used: "+oneLine(call.redactArgs(answer.Error()))) + " "
	agent := cmp.Or(subject.key, "of that key")
	taskID := cmp.Or(answer.TaskID, subject.taskID)
	switch {
	case answer.Reads && (tool.ReadOnly || tool.Idempotent):
		return text + "Check ORQ_BASE_URL, then try again."
	case answer.Reads:
		return text + "Nothing was changed or started. Check ORQ_BASE_URL."
	case answer.StartsRun && taskID != "":
		return text + fmt.Sprintf("The run may have started all the same and was not started again: call orq.ai's get_agent_response with key=%s and task_id=%s.", agent, taskID)
	case answer.StartsRun:
		return text + mayHaveStarted
	case tool.RunsAgent:
		return text + fmt.Sprintf("The agent %s may have been created or changed all the same, but its run did not start: check with orq.ai's get_agent before you call again.", agent)
	}
	return text + fmt.Sprintf("The agent %s may have been %s all the same: check with orq.ai's get_agent before you call again.", agent, doneBy(answer.Operation))
}

// doneBy returns what an operation on an agent does, as a participle.
func doneBy(operation string) string {
	switch method, path, _ := strings.Cut(operation, " "); {
	case method == "DELETE":
		return "deleted"
	case method == "PATCH":
		return "changed"
	case strings.Contains(path, "efresh"):
		return "refreshed"
	}
	return "created"
}
