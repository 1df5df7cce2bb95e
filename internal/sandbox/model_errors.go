package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	// maxModelError bounds how much of a refusal is read, in bytes.
	maxModelError = 64 << 10
	// shortestKey is the length below which a key is no secret, but a word, such as x or ollama.
	shortestKey = 8
)

// modelError says in one sentence why a model did not answer. It holds no key.
type modelError struct {
	code       int // for the event of the run
	message    string
	status     int           // of the server's answer; 0: there was none
	retryAfter time.Duration // 0: the server did not say
}

func (e *modelError) Error() string { return e.message }

// and adds why a fallback failed, too, unless that is the same.
func (e *modelError) and(fallback *modelError) *modelError {
	if e == nil {
		return fallback
	}
	if strings.HasSuffix(e.message, fallback.message) {
		return e
	}
	return &modelError{code: e.code, message: e.message + "; " + fallback.message, status: e.status}
}

// toldError is what the server says went wrong while the model answered.
type toldError string

func (e toldError) Error() string { return string(e) }

// unreachable leaves out the URL, which net/http repeats.
func (m *model) unreachable(err error) *modelError {
	return m.newError(http.StatusBadGateway, "the model server at %s cannot be reached; start it, or correct --model-url: %v", m.options.URL, reason(err))
}

// refused reads an answer of another status than 200.
func (m *model) refused(response *http.Response, to orq.FallbackModel) *modelError {
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxModelError)) // an unreadable rest is no reason to say nothing
	said, code := errorOf(body)
	status := response.StatusCode
	e := m.newError(status, "%s (%d): %s", m.complaint(response, said, code, to), status, firstOf(said, http.StatusText(status)))
	if e.code < 400 {
		e.code = http.StatusBadGateway
	}
	e.status, e.retryAfter = status, orq.RetryAfter(response.Header.Get("Retry-After"), time.Now())
	return e
}

// complaint says what a refusal is about.
func (m *model) complaint(response *http.Response, said, code string, to orq.FallbackModel) string {
	low := strings.ToLower(said)
	switch status := response.StatusCode; {
	case status/100 == 3:
		where := "it does not say where"
		if location := response.Header.Get("Location"); location != "" {
			where = orq.WithoutCredentials(location)
		}
		return "the model server sends its callers elsewhere; let --model-url lead there: " + where
	case (status == http.StatusUnauthorized || status == http.StatusForbidden) && m.options.Key == "":
		return "the model server wants a key, and ORQ_SANDBOX_MODEL_KEY is not set"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return "the model server refuses the key in ORQ_SANDBOX_MODEL_KEY"
	case code == "model_not_found" || status == http.StatusNotFound && strings.Contains(low, "model"):
		return m.unknown(to.ID)
	case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
		return m.elsewhere()
	case status == http.StatusTooManyRequests:
		return "the model server limits its requests"
	case code == "context_length_exceeded" || strings.Contains(low, "context length"):
		return "the conversation is too long for the model " + m.name(to.ID)
	}
	return "the model server refused the request for " + m.name(to.ID)
}

// unknown says what to do about a model that the server does not have.
func (m *model) unknown(id string) string {
	name := m.name(id)
	sentence := "the model server does not know the model " + name + ": give the agent one that " + m.options.URL + "/models lists"
	if name != id {
		sentence += ", or send " + id + " with --model-keep-prefix"
	}
	return sentence
}

// elsewhere says that something answers which is no model server.
func (m *model) elsewhere() string {
	return m.options.URL + " does not answer as a model server does: --model-url is the base of its API, and often ends in /v1"
}

// asModelError describes why an answer is none, or ended early.
func (m *model) asModelError(err error, to orq.FallbackModel) *modelError {
	name := m.name(to.ID)
	if own, ok := errors.AsType[*modelError](err); ok {
		return own
	}
	if told, ok := errors.AsType[toldError](err); ok {
		return m.newError(http.StatusBadGateway, "the model %s failed: %s", name, firstOf(string(told), "the server does not say why"))
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok || errors.Is(err, bufio.ErrTooLong) {
		return m.newError(http.StatusBadGateway, "the answer of the model %s is too long: at most %d MiB are read, and %d of one object", name, maxAnswer>>20, maxObject>>20)
	}
	switch {
	case errors.Is(err, errCallTimeout):
		return m.newError(http.StatusGatewayTimeout, "the model %s did not answer in time: %v", name, err)
	case errors.Is(err, errNoAnswer):
		return m.newError(http.StatusBadGateway, "%s", m.elsewhere())
	case errors.Is(err, errCutOff):
		return m.newError(http.StatusBadGateway, "the answer of the model %s was cut off", name)
	}
	return m.newError(http.StatusBadGateway, "the answer of the model %s cannot be read: %v", name, err)
}

// newError writes a sentence. It may hold what the server said, and so the key.
func (m *model) newError(code int, format string, args ...any) *modelError {
	return &modelError{code: code, message: shorten(m.mask(fmt.Sprintf(format, args...)), 1000)}
}

// mask takes the key out of what the server said.
func (m *model) mask(text string) string {
	if len(m.options.Key) < shortestKey {
		return text
	}
	return strings.ReplaceAll(text, m.options.Key, orq.Redacted)
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
