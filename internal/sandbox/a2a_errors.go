package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// maxRemoteReason bounds what an error repeats of an agent's words, in characters.
const maxRemoteReason = 1000

var errCutShort = errors.New("the stream ended before the agent had answered")

// failure says in one sentence why a call came to nothing.
func (l *line) failure(err error) error {
	return &failure{code: http.StatusBadGateway, message: l.masked(shorten("the A2A agent at "+l.address+" "+l.reason(err), maxRemoteReason))}
}

func (l *line) reason(err error) string {
	if refused, ok := errors.AsType[*refusal](err); ok {
		return "refused: " + refused.message
	}
	if answered, ok := errors.AsType[*statusError](err); ok {
		return fmt.Sprintf("answered with status %d%s", answered.status, l.advice(answered.status))
	}
	switch {
	case errors.Is(err, errCutShort):
		return "ended its stream before it had answered"
	case errors.Is(err, errWebPage):
		return "answered with a web page: its card names another address than that of the agent"
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return "cannot be reached: " + reason(err).Error()
	}
	return "gave an answer that cannot be read: " + err.Error()
}

// advice says what to do when an agent wants other credentials.
func (l *line) advice(status int) string {
	switch {
	case status != http.StatusUnauthorized && status != http.StatusForbidden:
		return ""
	case l.withheld:
		return "; its headers were not sent, because agent_url and card_url name another host"
	case len(l.headers) == 0:
		return "; it has no headers, which are set in a2a.headers"
	}
	return "; check a2a.headers"
}

// unsuccessful says why a task has no result, with the words of the agent.
func (l *line) unsuccessful(state, words string) error {
	f := &failure{state: state}
	switch state {
	case orq.TaskRejected:
		f.code, f.message = http.StatusUnprocessableEntity, "the A2A agent rejected the task"
	case orq.TaskCanceled:
		f.code, f.message = statusClientLeft, "the A2A agent canceled the task"
	default:
		f.code, f.message = http.StatusBadGateway, "the A2A agent failed"
	}
	if words != "" {
		f.message += ": " + l.masked(shorten(words, maxRemoteReason))
	}
	return f
}
