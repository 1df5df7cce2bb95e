package e2e_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// upstream is an Agents API that records requests and responses.
type upstream struct {
	t   *testing.T
	url string
	api api
	// env is what the program needs to trust the upstream.
	env []string

	mu   sync.Mutex
	seen []*exchange
}

// exchange is a request and its response.
type exchange struct {
	method, path, bearer string
	// proto is the version of HTTP.
	proto string
	body  []byte

	mu     sync.Mutex
	answer bytes.Buffer
}

// newSandbox serves a new sandbox that has the operations of all generations.
func newSandbox(t *testing.T, options sandbox.Options) *upstream {
	t.Helper()
	return openSandbox(t, both, options)
}

func openSandbox(t *testing.T, a api, options sandbox.Options) *upstream {
	t.Helper()
	box, err := sandbox.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	u := a.newUpstream(t, a.check(t, box))
	// Cleanup functions run in reverse order: the sandbox must be closed first, because the server waits for its runs.
	t.Cleanup(func() {
		if err := box.Close(); err != nil {
			t.Errorf("close the sandbox: %v", err)
		}
	})
	return u
}

// newUpstream serves a handler.
func newUpstream(t *testing.T, handler http.Handler) *upstream {
	t.Helper()
	return march.newUpstream(t, handler)
}

// recording records the requests and responses of a handler.
func (u *upstream) recording(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			u.t.Errorf("read a request: %v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		x := &exchange{
			method: r.Method, path: r.URL.Path, bearer: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), proto: r.Proto, body: body,
		}
		u.mu.Lock()
		u.seen = append(u.seen, x)
		u.mu.Unlock()
		handler.ServeHTTP(&recordingWriter{w, x}, r)
	})
}

// recordingWriter copies a response to its exchange.
type recordingWriter struct {
	http.ResponseWriter
	exchange *exchange
}

func (w *recordingWriter) Write(p []byte) (int, error) {
	w.exchange.mu.Lock()
	w.exchange.answer.Write(p)
	w.exchange.mu.Unlock()
	return w.ResponseWriter.Write(p)
}

func (w *recordingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// requestLines returns all requests in the form "GET /v2/agents".
func (u *upstream) requestLines() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	lines := make([]string, len(u.seen))
	for i, x := range u.seen {
		lines[i] = x.method + " " + x.path
	}
	return lines
}

// requests returns the requests with the method and path, in the order of their arrival.
func (u *upstream) requests(method, path string) []*exchange {
	u.mu.Lock()
	defer u.mu.Unlock()
	var found []*exchange
	for _, x := range u.seen {
		if x.method == method && x.path == path {
			found = append(found, x)
		}
	}
	return found
}

// events returns the events of a stream as they were sent, without [DONE].
func (x *exchange) events(t *testing.T) []event {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	var events []event
	for line := range strings.Lines(x.answer.String()) {
		data, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "data: ")
		if !ok || data == "[DONE]" {
			continue
		}
		sent := decode[event](t, []byte(data))
		if strings.HasPrefix(x.path, "/v3/") { // the data of an event is the event itself
			sent.Data = decode[any](t, []byte(data))
		}
		events = append(events, sent)
	}
	return events
}

// answerJSON returns a handler that always answers with the status and body.
func answerJSON(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
