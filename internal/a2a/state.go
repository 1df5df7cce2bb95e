package a2a

import (
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// readState returns a state as orq.TaskStatus has it: versions of A2A and their SDKs write input-required, INPUT_REQUIRED,
// TASK_STATE_INPUT_REQUIRED or TaskState.input_required. Any other
// state, unknown and TASK_STATE_UNSPECIFIED included, keeps its name.
func readState(name string) string {
	switch strings.TrimPrefix(letters(name), "taskstate") {
	case "submitted":
		return orq.TaskSubmitted
	case "working":
		return orq.TaskWorking
	case "inputrequired":
		return orq.TaskInputRequired
	case "authrequired":
		return orq.TaskAuthRequired
	case "completed":
		return orq.TaskCompleted
	case "failed":
		return orq.TaskFailed
	case "canceled", "cancelled":
		return orq.TaskCanceled
	case "rejected":
		return orq.TaskRejected
	}
	return name
}

// isKnown reports whether A2A has a state.
func isKnown(state string) bool {
	switch state {
	case orq.TaskSubmitted, orq.TaskWorking, orq.TaskCompleted:
		return true
	}
	return isWaiting(state) || isFailed(state)
}

// isWaiting reports whether a task in this state waits for the user.
func isWaiting(state string) bool {
	return state == orq.TaskInputRequired || state == orq.TaskAuthRequired
}

// isFailed reports whether a task in this state has ended without success.
func isFailed(state string) bool {
	return state == orq.TaskFailed || state == orq.TaskRejected || state == orq.TaskCanceled
}

// hasEnded reports whether a task in this state goes on no more.
func hasEnded(state string) bool { return state == orq.TaskCompleted || isFailed(state) }
