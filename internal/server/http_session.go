package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/tidwall/gjson"
)

// serveInitialize begins a session.
func (h *httpHandler) serveInitialize(w http.ResponseWriter, r *http.Request, message *envelope, body []byte) {
	caller := callerIDFrom(r.Context())
	if !h.sessions.makeRoom(caller) {
		rejected := &rpcError{
			status: http.StatusServiceUnavailable, id: message.ID, code: codeOverloaded, retryAfter: 5,
			text: "all sessions that the server has room for are in use, or of callers with no more than this one has (--max-sessions); try again in a while",
		}
		rejected.writeHTTP(w)
		return
	}
	answer := newAnswer(w, h.options.WriteTimeout, h.server.hidden)
	if mayBeAsked(body) {
		h.transport.ServeHTTP(answer, r)
		return
	}
	session := h.sessions.begin(caller)
	response := h.server.mcp.HandleMessage(h.server.mcp.WithContext(r.Context(), session), body)
	if _, ok := response.(mcp.JSONRPCResponse); !ok {
		h.sessions.end(session.id, caller)
	} else {
		answer.Header().Set(mcp.HeaderSessionID, session.id)
	}
	if response == nil { // initialize without an ID
		answer.WriteHeader(http.StatusAccepted)
		return
	}
	answer.Header().Set("Content-Type", "application/json")
	// Only the connection can fail here, and then there is nobody to report it to.
	_ = json.NewEncoder(answer).Encode(response)
}

// mayBeAsked reports whether the client that sends initialize takes requests of the server. mcp-go has to keep its session from
// the beginning, for the answers to find the call that waits for them.
func mayBeAsked(initialize []byte) bool {
	capabilities := gjson.GetBytes(initialize, "params.capabilities")
	return capabilities.Get("elicitation").Exists() || capabilities.Get("sampling").Exists() || capabilities.Get("roots").Exists()
}

// serveSession serves GET and DELETE, which carry no message and need a session.
func (h *httpHandler) serveSession(w http.ResponseWriter, r *http.Request) {
	session, rejected := h.acquireSession(r)
	if rejected != nil {
		rejected.writeHTTP(w)
		return
	}
	defer h.sessions.release(session)
	if r.Method == http.MethodDelete {
		h.transport.ServeHTTP(w, r)
		return
	}
	ctx, release := withParents(r.Context(), h.streams, session.lifetime)
	defer release()
	stream := newAnswer(w, h.options.WriteTimeout, h.server.hidden)
	defer stream.keepAlive()()
	h.transport.ServeHTTP(stream, r.WithContext(ctx))
}

// acquireSession returns the session that a request names, if it belongs to the caller. It must be released.
func (h *httpHandler) acquireSession(r *http.Request) (*session, *rpcError) {
	id := r.Header.Get(mcp.HeaderSessionID)
	if id == "" {
		return nil, &rpcError{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "the header Mcp-Session-Id is missing: initialize answers it"}
	}
	session := h.sessions.acquire(id, callerIDFrom(r.Context()))
	if session == nil {
		return nil, &rpcError{status: http.StatusNotFound, code: mcp.INVALID_REQUEST, text: "this session has ended or never was: initialize begins a new one"}
	}
	return session, nil
}

// deleteSession makes mcp-go free what it keeps for a session that has been removed here.
func (h *httpHandler) deleteSession(id string) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, MCPPath, http.NoBody)
	if err != nil {
		return
	}
	request.Header.Set(mcp.HeaderSessionID, id)
	h.transport.ServeHTTP(&discardWriter{header: http.Header{}}, request)
}
