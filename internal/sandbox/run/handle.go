package run

import (
	"context"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Handle is a started run as its caller sees it.
type Handle struct {
	// TaskID is the id of the task that the run works on.
	TaskID string
	// Accepted and Response are the task as it was when the run began, in two forms.
	Accepted orq.Task
	Response orq.AgentResponse
	// Begun is the turn as it was then.
	Begun store.Response

	run    *Run
	cancel context.CancelCauseFunc
	// liftStreamLimit lifts the time limit of the stream.
	liftStreamLimit func() bool
	ended           chan struct{} // closed when the task is saved
	last            orq.Event     // the last event; set before ended is closed
}

// Wait returns the task when the run has ended, or nil when ctx ends first. The run goes on then.
func (h *Handle) Wait(ctx context.Context) *store.Task {
	select {
	case <-h.ended:
		return h.run.Task
	case <-ctx.Done():
		return nil
	}
}

// Task returns the task of a run that has ended, as it has when its last event is handed out. It is nil before.
func (h *Handle) Task() *store.Task {
	select {
	case <-h.ended:
		return h.run.Task
	default:
		return nil
	}
}

// Follow hands the events of the run to the listener as they come, which is a TextListener if the run was started with
// ListenText. When the listener fails or ctx ends, the run goes on without a listener and without the time limit of its stream.
// Follow is called once, and returns ErrDropped or nil.
func (h *Handle) Follow(ctx context.Context, to Listener) error {
	texts, _ := to.(TextListener)
	from := h.run.stream
	for {
		var gone error
		select {
		case event := <-from.events:
			gone = to.Event(event)
		case piece := <-from.text:
			gone = texts.Text(piece)
		case <-from.cut:
			return ErrDropped
		case <-ctx.Done():
			if from.wasCut() {
				return nil
			}
			gone = ctx.Err()
		case <-h.ended:
			if from.wasCut() {
				return ErrDropped
			}
			if to.Event(h.last) == nil {
				_ = to.Done()
			}
			return nil
		}
		if gone != nil {
			h.liftStreamLimit()
			from.leave()
			return nil //nolint:nilerr // there is no client left to answer
		}
	}
}
