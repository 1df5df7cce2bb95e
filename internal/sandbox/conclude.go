package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// statusClientLeft is the number by which proxies log a request that its client gave up.
const statusClientLeft = 499

// conclude turns how the turn ended into the state of the task and the last event of the stream.
func (r *run) conclude(err error) {
	var own *failure
	switch {
	case err == nil && len(r.task.Pending) > 0:
		r.finish(orq.TaskInputRequired, orq.FinishFunctionCall)
	case err == nil:
		r.finish(cmp.Or(r.waits, orq.TaskCompleted), cmp.Or(r.finished, orq.FinishStop))
	case errors.Is(err, errMaxIterations):
		r.stopped(orq.FinishMaxIterations, err)
	case errors.Is(err, errMaxTime):
		r.stopped(orq.FinishMaxTime, err)
	case errors.Is(err, errMaxCost):
		r.stopped(orq.FinishStop, err)
	case errors.Is(err, errStreamTimeout):
		r.fail(orq.TaskFailed, err, http.StatusGatewayTimeout)
		r.last = orq.NewEvent(r.sandbox.now(), orq.EventTimeout, &orq.Timeout{Message: err.Error()})
	case errors.Is(err, errClientLeft):
		r.fail(orq.TaskCanceled, err, statusClientLeft)
	case errors.Is(err, errAgentDeleted):
		r.interrupt(orq.TaskCanceled, err, http.StatusNotFound)
	case errors.Is(err, errClosed):
		r.interrupt(orq.TaskFailed, err, http.StatusServiceUnavailable)
	case errors.As(err, &own):
		r.fail(cmp.Or(own.state, orq.TaskFailed), err, own.code)
	default:
		r.fail(orq.TaskFailed, err, http.StatusInternalServerError)
	}
}

// finish ends or pauses the turn; the last message is what was said last, or all that the commands made the agent say.
func (r *run) finish(state, reason string) {
	t := r.task
	if r.final == nil {
		last := t.NewMessage(r.sandbox.store.NewID(), orq.RoleAgent, orq.TextPart(r.said.String()))
		last.Parts = append(last.Parts, callParts(t.Pending)...)
		t.Messages = append(t.Messages, last)
		r.final = &last
	}
	last := *r.final
	t.State, t.Finish = state, reason
	t.Usage = usageOf(r.prompt.instructions+" "+told(r.input), r.said.String())
	billing := &orq.Billing{IntegrationID: orq.Null[string]()}
	if r.spent != nil {
		t.Usage, billing.TotalCost = &r.spent.usage, r.spent.cost
	}
	if len(t.Pending) == 0 {
		t.Work = store.Work{}
	}
	r.last = orq.NewEvent(r.sandbox.now(), orq.EventInactive, &orq.Inactive{
		LastMessage: last.Text(), LastMessageFull: &last, FinishReason: reason, PendingToolCalls: t.Pending,
		Usage: t.Usage, Billing: billing,
		WorkflowRunID: t.ResponseID, ResponseID: t.ResponseID,
	})
}

// stopped finishes a turn that met one of the agent's limits.
func (r *run) stopped(reason string, why error) {
	if said := r.said.String(); strings.TrimRightFunc(said, unicode.IsSpace) == said && said != "" {
		r.said.WriteString(" ")
	}
	fmt.Fprintf(&r.said, "%sStopped: %v.", speaker, why)
	r.task.Pending, r.final = nil, nil
	r.finish(orq.TaskCompleted, reason)
}

// interrupt ends the task for a reason that is none of the agent's.
func (r *run) interrupt(state string, why error, code int) {
	r.fail(state, why, code)
	r.last = orq.NewEvent(r.sandbox.now(), orq.EventError, &orq.StreamError{Error: why.Error(), Code: strconv.Itoa(code)})
}

// fail ends the task; what was said so far is kept.
func (r *run) fail(state string, why error, code int) {
	t := r.task
	if r.said.Len() > 0 {
		said := t.NewMessage(r.sandbox.store.NewID(), orq.RoleAgent, orq.TextPart(r.said.String()))
		t.Messages = append(t.Messages, said)
	}
	t.State, t.Reason, t.Pending, t.Work = state, why.Error(), nil, store.Work{}
	r.last = orq.NewEvent(r.sandbox.now(), orq.EventErrored, &orq.Errored{
		Error: why.Error(), Code: float64(code), WorkflowRunID: t.ResponseID, ResponseID: t.ResponseID,
	})
}
