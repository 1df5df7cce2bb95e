package run

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Terms are how an API other than the run operations starts a turn. The zero value is how those do.
type Terms struct {
	// ResponseID is the id of the turn; empty: a ULID.
	ResponseID string
	// After is the id of the turn that must be the last of the task. Empty: any.
	After string
	// Recorder receives what the turn emits, with or without a listener. Nil: none.
	Recorder Recorder
	// History and Pending are what a new task begins with: messages before the one to answer, and the calls among them that
	// wait for a result.
	History []orq.Message
	Pending []orq.PendingToolCall
	// ContextID is the context of a new task. Empty: one of its own. The task begins with the conversation of the agent's
	// task that ended last in the context, if there is one.
	ContextID string
	// Hops is how many A2A agents of sandboxes have passed the message on.
	Hops int
	// Unstored keeps nothing of the turn: a task that is continued stays as it is.
	Unstored bool
}

// Recorder is a TextListener in the goroutine of the turn, whose errors are ignored: nobody can have left. Its calls
// are those that the listener of the same turn gets, and in the same order.
type Recorder interface {
	TextListener
	// Record is stored with the turn when it begins and when it ends.
	Record() (json.RawMessage, error)
}

// taskID is the id of the task that the turn works on: a copy when it must not change the one that it continues.
func (t Terms) taskID(in orq.Invocation, s *store.Store) string {
	if t.Unstored {
		return s.NewID()
	}
	return cmp.Or(in.TaskID, s.NewID())
}

// conflict words the conflict with another run of the task for a caller who names turns, not tasks.
func (t Terms) conflict(err error) error {
	if e, ok := errors.AsType[*apierror.Error](err); ok && e.Status == http.StatusConflict && t.After != "" {
		return hasGoneOn(t.After)
	}
	return err
}

func hasGoneOn(after string) error {
	return apierror.Conflict("previous_response_id: another request continues %s at the same time", after)
}
