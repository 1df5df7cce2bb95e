package run

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Why a run ends early; each is the cause of the run's context or the error of its engine.
var (
	errClosed        = errors.New("the sandbox was closed")
	errClientLeft    = errors.New("canceled by the client")
	errAgentDeleted  = errors.New("the agent was deleted")
	errStreamTimeout = errors.New("the stream timeout has passed")
	errMaxTime       = errors.New("max_execution_time has passed")
	errMaxIterations = errors.New("max_iterations is reached")
	errMaxCost       = errors.New("max_cost is exceeded")
)

// StatusClientLeft is the status with which proxies log a request that its client gave up.
const StatusClientLeft = 499

// Failure is an error of the agent itself.
type Failure struct {
	// Code is the HTTP status in the event that ends the run.
	Code    int
	Message string
	// State is that of the task; orq.TaskFailed when empty.
	State string
}

func (f *Failure) Error() string { return f.Message }

// finish turns the end of the turn into the state of the task and the last event.
func (h *Handle) finish(answer Answer, err error) {
	var failure *Failure
	switch {
	case err == nil && len(h.run.Task.Pending) > 0:
		h.complete(answer, orq.TaskInputRequired, orq.FinishFunctionCall)
	case err == nil:
		h.complete(answer, cmp.Or(answer.State, orq.TaskCompleted), cmp.Or(answer.FinishReason, orq.FinishStop))
	case errors.Is(err, errMaxIterations):
		h.stopAtLimit(orq.FinishMaxIterations, err)
	case errors.Is(err, errMaxTime):
		h.stopAtLimit(orq.FinishMaxTime, err)
	case errors.Is(err, errMaxCost):
		h.stopAtLimit(orq.FinishStop, err)
	case errors.Is(err, errStreamTimeout):
		h.fail(orq.TaskFailed, err, http.StatusGatewayTimeout)
		h.last = orq.NewEvent(h.run.deps.Now(), orq.EventTimeout, &orq.Timeout{Message: err.Error()})
	case errors.Is(err, errClientLeft):
		h.fail(orq.TaskCanceled, err, StatusClientLeft)
	case errors.Is(err, errAgentDeleted):
		h.interrupt(orq.TaskCanceled, err, http.StatusNotFound)
	case errors.Is(err, errClosed):
		h.interrupt(orq.TaskFailed, err, http.StatusServiceUnavailable)
	case errors.As(err, &failure):
		h.fail(cmp.Or(failure.State, orq.TaskFailed), err, failure.Code)
	default:
		h.fail(orq.TaskFailed, err, http.StatusInternalServerError)
	}
}

// complete ends or pauses the turn with the last message of the agent.
func (h *Handle) complete(answer Answer, state, reason string) {
	r, t := h.run, h.run.Task
	last := answer.Message
	if last == nil {
		message := r.NewMessage(orq.RoleAgent, append([]orq.Part{orq.TextPart(r.output.String())}, CallParts(t.Pending)...)...)
		t.Messages = append(t.Messages, message)
		last = &message
	}
	t.State, t.Turn.Finish = state, reason
	t.Turn.Usage = wordCount(r.Prompt.Instructions+" "+TextOf(r.Input), r.output.String())
	billing := &orq.Billing{IntegrationID: orq.Null[string]()}
	if r.spent != nil {
		t.Turn.Usage, billing.TotalCost = &r.spent.Usage, r.spent.Cost
	}
	h.last = orq.NewEvent(r.deps.Now(), orq.EventInactive, &orq.Inactive{
		LastMessage: last.Text(), LastMessageFull: last, FinishReason: reason, PendingToolCalls: t.Pending,
		Usage: t.Turn.Usage, Billing: billing,
		WorkflowRunID: t.Turn.ResponseID, ResponseID: t.Turn.ResponseID,
	})
}

// stopAtLimit completes a turn that has reached one of the agent's limits.
func (h *Handle) stopAtLimit(reason string, limit error) {
	output := &h.run.output
	if text := output.String(); strings.TrimRightFunc(text, unicode.IsSpace) == text && text != "" {
		output.WriteString(" ")
	}
	fmt.Fprintf(output, "%sStopped: %v.", Speaker, limit)
	h.run.Task.Pending = nil
	h.complete(Answer{}, orq.TaskCompleted, reason)
}

// interrupt ends the task for a reason that is not the agent's.
func (h *Handle) interrupt(state string, cause error, code int) {
	h.fail(state, cause, code)
	h.last = orq.NewEvent(h.run.deps.Now(), orq.EventError, &orq.StreamError{Error: cause.Error(), Code: strconv.Itoa(code)})
}

// fail ends the task and keeps the output so far.
func (h *Handle) fail(state string, cause error, code int) {
	r, t := h.run, h.run.Task
	if r.output.Len() > 0 {
		t.Messages = append(t.Messages, r.NewMessage(orq.RoleAgent, orq.TextPart(r.output.String())))
	}
	h.endInFailure(state, cause, code)
}

// endInFailure makes the turn end in a failure, whatever it has written.
func (h *Handle) endInFailure(state string, cause error, code int) {
	r, t := h.run, h.run.Task
	t.State, t.Reason, t.Pending = state, cause.Error(), nil
	h.last = orq.NewEvent(r.deps.Now(), orq.EventErrored, &orq.Errored{
		Error: cause.Error(), Code: float64(code), WorkflowRunID: t.Turn.ResponseID, ResponseID: t.Turn.ResponseID,
	})
}

// wordCount counts words in place of tokens, which the sandbox cannot count.
func wordCount(prompt, completion string) *orq.Usage {
	in, out := float64(len(strings.Fields(prompt))), float64(len(strings.Fields(completion)))
	return &orq.Usage{PromptTokens: in, CompletionTokens: out, TotalTokens: in + out}
}
