package a2a

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	// maxReason bounds what Why repeats of an agent's words, in bytes.
	maxReason = 1000
	// shortestSecret is how many bytes a header's value must have to be masked.
	shortestSecret = 6
)

// errCutShort says that a stream ended before the agent had answered.
var errCutShort = errors.New("the stream ended before the agent had answered")

// Why says in one sentence why the agent gave no answer, and what to do about it. It holds no value of a header.
func (c *Client) Why(err error) string {
	return c.Masked("the A2A agent at " + c.address + " " + c.reason(err))
}

// Masked is a text without the values of the headers, which an agent may repeat, and not too long for an error.
func (c *Client) Masked(text string) string {
	for _, secret := range c.secrets() {
		text = strings.ReplaceAll(text, secret, orq.Redacted)
	}
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}

// secrets are the values of the headers and, of a value like Bearer TOKEN, the token; the longest first, as one may hold
// another. What is too short to be a secret stays: it stands anywhere.
func (c *Client) secrets() []string {
	var all []string
	for _, value := range c.headers {
		_, token, _ := strings.Cut(value, " ")
		for _, secret := range []string{value, strings.TrimSpace(token)} {
			if len(secret) >= shortestSecret {
				all = append(all, secret)
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

func (c *Client) reason(err error) string {
	if refused, ok := errors.AsType[*Refusal](err); ok {
		return "refused: " + refused.Message
	}
	if answered, ok := errors.AsType[*statusError](err); ok {
		return fmt.Sprintf("answered with status %d%s", answered.status, c.advice(answered.status))
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fmt.Sprintf("gave an answer that cannot be read: the answer is larger than %d bytes", maxAnswer)
	}
	switch {
	case errors.Is(err, errCutShort):
		return "ended its stream before it had answered"
	case errors.Is(err, errWebPage):
		return "answered with a web page: its card names another address than that of the agent"
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return "cannot be reached: " + failed.Err.Error() // the address is named already
	}
	return "gave an answer that cannot be read: " + err.Error()
}

// advice says what to do when an agent wants other credentials.
func (c *Client) advice(status int) string {
	switch {
	case status != http.StatusUnauthorized && status != http.StatusForbidden:
		return ""
	case c.withheld:
		return "; its headers were not sent, because agent_url and card_url name another place"
	case len(c.headers) == 0:
		return "; it has no headers, which are set in a2a.headers"
	}
	return "; check a2a.headers"
}
