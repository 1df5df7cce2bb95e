package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// maxModelError bounds how much of a refusal is read, in bytes.
const maxModelError = 64 << 10

// modelError says in one sentence why a model did not answer. It holds no key.
type modelError struct {
	code       int // for the event of the run
	message    string
	status     int           // of the server's answer; 0: there was none
	retryAfter time.Duration // 0: the server did not say
}

func (e *modelError) Error() string { return e.message }

// and adds why a fallback failed, too.
func (e *modelError) and(fallback *modelError) *modelError {
	return &modelError{code: e.code, message: e.message + "; " + fallback.message, status: e.status}
}

// unreachable leaves out the URL, which net/http repeats.
func (m *model) unreachable(err error) *modelError {
	if urlError, ok := errors.AsType[*url.Error](err); ok {
		err = urlError.Err
	}
	return m.newError(http.StatusBadGateway, "the model server at %s cannot be reached: %v", m.options.URL, err)
}

// refused reads an answer that is no stream.
func (m *model) refused(response *http.Response, to orq.FallbackModel) *modelError {
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxModelError)) // an unreadable rest is no reason to say nothing
	said, code := errorOf(body)
	e := m.newError(response.StatusCode, "%s (%d): %s", m.complaint(response.StatusCode, said, code, to),
		response.StatusCode, firstOf(said, http.StatusText(response.StatusCode)))
	if e.code < 400 {
		e.code = http.StatusBadGateway
	}
	e.status, e.retryAfter = response.StatusCode, retryAfter(response.Header.Get("Retry-After"))
	return e
}

// page refuses an answer that is a page for people: the URL leads elsewhere.
func (m *model) page() *modelError {
	return m.newError(http.StatusBadGateway, "%s answers with a web page: the URL of a model server is the base of its API and often ends in /v1", m.options.URL)
}

// complaint says what a refusal is about.
func (m *model) complaint(status int, said, code string, to orq.FallbackModel) string {
	switch {
	case status == http.StatusUnauthorized && m.options.Key == "":
		return "the model server wants a key, and ORQ_SANDBOX_MODEL_KEY is not set"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "the model server refuses the key in ORQ_SANDBOX_MODEL_KEY"
	case status == http.StatusNotFound:
		return "the model server does not know the model " + m.name(to.ID)
	case status == http.StatusTooManyRequests:
		return "the model server limits its requests"
	case code == "context_length_exceeded" || strings.Contains(strings.ToLower(said), "context length"):
		return "the conversation is too long for the model " + m.name(to.ID)
	}
	return "the model server refused the request for " + m.name(to.ID)
}

// asModelError describes why a stream ended early.
func (m *model) asModelError(err error, to orq.FallbackModel) *modelError {
	if own, ok := errors.AsType[*modelError](err); ok {
		return own
	}
	if told, ok := errors.AsType[*openai.APIError](err); ok {
		return m.newError(http.StatusBadGateway, "the model %s failed: %s", m.name(to.ID), told.Message)
	}
	if errors.Is(err, errCallTimeout) {
		return m.newError(http.StatusGatewayTimeout, "the model %s did not answer in time: %v", m.name(to.ID), err)
	}
	if errors.Is(err, errCutOff) {
		return m.newError(http.StatusBadGateway, "the answer of the model %s was cut off", m.name(to.ID))
	}
	return m.newError(http.StatusBadGateway, "the answer of the model %s cannot be read: %v", m.name(to.ID), err)
}

// newError writes a sentence; a server that repeats the key does not make it known.
func (m *model) newError(code int, format string, args ...any) *modelError {
	message := fmt.Sprintf(format, args...)
	if m.options.Key != "" {
		message = strings.ReplaceAll(message, m.options.Key, "[key]")
	}
	return &modelError{code: code, message: shorten(message, 1000)}
}

// errorOf finds the message, and the code, in the forms in which servers write them.
func errorOf(body []byte) (message, code string) {
	var whole struct {
		Error   json.RawMessage
		Message string
		Detail  string
	}
	if json.Unmarshal(body, &whole) != nil {
		return "", ""
	}
	var inner struct{ Message, Code string }
	if json.Unmarshal(whole.Error, &message) != nil {
		_ = json.Unmarshal(whole.Error, &inner) // a code that is a number leaves the message
	}
	return firstOf(message, inner.Message, whole.Message, whole.Detail), inner.Code
}

// retryAfter reads seconds or a date.
func retryAfter(value string) time.Duration {
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && seconds < 1e6 {
		return time.Duration(seconds * float64(time.Second))
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}
