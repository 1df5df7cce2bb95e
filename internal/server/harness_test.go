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

// newServer returns a server with all tools whose API client uses transport, and its log.
func newServer(t testing.TB, baseURL string, transport http.RoundTripper) (*Server, *lockedBuffer) {
	t.Helper()
	return newServerOf(t, orq.APIAuto, baseURL, transport)
}

// newServerOf is newServer for one generation of the API.
func newServerOf(t testing.TB, api orq.API, baseURL string, transport http.RoundTripper) (*Server, *lockedBuffer) {
	t.Helper()
	client, err := orq.New(orq.Options{BaseURL: baseURL, APIKey: "sk-orq-0123456789abcdef", Transport: transport, API: api})
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

// newTestHandler returns the handler of a server, with transport in place of mcp-go's.
func newTestHandler(t *testing.T, transport http.HandlerFunc, options HTTPOptions) *httpHandler {
	t.Helper()
	s, _ := newServer(t, "http://orq.test", http.DefaultTransport)
	h := s.newHTTPHandler(t.Context(), options.withDefaults())
	h.transport = transport
	return h
}

// startAPI starts an API server with handler and returns its address and a transport to it.
func startAPI(t *testing.T, handler http.HandlerFunc) (string, http.RoundTripper) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	mux.HandleFunc("GET /v2/agents/external", http.NotFound) // as on a service of March
	api := httptest.NewServer(mux)
	t.Cleanup(api.Close)
	transport := orq.NewTransport()
	t.Cleanup(transport.CloseIdleConnections)
	return api.URL, transport
}

// emptyAgentList responds with an empty list of agents.
func emptyAgentList(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"object": "list", "data": [], "has_more": false}`)
}

// cannedTransport gives the same response to every request.
type cannedTransport struct{ media, body string }

func (c cannedTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {c.media}}, Body: io.NopCloser(strings.NewReader(c.body)),
	}, nil
}

// hangingTransport never responds: each request waits until its context ends.
type hangingTransport struct {
	// arrived, if not nil, is closed with the first request; there must not be a second.
	arrived chan struct{}
}

func (h hangingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if h.arrived != nil {
		close(h.arrived)
	}
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// pipeListener is an in-memory listener, whose connections work in a synctest bubble.
type pipeListener struct {
	dialed chan net.Conn
	closed chan struct{}
}

func newPipeListener() *pipeListener {
	return &pipeListener{dialed: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.dialed <- server:
		return client, nil
	case <-p.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-p.dialed:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipeListener) Close() error {
	select {
	case <-p.closed:
	default:
		close(p.closed)
	}
	return nil
}

func (*pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// testServer is a running ServeHTTP with a client for it.
type testServer struct {
	address string
	client  *http.Client
	// stop ends the context of ServeHTTP.
	stop context.CancelFunc
	// ended is closed when ServeHTTP has returned err.
	ended chan struct{}
	err   error
}

// serveTCP runs s on a local port until the test ends.
func serveTCP(t *testing.T, s *Server) *testServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, s, listener, listener.Addr().String(), &http.Transport{}, HTTPOptions{Drain: 20 * time.Second})
}

// servePipe runs s in memory until the test ends.
func servePipe(t *testing.T, s *Server, options HTTPOptions) *testServer {
	t.Helper()
	listener := newPipeListener()
	return serve(t, s, listener, "127.0.0.1", &http.Transport{DialContext: listener.dial}, options)
}

func serve(t *testing.T, s *Server, listener net.Listener, address string, transport *http.Transport, options HTTPOptions) *testServer {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ts := &testServer{address: address, client: &http.Client{Transport: transport}, stop: stop, ended: make(chan struct{})}
	go func() {
		defer close(ts.ended)
		ts.err = s.ServeHTTP(ctx, listener, options)
	}()
	t.Cleanup(func() {
		ts.client.CloseIdleConnections()
		stop()
		<-ts.ended
		if ts.err != nil {
			t.Errorf("ServeHTTP() = %v, want nil", ts.err)
		}
	})
	return ts
}

// reply is the response to a POST, read to its end.
type reply struct {
	status  int
	session string
	body    string
}

// newRequest returns a request to the MCP endpoint; it has no body when message is "".
func (s *testServer) newRequest(ctx context.Context, method, session, message string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+MCPPath, strings.NewReader(message))
	if err != nil {
		return nil, err
	}
	setHeaders(request, session)
	return request, nil
}

// post sends one JSON-RPC message.
func (s *testServer) post(ctx context.Context, session, message string) (reply, error) {
	request, err := s.newRequest(ctx, http.MethodPost, session, message)
	if err != nil {
		return reply{}, err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header.Get("Mcp-Session-Id"), string(body)}, err
}

// openSession initializes a session and returns its ID.
func (s *testServer) openSession(t *testing.T) string {
	t.Helper()
	got, err := s.post(t.Context(), "", initialize)
	if err != nil || got.status != http.StatusOK {
		t.Fatalf("initialize: status %d, error %v: %s", got.status, err, got.body)
	}
	if _, err := s.post(t.Context(), got.session, `{"jsonrpc":"2.0","method":"notifications/initialized"}`); err != nil {
		t.Fatal(err)
	}
	return got.session
}

// setHeaders sets the headers of an MCP client; session is "" before a session begins.
func setHeaders(request *http.Request, session string) {
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	if session != "" {
		request.Header.Set("Mcp-Session-Id", session)
		request.Header.Set("Mcp-Protocol-Version", "2025-06-18")
	}
}

// sessionlessPost returns a POST of a message by the protocol without sessions.
func sessionlessPost(message string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://mcp.example:8443"+MCPPath, strings.NewReader(message))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Mcp-Protocol-Version", "2026-07-28")
	return r
}

const initialize = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}}`

// initializeWithoutElicitation is the initialize of a client that cannot ask a person.
func initializeWithoutElicitation() string {
	return strings.Replace(initialize, `{"elicitation":{}}`, `{}`, 1)
}

// callMessage returns a tools/call request; a token of "" requests no progress.
func callMessage(id int, tool, arguments, token string) string {
	meta := ""
	if token != "" {
		meta = `,"_meta":{"progressToken":` + token + `}`
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":%q,"arguments":%s%s}}`, id, tool, arguments, meta)
}

// lockedBuffer is a bytes.Buffer that several goroutines may use.
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

// recordingConnection is a frameWriter that keeps what is written to it.
type recordingConnection struct {
	mu     sync.Mutex
	frames []string
	// waits are the arguments of waitBeforeResult.
	waits []time.Time
	// err is the result of each write.
	err error
}

func (*recordingConnection) framing() (prefix, suffix string) { return "", "\n" }

func (c *recordingConnection) writeFrames(frames []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for frame := range strings.Lines(string(frames)) {
		c.frames = append(c.frames, strings.TrimSuffix(frame, "\n"))
	}
	return c.err
}

func (c *recordingConnection) waitBeforeResult(_ context.Context, lastWrite time.Time) {
	c.waits = append(c.waits, lastWrite)
}

// decodeObject decodes a JSON object.
func decodeObject(t *testing.T, raw string) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal([]byte(raw), &value); err != nil {
		t.Fatalf("%v: %.200q", err, raw)
	}
	return value
}
