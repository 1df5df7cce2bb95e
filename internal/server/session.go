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
	// owner is the caller that began the session. To all others it is unknown.
	owner *owner
	// lifetime ends with the session, and its calls with it.
	lifetime context.Context //nolint:containedctx // watched by the calls of the session
	cancel   context.CancelCauseFunc
	// users counts running requests and open streams. While it is 0, element is the session's place in sessions.idle,
	// ownElement that in owner.idle, and idleSince the time of the last release.
	users               int
	element, ownElement *list.Element
	idleSince           time.Time

	mu sync.Mutex
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

// The other methods make a session one of mcp-go while that answers initialize, and for notifications. mcp-go's own would keep
// queues of 9 kB for as long as the session lives.

// SessionID implements mcpserver.ClientSession.
func (s *session) SessionID() string { return s.id }

// Initialize implements mcpserver.ClientSession.
func (*session) Initialize() {}

// Initialized implements mcpserver.ClientSession.
func (*session) Initialized() bool { return true }

// NotificationChannel implements mcpserver.ClientSession. Nothing is sent before the answer.
func (*session) NotificationChannel() chan<- mcp.JSONRPCNotification { return nil }
