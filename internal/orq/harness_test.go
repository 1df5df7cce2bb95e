package orq_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const apiKey = "sk-orq-0123456789abcdef"

// serve returns a client of a server that runs handler. The traffic is checked against the API contract.
func serve(t *testing.T, handler http.HandlerFunc) *orq.Client {
	t.Helper()
	return serveUnchecked(t, contract.CheckAll(t, handler))
}

// serveUnchecked is serve for handlers that violate the contract on purpose.
func serveUnchecked(t *testing.T, handler http.Handler) *orq.Client {
	t.Helper()
	return serveGeneration(t, orq.APIAuto, handler)
}

// serveGeneration is serveUnchecked for a client of one generation of the API.
func serveGeneration(t *testing.T, api orq.API, handler http.Handler) *orq.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	transport := orq.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	return newClientOf(t, api, server.URL, transport)
}

func newClient(t testing.TB, baseURL string, transport http.RoundTripper) *orq.Client {
	t.Helper()
	return newClientOf(t, orq.APIAuto, baseURL, transport)
}

// newClientOf is newClient for one generation of the API.
func newClientOf(t testing.TB, api orq.API, baseURL string, transport http.RoundTripper) *orq.Client {
	t.Helper()
	client, err := orq.New(orq.Options{BaseURL: baseURL, APIKey: apiKey, UserAgent: "orq-mcp/test", Transport: transport, API: api})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// network connects a client with a server by pipes, so that all goroutines of a synctest bubble are durably blocked when
// both wait.
type network struct {
	dialed, received atomic.Int64
	refusing         bool
	accept           chan net.Conn
	closed           chan struct{}
}

// serveInBubble is serveUnchecked for the inside of a synctest bubble, with the operations of March alone.
func serveInBubble(t *testing.T, handler http.HandlerFunc) (*orq.Client, *network) {
	t.Helper()
	n := &network{accept: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.received.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		handler(w, r)
	})}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		_ = server.Serve(n)
	}()
	transport := &http.Transport{DialContext: n.dial}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-stopped
	})
	return newClientOf(t, orq.APIAgents, "http://orq.test", transport), n
}

func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	n.dialed.Add(1)
	if n.refusing {
		return nil, syscall.ECONNREFUSED
	}
	client, server := net.Pipe()
	select {
	case n.accept <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements net.Listener.
func (n *network) Accept() (net.Conn, error) {
	select {
	case conn := <-n.accept:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (n *network) Close() error {
	close(n.closed)
	return nil
}

// Addr implements net.Listener.
func (n *network) Addr() net.Addr { return &net.UnixAddr{} }

// roundTrip is a transport made of a function. It does not call the httptrace of a request.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// respond writes a JSON response.
func respond(w http.ResponseWriter, status int, body string) {
	if body != "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// reply returns a handler that responds with JSON.
func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { respond(w, status, body) }
}

// streaming returns a handler that responds with stream as an event stream.
func streaming(stream string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, stream)
	}
}

// collect returns all events of a stream, and its error.
func collect(events orq.Events) ([]orq.Event, error) {
	var all []orq.Event
	for event, err := range events {
		if err != nil {
			return all, err
		}
		all = append(all, event.Clone())
	}
	return all, nil
}

// decoded returns JSON in a form that can be compared regardless of the order of fields.
func decoded(t testing.TB, data []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("json.Unmarshal(%.200q): %v", data, err)
	}
	return value
}
