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

// maxAnswer bounds one response of an A2A agent, in bytes; for a stream, all of it.
const maxAnswer = 64 << 20

// errWebPage is an HTML page with status 200.
var errWebPage = errors.New("it answers with a web page")

// statusError is a response with an HTTP status that is no success.
type statusError struct{ status int }

func (e *statusError) Error() string { return fmt.Sprintf("status %d", e.status) }

// transport adds the agent's headers to requests to its own origins, and bounds the size of responses.
type transport struct {
	base  http.RoundTripper
	agent Agent
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if t.agent.sendsHeadersTo(r.URL) {
		for name, value := range t.agent.Headers {
			r.Header.Set(name, value)
		}
		for name, value := range t.agent.CallerHeaders {
			r.Header.Set(name, value)
		}
	}
	response, err := t.base.RoundTrip(r)
	if err == nil {
		response.Body = http.MaxBytesReader(nil, response.Body, maxAnswer)
	}
	return response, err
}

// rpcTransport normalizes responses for clients of JSON-RPC: a JSON-RPC error gets status 200, whatever status the agent
// sent it with, and a single response becomes a stream where the request accepts one.
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
		return normalized(response, strings.Contains(r.Header.Get("Accept"), "text/event-stream"))
	case response.StatusCode == http.StatusOK && kind != "text/html":
		return response, nil
	}
	_ = response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil, errWebPage
	}
	return nil, &statusError{response.StatusCode}
}

// normalized returns a JSON response with status 200, as an event stream of one event if asStream is set.
func normalized(response *http.Response, asStream bool) (*http.Response, error) {
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

// restTransport turns an error response that is not in the protocol's form into a *statusError.
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

// isRPCError reports whether a response body is a JSON-RPC error.
func isRPCError(body []byte) bool {
	var answer struct {
		Version string          `json:"jsonrpc"`
		Error   json.RawMessage `json:"error"`
	}
	return json.Unmarshal(body, &answer) == nil && answer.Version != "" && answer.Error != nil
}
