package a2a

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxReason bounds what Explain repeats of an agent's message, in bytes, the ellipsis included.
const maxReason = 1003

// errCutShort is a stream that ended before the agent had answered.
var errCutShort = errors.New("the stream ended before the agent had answered")

// Explain describes in one sentence why the agent gave no answer, and what to do about it. It holds no value of a header.
func (c *Client) Explain(err error) string {
	return c.Mask("the A2A agent at " + c.address + " " + c.reason(err))
}

// Mask returns text without the values of the headers, which an agent may repeat, and not too long for an error.
func (c *Client) Mask(text string) string {
	text = redact.NewValues(slices.Collect(maps.Values(c.headers))...).Mask(text)
	return truncate.Bytes(text, maxReason)
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
	if _, ok := errors.AsType[*url.Error](err); ok {
		return "cannot be reached: " + neterror.Describe(err).Error()
	}
	return "gave an answer that cannot be read: " + err.Error()
}

// advice describes what to do when an agent rejects the credentials.
func (c *Client) advice(status int) string {
	switch {
	case status != http.StatusUnauthorized && status != http.StatusForbidden:
		return ""
	case c.headersWithheld:
		return "; its headers were not sent, because agent_url and card_url name another place"
	case len(c.headers) == 0:
		return "; it has no headers, which are set in a2a.headers"
	}
	return "; check a2a.headers"
}
