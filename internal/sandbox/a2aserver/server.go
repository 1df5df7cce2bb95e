package a2aserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a2aproject/a2a-go/v2/a2asrv"
	"github.com/a2aproject/a2a-go/v2/log"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

const (
	// maxBody bounds the body of a request, in bytes.
	maxBody = 8 << 20
	// keepAlive is the pause after which a silent stream gets a comment: proxies cut silent connections.
	keepAlive = 15 * time.Second
)

// Deps are what a Server needs of its workspace.
type Deps struct {
	Store   *store.Store
	Runs    *run.Runner
	Engines run.Engines
	Log     *slog.Logger
}

// Server serves the agents of a workspace. It is safe for concurrent use.
type Server struct {
	Deps
	wg     sync.WaitGroup // one for each feed
	mu     sync.Mutex
	feeds  map[string]*feed // of the active turns, by task id
	closed bool
}

// New returns a server. Requests must be authorized before they reach it.
func New(deps Deps) *Server { return &Server{Deps: deps, feeds: map[string]*feed{}} }

// Close waits until the turns that the server follows have ended. The runner must be closed before.
//
// A turn that started before the runner was closed may be followed after this: it ends by itself.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.wg.Wait()
}

// Call serves POST /v2/agents/{key}/a2a: JSON-RPC of A2A 1.0 and 0.3, which differ in the names of the methods. Errors:
// *apierror.Error for an unknown agent and a body that is too large; all others are errors of JSON-RPC.
func (s *Server) Call(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.find(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &apierror.Error{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("body: is larger than %d bytes", maxBody)}
	}
	if err != nil {
		return apierror.Invalid("body: cannot be read: %v", neterror.Describe(err))
	}
	called := &agent{Server: s, rec: rec, hops: hopsOf(r)}
	var request rpcRequest
	decodeErr := json.Unmarshal(body, &request)
	switch {
	case !supportsVersion(r.Header):
		return writeRPC(w, request.ID, nil, errVersion)
	case decodeErr == nil && strings.Contains(request.Method, "/"):
		return called.serveLegacy(w, r, request)
	}
	r = r.WithContext(log.AttachLogger(r.Context(), s.Log))
	r.Body = io.NopCloser(bytes.NewReader(body))
	a2asrv.NewJSONRPCHandler(called, a2asrv.WithTransportKeepAlive(keepAlive)).ServeHTTP(flusher{w}, r)
	return nil
}

// find returns the agent that the request's path names.
func (s *Server) find(r *http.Request) (*store.Record, error) {
	ref := r.PathValue("key")
	rec, err := s.Store.Agent(ref)
	if errors.Is(err, store.ErrNoAgent) {
		return nil, apierror.NoAgent(ref)
	}
	return rec, err
}

// hopsOf is how many agents of sandboxes have passed the message on; 0 when another client sends it.
func hopsOf(r *http.Request) int {
	hops, err := strconv.Atoi(r.Header.Get(run.HopsHeader))
	if err != nil {
		return 0
	}
	return max(hops, 0)
}

// supportsVersion reports whether the server speaks the version of A2A that a request names. Clients of 0.3 name none.
func supportsVersion(header http.Header) bool {
	version := header.Get("A2A-Version")
	major, _, _ := strings.Cut(version, ".")
	return version == "" || major == "0" || major == "1"
}

// flusher finds Flush in a http.ResponseWriter that wraps another, where the A2A library does not look for it.
type flusher struct{ http.ResponseWriter }

// Flush implements http.Flusher.
func (f flusher) Flush() { _ = http.NewResponseController(f.ResponseWriter).Flush() }
