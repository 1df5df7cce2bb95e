package server

import (
	"errors"
	"net/http"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// callerSessions shows mcp-go the sessions of one caller.
type callerSessions struct {
	all    *sessions
	caller callerID
}

// ResolveSessionIdManager implements mcpserver.SessionIdManagerResolver.
func (h *httpHandler) ResolveSessionIdManager(r *http.Request) mcpserver.SessionIdManager { //nolint:revive // the name is mcp-go's
	return callerSessions{h.sessions, callerIDFrom(r.Context())}
}

// Generate creates a session and returns its ID.
func (c callerSessions) Generate() string { return c.all.begin(c.caller).id }

// Validate returns an error for the ID of no current session. It never reports terminated: ended sessions are unknown.
func (c callerSessions) Validate(id string) (terminated bool, err error) {
	if !c.all.exists(id, c.caller) {
		return false, errors.New("unknown session")
	}
	return false, nil
}

// Terminate ends a session and cancels its calls.
func (c callerSessions) Terminate(id string) (notAllowed bool, err error) {
	c.all.end(id, c.caller)
	return false, nil
}
