package orq

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/retry"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Classes of APIError, for errors.Is.
var (
	// ErrInvalid is a request that the service rejected as invalid (400, 422).
	ErrInvalid = errors.New("invalid request")
	// ErrUnauthorized is a missing, wrong or expired API key (401).
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden is an API key without permission for the operation (403).
	ErrForbidden = errors.New("forbidden")
	// ErrNotFound is an agent or task that does not exist (404).
	ErrNotFound = errors.New("not found")
	// ErrNoRoute is an operation that the server lacks: a 404 that names the route or nothing at all, a 405, 410 or 501.
	ErrNoRoute = errors.New("operation not offered by the server")
	// ErrConflict is a key that is taken, or a task in the wrong state (409).
	ErrConflict = errors.New("conflict")
	// ErrRateLimited is a request that exceeds a rate limit (429).
	ErrRateLimited = errors.New("rate limited")
	// ErrUnavailable is a failure of the service itself (5xx).
	ErrUnavailable = errors.New("service unavailable")
)

// ErrNotSent is a request that never reached the service, or that its server refused unprocessed, and therefore had no effect.
var ErrNotSent = errors.New("the request was not sent")

// ErrNoKey is returned by every operation of a client without an API key.
var ErrNoKey = errors.New("no API key")

// ErrCutOff is the last element of Events when the stream ended before its [DONE].
var ErrCutOff = errors.New("the event stream broke off before its end")

// APIError is an error response of the service.
type APIError struct {
	// Operation is the method and path template, such as "GET /v2/agents/{agent_key}".
	Operation string
	// Status is the HTTP status.
	Status int
	// Code is the error code of the service, such as "invalid_api_key"; often empty.
	Code string
	// Message is the explanation of the service, or a description of a response that contains none.
	Message string
	// RetryAfter is the pause that the service requests; 0 when it requests none.
	RetryAfter time.Duration
	// RequestID identifies the request for the support of orq.ai; often empty.
	RequestID string

	noRoute, explained, sandbox bool
}

// SandboxServer is the header Server of a local workspace, by which an error tells whose it is.
const SandboxServer = "orq-mcp-sandbox"

// Service names who answered, as the first words of a sentence: orq.ai or the sandbox.
func (e *APIError) Service() string {
	if e.sandbox {
		return "The sandbox"
	}
	return "orq.ai"
}

// Explained reports that Message is an explanation of the service, not a description of a response without one.
func (e *APIError) Explained() bool { return e.explained }

// Error describes the operation and its response.
func (e *APIError) Error() string {
	text := fmt.Sprintf("%s: %d %s", e.Operation, e.Status, e.Message)
	if e.RequestID != "" {
		text += " (request " + e.RequestID + ")"
	}
	return text
}

// Is matches the status with the sentinel errors of this package.
func (e *APIError) Is(target error) bool {
	switch target {
	case ErrInvalid:
		return e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrForbidden:
		return e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound && !e.noRoute
	case ErrNoRoute:
		return e.noRoute
	case ErrConflict:
		return e.Status == http.StatusConflict
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	case ErrUnavailable:
		return e.Status >= http.StatusInternalServerError
	}
	return false
}

// newAPIError reads an error response. Its message is empty when the body has none of the forms of the service.
func newAPIError(op operation, response *http.Response, body []byte, now time.Time) *APIError {
	e := &APIError{
		Operation:  op.String(),
		Status:     response.StatusCode,
		RetryAfter: retry.ParseRetryAfter(response.Header.Get("Retry-After"), now),
		RequestID:  response.Header.Get("X-Request-Id"),
		sandbox:    response.Header.Get("Server") == SandboxServer,
	}
	found := errortext.Of(body)
	e.Code, e.Message = found.Code, truncate.Bytes(found.Text, maxErrorMessage)
	e.explained = e.Message != "" || isProse(body)
	switch response.StatusCode {
	case http.StatusGone, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		e.noRoute = true
	case http.StatusNotFound:
		e.noRoute = !hasOwnForm(body) || isRouteMessage(op, e.Message)
	}
	return e
}

// hasOwnForm reports whether an error body has a form of the service: {message, code}, {error: "..."} or {error: {code, message}}.
func hasOwnForm(body []byte) bool {
	for _, member := range gjson.GetManyBytes(body, "message", "error.message", "error") {
		if member.Type == gjson.String && member.Str != "" {
			return json.Valid(body)
		}
	}
	return false
}

// isRouteMessage recognizes the messages with which common frameworks respond, in JSON, to an unknown route:
// "Cannot GET /v2/agents" and "Route GET:/v2/agents not found".
func isRouteMessage(op operation, message string) bool {
	return strings.HasPrefix(message, "Cannot "+op.method+" /") || strings.HasPrefix(message, "Route "+op.method+":/")
}

const (
	// maxErrorMessage is the maximum length of the message of an APIError, in bytes.
	maxErrorMessage = 2003
	// maxQuotedBody is the maximum length of the part of a body that an error quotes, in bytes.
	maxQuotedBody = 203
)

// isProse reports whether a body is text, neither JSON nor a page.
func isProse(body []byte) bool {
	text := bytes.TrimSpace(body)
	return len(text) > 0 && text[0] != '<' && !json.Valid(text)
}

// describeBody summarizes a response body that is not the expected JSON.
func describeBody(status int, body []byte) string {
	text := strings.TrimSpace(string(body))
	switch {
	case text == "":
		return http.StatusText(status) + " (empty answer)"
	case strings.HasPrefix(text, "<"):
		return http.StatusText(status) + " (an HTML page, probably from a proxy)"
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && !unicode.IsSpace(r) }): // such as a compressed one
		return http.StatusText(status) + " (an answer that is no text)"
	}
	return strings.ToValidUTF8(truncate.Bytes(text, maxQuotedBody), "")
}
