package a2a

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxReason bounds what Explain repeats of an agent's message, in bytes, the ellipsis included.
const maxReason = 1003

var (
	// errCutShort is a stream that ended before the agent had answered.
	errCutShort = errors.New("the stream ended before the agent had answered")
	// errSlowLookup is a task that the agent does not describe in time.
	errSlowLookup = errors.New("the agent does not answer a lookup of its task")
	// errNoTaskID is a task that has not ended and cannot be asked about.
	errNoTaskID = errors.New("the task has no id")
)

// stateError is a task whose state A2A does not have; empty: there is none.
type stateError struct{ state string }

func (e *stateError) Error() string { return fmt.Sprintf("the state of the task is %q", e.state) }

// elsewhereError is an error at another interface than the first on the card.
type elsewhereError struct {
	client *Client
	err    error
}

func (e *elsewhereError) Error() string { return e.err.Error() }

func (e *elsewhereError) Unwrap() error { return e.err }

// newSecrets returns what an agent may repeat in an error and nobody else may read: the values of its headers, and the
// credentials in its address.
func newSecrets(headers map[string]string, at *url.URL) redact.Values {
	var secrets []string
	for _, value := range headers {
		secrets = append(secrets, value)
	}
	if password, ok := at.User.Password(); ok {
		secrets = append(secrets, password)
	} else {
		secrets = append(secrets, at.User.Username())
	}
	for name, values := range at.Query() {
		if redact.LikelySecret(name) {
			secrets = append(secrets, values...)
		}
	}
	return redact.NewEchoes(secrets...)
}

// Explain describes in one sentence why the agent gave no answer, and what to do about it. It holds no value of a header.
func (c *Client) Explain(err error) string {
	if elsewhere, ok := errors.AsType[*elsewhereError](err); ok {
		return elsewhere.client.Explain(elsewhere.err)
	}
	reason, misplaced := c.reason(err)
	if misplaced {
		reason += c.origin()
	}
	return c.Mask("the A2A agent at " + c.address + " " + reason)
}

// Mask returns text without the values of the headers, which an agent may repeat, and not too long for an error.
func (c *Client) Mask(text string) string { return truncate.Bytes(c.secrets.Mask(text), maxReason) }

// reason describes an error, and whether it may come from an address at which the agent is not.
func (c *Client) reason(err error) (reason string, misplaced bool) {
	if refused, ok := errors.AsType[*refusal](err); ok {
		return c.refused(refused)
	}
	if odd, ok := errors.AsType[*stateError](err); ok && odd.state != "" {
		return fmt.Sprintf("reports the state %q of its task, which A2A does not have", odd.state), false
	} else if ok {
		return "reports no state of its task", false
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fmt.Sprintf("gave an answer that cannot be read: the answer is larger than %d bytes", maxAnswer), false
	}
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Sprintf("gave an answer that cannot be read: an event is larger than %d bytes", maxStreamEvent), false
	case errors.Is(err, errCutShort):
		return "ended its stream before it had answered", false
	case errors.Is(err, errSlowLookup):
		return fmt.Sprintf("has not answered a lookup of its task within %v, in %d tries", lookupTimeout, maxFailedPolls), false
	case errors.Is(err, errNoTaskID):
		return "began a task without an id, so that its outcome cannot be asked for", false
	case errors.Is(err, errWebPage):
		return "answered with a web page: its card names another address than that of the agent", true
	}
	if _, ok := errors.AsType[*url.Error](err); ok {
		return "cannot be reached: " + neterror.Describe(err).Error(), true // the address is named already
	}
	if !errors.Is(err, errNoResult) && !errors.Is(err, errNotJSON) {
		err = neterror.Describe(err) // it broke off
	}
	return "gave an answer that cannot be read: " + err.Error(), c.cardAddress != ""
}

// refused describes a refusal, and whether something else than the agent may have sent it.
func (c *Client) refused(r *refusal) (reason string, misplaced bool) {
	if r.status == 0 {
		return "refused: " + r.words, false
	}
	reason = fmt.Sprintf("answered with status %d", r.status)
	if r.words != "" {
		reason += ": " + r.words
	}
	return reason + c.advice(r.status), kindOfStatus(r.status) == refusedMethod
}

// origin describes where the address of the agent comes from: its card may name one that only the agent itself knows.
func (c *Client) origin() string {
	if c.cardAddress == "" {
		return "; this address is the one on its card"
	}
	return "; this address is the one on its card, which was read from " + c.cardAddress + ": if the agent is elsewhere, correct the card and refresh it"
}

// advice describes what to do when an agent rejects the credentials.
func (c *Client) advice(status int) string {
	switch {
	case status != http.StatusUnauthorized && status != http.StatusForbidden:
		return ""
	case c.headersWithheld:
		return "; its headers were not sent, because agent_url and card_url name another place"
	case !c.hasHeaders:
		return "; it has no headers, which are set in a2a.headers"
	}
	return "; check a2a.headers"
}
