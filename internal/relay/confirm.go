package relay

import (
	"context"
	"fmt"
	"time"
)

// confirmTimeout bounds the lookup of a run that the caller could be told about without it.
const confirmTimeout = 2 * time.Second

// confirm looks up, once, a run of which the stream has stated how it stands, though not beyond doubt. What was received
// remains the outcome, with a remark, unless the task has ended.
func (r *run) confirm(ctx context.Context, streamErr error, sink Sink, options *Options) error {
	r.MayGoOn = r.MayGoOn || r.timedOut
	received := "the reason for which the run stopped is not known"
	switch {
	case r.timedOut:
		received = "orq.ai ended the stream: " + r.Error
	case streamErr != nil:
		received = "the stream broke off after this had been received"
	}
	if r.TaskID == "" || options.Lookup == nil {
		r.remark(received, "")
		return nil
	}
	if err := send(sink, Progress{Message: "the stream has ended: looking up task " + r.TaskID}); err != nil {
		return err
	}
	response, err := lookUp(ctx, r.TaskID, confirmTimeout, options)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		r.MayGoOn = r.MayGoOn || r.doubtful
		r.remark(received, "its task could not be looked up: "+err.Error())
	case response.Ended():
		r.fill(response)
	case !response.Running():
		r.remark(received, fmt.Sprintf("the status of its task, %q, is not known", response.Status))
	case r.timedOut:
		r.remark(received, "")
		r.fill(response)
	default:
		r.MayGoOn = r.MayGoOn || r.State == StateFailed
		r.remark(received, "its task is reported as still running")
	}
	return nil
}

// remark adds a remark about how the stream ended, and about the lookup of the task.
func (o *Outcome) remark(received, lookup string) {
	if lookup != "" {
		received += "; " + lookup
	}
	o.Remarks = append(o.Remarks, received)
}
