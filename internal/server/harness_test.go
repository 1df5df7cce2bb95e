package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newServer returns a server of all tools whose API is behind transport, and what it logs.
func newServer(t testing.TB, baseURL string, transport http.RoundTripper) (*Server, *lockedBuffer) {
	t.Helper()
	client, err := orq.New(orq.Options{BaseURL: baseURL, APIKey: "sk-orq-0123456789abcdef", Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	list, err := tools.Select(tools.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	log := &lockedBuffer{}
	return New(Options{Version: "test", Tools: list, Orq: client, Logger: slog.New(slog.NewJSONHandler(log, nil))}), log
}

// upstream serves an API with handler and returns its address and a transport to it.
func upstream(t *testing.T, handler http.HandlerFunc) (string, http.RoundTripper) {
	t.Helper()
	api := httptest.NewServer(handler)
	t.Cleanup(api.Close)
	transport := orq.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	return api.URL, transport
}

// noAgents is an API with nothing in it.
func noAgents(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"object": "list", "data": [], "has_more": false}`)
}

// entranceTo is the entrance of a server whose transport is another.
func entranceTo(t *testing.T, transport http.HandlerFunc, options HTTPOptions) *entrance {
	t.Helper()
	s, _ := newServer(t, "http://orq.test", http.DefaultTransport)
	e := s.newEntrance(t.Context(), options.withDefaults())
	e.transport = transport
	return e
}

// postTo is a POST of a message without a session, by the protocol that has none.
func postTo(message string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://mcp.example:8443"+MCPPath, strings.NewReader(message))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Mcp-Protocol-Version", "2026-07-28")
	return r
}

// running is a server on a port of its own.
type running struct {
	address string
	stop    context.CancelFunc
	// ended is closed when ServeHTTP has returned; err is what.
	ended chan struct{}
	err   error
	web   *http.Client
}

func serveHTTP(t *testing.T, s *Server) *running {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	r := &running{address: listener.Addr().String(), stop: stop, ended: make(chan struct{}), web: &http.Client{Transport: &http.Transport{}}}
	go func() {
		defer close(r.ended)
		r.err = s.ServeHTTP(ctx, listener, HTTPOptions{Drain: 20 * time.Second})
	}()
	t.Cleanup(func() {
		r.web.CloseIdleConnections()
		stop()
		<-r.ended
	})
	return r
}

// reply is the answer to a POST, read to its end.
type reply struct {
	status  int
	session string
	body    string
}

// post sends one JSON-RPC message.
func (r *running) post(ctx context.Context, session, message string) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+r.address+MCPPath, strings.NewReader(message))
	if err != nil {
		return reply{}, err
	}
	prepare(request, session)
	response, err := r.web.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header.Get("Mcp-Session-Id"), string(body)}, err
}

func prepare(request *http.Request, session string) {
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	if session != "" {
		request.Header.Set("Mcp-Session-Id", session)
		request.Header.Set("Mcp-Protocol-Version", "2025-06-18")
	}
}

// begin opens a session.
func (r *running) begin(t *testing.T) string {
	t.Helper()
	begun, err := r.post(t.Context(), "", initialize)
	if err != nil || begun.status != http.StatusOK {
		t.Fatalf("initialize: %v: %s", err, begun.body)
	}
	if _, err := r.post(t.Context(), begun.session, `{"jsonrpc":"2.0","method":"notifications/initialized"}`); err != nil {
		t.Fatal(err)
	}
	return begun.session
}

const initialize = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}}`

// callOf is a tools/call; a token of "" asks for no progress.
func callOf(id int, tool, arguments, token string) string {
	meta := ""
	if token != "" {
		meta = `,"_meta":{"progressToken":` + token + `}`
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s%s}}`, id, tool, arguments, meta)
}

// lockedBuffer is a buffer for more than one goroutine.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(data)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// frames is a connection that keeps what is written to it.
type frames struct {
	mu     sync.Mutex
	frames []string
	// settled are the times given to settle.
	settled []time.Time
	err     error
}

func (*frames) framing() (before, after string) { return "", "\n" }

func (f *frames) writeFrames(messages []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for message := range strings.Lines(string(messages)) {
		f.frames = append(f.frames, strings.TrimSuffix(message, "\n"))
	}
	return f.err
}

func (f *frames) settle(_ context.Context, last time.Time) { f.settled = append(f.settled, last) }

// decoded reads a JSON object.
func decoded(t *testing.T, raw string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(raw), &value); err != nil {
		t.Fatalf("%v: %.200q", err, raw)
	}
	return value
}
