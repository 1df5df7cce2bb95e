package server

import (
	"container/list"
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// session is the session of one client.
type session struct {
	id string
	// lifetime ends with the session, and its calls with it.
	lifetime context.Context //nolint:containedctx // watched by the calls of the session
	cancel   context.CancelCauseFunc
	// users counts running requests and open streams. While it is 0, element is the session's place in sessions.idle and
	// idleSince the time of the last release.
	users     int
	element   *list.Element
	idleSince time.Time

	mu sync.Mutex
	// showsForms is set when the client can show a form to a person.
	showsForms bool
	// cancels cancel the calls that run outside of mcp-go, by the ID of their request.
	cancels map[string]*context.CancelFunc
}

// callContext returns the context of a call, which ends with a cancellation by the client, and a function that must be called
// when the call has ended. A nil session is allowed: it has no cancellations.
func (s *session) callContext(ctx context.Context, id json.RawMessage) (context.Context, func()) {
	if s == nil {
		return ctx, func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancels[string(id)] = &cancel
	return ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.cancels[string(id)] == &cancel { // no other call has the same ID
			delete(s.cancels, string(id))
		}
		cancel()
	}
}

// cancelCall cancels the call with that request ID, if it runs.
func (s *session) cancelCall(id json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.cancels[string(id)]; cancel != nil {
		(*cancel)()
	}
}

type sessionKey struct{}

// withSession stores in ctx the session of a request, with which its calls end.
func withSession(ctx context.Context, session *session) context.Context {
	return withCallLifetime(context.WithValue(ctx, sessionKey{}, session), session.lifetime)
}

// The other methods make a session one of mcp-go while that answers initialize. mcp-go's own would keep queues of 9 kB for
// as long as the session lives.

// SessionID implements mcpserver.ClientSession.
func (s *session) SessionID() string { return s.id }

// Initialize implements mcpserver.ClientSession.
func (*session) Initialize() {}

// Initialized implements mcpserver.ClientSession.
func (*session) Initialized() bool { return true }

// NotificationChannel implements mcpserver.ClientSession. Nothing is sent before the answer.
func (*session) NotificationChannel() chan<- mcp.JSONRPCNotification { return nil }

// GetClientInfo implements mcpserver.SessionWithClientInfo.
func (*session) GetClientInfo() mcp.Implementation { return mcp.Implementation{} }

// SetClientInfo implements mcpserver.SessionWithClientInfo.
func (*session) SetClientInfo(mcp.Implementation) {}

// GetClientCapabilities implements mcpserver.SessionWithClientInfo.
func (*session) GetClientCapabilities() mcp.ClientCapabilities { return mcp.ClientCapabilities{} }

// SetClientCapabilities implements mcpserver.SessionWithClientInfo.
func (s *session) SetClientCapabilities(capabilities mcp.ClientCapabilities) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.showsForms = showsForms(capabilities)
}

// canElicit reports whether the client can show a form to a person.
func (s *session) canElicit() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.showsForms
}
