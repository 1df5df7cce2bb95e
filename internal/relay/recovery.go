package relay

import (
	"context"
	"errors"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// CutOffError is a stream that broke off, with no way to learn how the run went on.
type CutOffError struct {
	// Outcome holds all that was received.
	Outcome Outcome
	// Cause is the error of the stream, joined with that of the lookup if there was one.
	Cause error
}

// Error returns the message of the cause.
func (e *CutOffError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *CutOffError) Unwrap() error { return e.Cause }

// finish turns what the stream left behind into the outcome.
func (r *run) finish(ctx context.Context, streamErr error, sink Sink, options *Options) error {
	if r.OutputText == "" {
		r.OutputText = r.text.String()
	}
	r.addRemarks()
	stated := r.ended && (!r.streamFailed || streamErr == nil) || r.awaitsDecision()
	if stated && errors.Is(streamErr, errPatience) {
		streamErr = nil
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(streamErr, errPatience) && !r.streamFailed:
		return nil // it goes on
	case stated && streamErr == nil && !r.timedOut && !r.doubtful:
		return nil
	case r.Events == 0 && streamErr != nil && !errors.Is(streamErr, orq.ErrCutOff):
		return streamErr
	case stated:
		return r.confirm(ctx, streamErr, sink, options)
	case r.streamFailed:
		streamErr = fmt.Errorf("%w: after the error: %s", streamErr, r.Error)
	case streamErr == nil:
		streamErr = fmt.Errorf("%w: it closed without saying how the run ended", orq.ErrCutOff)
	}
	return r.recoverRun(ctx, streamErr, sink, options)
}

// addRemarks adds remarks about what the events of the stream do not show.
func (r *run) addRemarks() {
	if r.unreadable > 0 {
		r.Remarks = append(r.Remarks, fmt.Sprintf("messages of the stream that are no events and were passed over: %d", r.unreadable))
	}
	if r.inReview && r.State == StateWorking {
		r.Remarks = append(r.Remarks, "the run waits for a review: a person decides in the orq.ai studio")
	}
}

// recoverRun looks up a run whose end did not reach the relay, until it has ended.
func (r *run) recoverRun(ctx context.Context, streamErr error, sink Sink, options *Options) error {
	if r.TaskID == "" || options.Lookup == nil {
		return r.unrecovered(streamErr, options.TextLimit)
	}
	if err := send(sink, Progress{Message: "the stream broke off: looking up the outcome of task " + r.TaskID}); err != nil {
		return err
	}
	response, err := await(ctx, r.TaskID, sink, options)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return r.unrecovered(errors.Join(streamErr, err), options.TextLimit)
	}
	r.fill(response)
	return nil
}

// unrecovered returns the error for a run that could not be looked up.
func (r *run) unrecovered(cause error, textLimit int) error {
	r.truncate(textLimit)
	return &CutOffError{r.Outcome, cause}
}
