package a2a

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxAnswer bounds one answer of an A2A agent, a whole stream included, in bytes.
const maxAnswer = 64 << 20

var errWebPage = errors.New("it answers with a web page")

// statusError is an answer with an HTTP status that is no success.
type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("status %d", e.status) }

// transport adds the agent's headers where they belong, and bounds what is read.
type transport struct {
	base  http.RoundTripper
	agent Agent
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if t.agent.isHome(r.URL) {
		for name, value := range t.agent.Headers {
			r.Header.Set(name, value)
		}
	}
	response, err := t.base.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	}
	return response, err
}

// rpcTransport hands answers on in the form that clients of JSON-RPC read: errors as answers with status 200, whatever
// status an agent sends them with, and a single answer as a stream where one was asked for.
type rpcTransport struct{ transport }

// RoundTrip implements http.RoundTripper.
func (t rpcTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case response.StatusCode/100 == 3: // the client follows it
		return response, nil
	case kind == "application/json":
		return readable(response, strings.Contains(r.Header.Get("Accept"), "text/event-stream"))
	case response.StatusCode == http.StatusOK && kind != "text/html":
		return response, nil
	}
	_ = response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil, errWebPage
	}
	return nil, &statusError{response.StatusCode}
}

func readable(response *http.Response, asStream bool) (*http.Response, error) {
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK && !isRPCError(body) {
		return nil, &statusError{response.StatusCode}
	}
	response.StatusCode, response.Status = http.StatusOK, "200 OK"
	if asStream {
		var line bytes.Buffer
		if err := json.Compact(&line, body); err != nil {
			return nil, fmt.Errorf("the answer is not JSON: %w", err)
		}
		body = []byte("data: " + line.String() + "\n\n")
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return response, nil
}

// restTransport names the status of an answer that does not say in the protocol's words what went wrong.
type restTransport struct{ transport }

// RoundTrip implements http.RoundTripper.
func (t restTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.transport.RoundTrip(r)
	if err != nil || response.StatusCode == http.StatusOK || response.StatusCode/100 == 3 {
		return response, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Error.Message == "" {
		return nil, &statusError{response.StatusCode}
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

func isRPCError(body []byte) bool {
	var answer struct {
		Version string          `json:"jsonrpc"`
		Error   json.RawMessage `json:"error"`
	}
	return json.Unmarshal(body, &answer) == nil && answer.Version != "" && answer.Error != nil
}
