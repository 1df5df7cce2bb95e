package chat

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/retry"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxErrorBody bounds how much of a refusal is read, in bytes.
const maxErrorBody = 64 << 10

// Error is why no model answered, in one sentence without the key.
type Error struct {
	// Code is an HTTP status: that of the server's answer or, without one, what a gateway would answer.
	Code    int
	Message string

	status     int           // of the server's answer; 0: there was none
	retryAfter time.Duration // 0: the server sent none
}

func (e *Error) Error() string { return e.Message }

// and adds why a fallback failed as well, unless that is the same.
func (e *Error) and(fallback *Error) *Error {
	if e == nil {
		return fallback
	}
	if strings.HasSuffix(e.Message, fallback.Message) {
		return e
	}
	return &Error{Code: e.Code, Message: e.Message + "; " + fallback.Message, status: e.status}
}

// reportedError is an error that the server sent within an answer.
type reportedError string

func (e reportedError) Error() string { return string(e) }

func (c *Client) unreachable(err error) *Error {
	return c.newError(http.StatusBadGateway, "the model server at %s cannot be reached; start it, or correct --model-url: %v", c.options.URL, neterror.Describe(err))
}

// refused is the error for an answer of another status than 200.
func (c *Client) refused(response *http.Response, body []byte, to orq.FallbackModel) *Error {
	found, status := wordsOf(body), response.StatusCode
	e := c.newError(status, "%s (%d): %s", c.complaint(response, found, to), status, cmp.Or(found.Text, http.StatusText(status)))
	if e.Code < 400 {
		e.Code = http.StatusBadGateway
	}
	e.status, e.retryAfter = status, retry.ParseRetryAfter(response.Header.Get("Retry-After"), time.Now())
	return e
}

// complaint is what a refusal is about.
func (c *Client) complaint(response *http.Response, found errortext.Words, to orq.FallbackModel) string {
	low, code := strings.ToLower(found.Text), found.Code
	switch status := response.StatusCode; {
	case status/100 == 3:
		where := "it does not say where"
		if location := response.Header.Get("Location"); location != "" {
			where = redact.URL(location)
		}
		return "the model server sends its callers elsewhere; let --model-url lead there: " + where
	case (status == http.StatusUnauthorized || status == http.StatusForbidden) && c.options.Key == "":
		return "the model server wants a key, and ORQ_SANDBOX_MODEL_KEY is not set"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "the model server refuses the key in ORQ_SANDBOX_MODEL_KEY"
	case code == "model_not_found" || status == http.StatusNotFound && strings.Contains(low, "model"):
		return c.unknownModel(to.ID)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return c.notAModelServer()
	case status == http.StatusTooManyRequests:
		return "the model server limits its requests"
	case code == "context_length_exceeded" || strings.Contains(low, "context length"):
		return "the conversation is too long for the model " + c.modelName(to.ID)
	}
	return "the model server refused the request for " + c.modelName(to.ID)
}

// unknownModel explains what to do about a model that the server does not have.
func (c *Client) unknownModel(id string) string {
	name := c.modelName(id)
	sentence := "the model server does not know the model " + name + ": give the agent one that " + c.options.URL + "/models lists"
	if name != id {
		sentence += ", or send " + id + " with --model-keep-prefix"
	}
	return sentence
}

// notAModelServer explains what to do about an answer that no model server gives.
func (c *Client) notAModelServer() string {
	return c.options.URL + " does not answer as a model server does: --model-url is the base of its API, and often ends in /v1"
}

// asError describes why there is no whole answer.
func (c *Client) asError(err error, to orq.FallbackModel) *Error {
	name := c.modelName(to.ID)
	if own, ok := errors.AsType[*Error](err); ok {
		return own
	}
	if reported, ok := errors.AsType[reportedError](err); ok {
		return c.newError(http.StatusBadGateway, "the model %s failed: %s", name, cmp.Or(string(reported), "the server does not say why"))
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok || errors.Is(err, bufio.ErrTooLong) {
		return c.newError(http.StatusBadGateway, "the answer of the model %s is too long: at most %d MiB are read, and %d of one object", name, maxAnswer>>20, maxObject>>20)
	}
	switch {
	case errors.Is(err, errCallTimeout):
		return c.newError(http.StatusGatewayTimeout, "the model %s did not answer in time: %v", name, err)
	case errors.Is(err, errNoAnswer):
		return c.newError(http.StatusBadGateway, "%s", c.notAModelServer())
	case errors.Is(err, errCutOff), errors.Is(err, io.ErrUnexpectedEOF):
		return c.newError(http.StatusBadGateway, "the answer of the model %s was cut off", name)
	}
	return c.newError(http.StatusBadGateway, "the answer of the model %s cannot be read: %v", name, err)
}

// newError masks the key, which the server may repeat.
func (c *Client) newError(code int, format string, args ...any) *Error {
	return &Error{Code: code, Message: truncate.Runes(c.secret.Mask(fmt.Sprintf(format, args...)), 1000)}
}
