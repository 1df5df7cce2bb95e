package server

// The HTTP handler stands in front of mcp-go's streamable HTTP transport:
//
//	request -> checkOrigin -> withAPIKey -> readBody, adapt         -> sessions -> callLimits -> mcp-go -> tool
//	               403            401               413, 400             404         429, 503      |        |
//	                                                                                        result |        | progress
//	                                                                                               v        v
//	response <------------------- answer: JSON, or an event stream that ends with the result <-----+------ sink
//
// Each POST has an answer of its own, which is stored in the context of the request. Progress is written to it by the
// goroutine of the call (sink.go), so that it cannot reach another response. mcp-go sends notifications through the
// session instead, and all calls of a session share its queue: with 20 calls at once, 85 % of the notifications went out on
// the response to another call.
//
// mcp-go's management of sessions is replaced too (sessions.go; measured with v1.2.1):
//   - Its DELETE leaves the running calls of a session running, and its default manager accepts the IDs of deleted sessions.
//   - By default it bounds neither the number of sessions nor their age: 5,000 of them keep 50 MB.
//   - Without sessions, and always since protocol 2026-07-28, it finds the call that notifications/cancelled names by request
//     ID alone, and so cancels the calls of other clients. Such notifications are not forwarded; those clients cancel a call
//     by closing its connection.

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// httpHandler serves MCPPath: it identifies the caller, enforces the limits, and forwards to mcp-go's transport.
type httpHandler struct {
	options   HTTPOptions
	transport http.Handler
	// ensureTools runs before each message that is forwarded.
	ensureTools func(envelope)
	hidden      *hiddenJSON
	sessions    *sessions
	calls       *callLimits
	lists       toolListCache
	// streams ends the responses that are open for as long as their client listens.
	streams      context.Context //nolint:containedctx // watched by each of these responses
	closeStreams context.CancelFunc
}

// newHTTPHandler returns the handler of MCPPath. All its calls end with callLifetime.
func (s *Server) newHTTPHandler(callLifetime context.Context, options HTTPOptions) *httpHandler {
	streams, closeStreams := context.WithCancel(callLifetime)
	h := &httpHandler{
		options: options, ensureTools: s.ensureTools, hidden: s.hidden, streams: streams, closeStreams: closeStreams,
		sessions: newSessions(callLifetime, options.MaxSessions, options.SessionIdle),
		calls:    newCallLimits(options.MaxCalls, options.MaxSessionCalls),
	}
	h.transport = mcpserver.NewStreamableHTTPServer(s.mcp,
		mcpserver.WithSessionIdManager(h.sessions),
		mcpserver.WithStreamableHTTPLogger(s.logger),
	)
	h.sessions.onEvict = h.deleteSession
	return h
}

// ServeHTTP checks the origin and the credentials of a request of any method, and dispatches it.
func (h *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if text := checkOrigin(r); text != "" {
		http.Error(w, text, http.StatusForbidden)
		return
	}
	ctx, err := withAPIKey(r.Context(), r)
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	r = r.WithContext(ctx)
	switch {
	case r.Method == http.MethodPost:
		h.servePost(w, r)
	case (r.Method == http.MethodGet || r.Method == http.MethodDelete) && !mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion)):
		h.serveSession(w, r)
	default:
		h.transport.ServeHTTP(w, r)
	}
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
	stream := newAnswer(w, h.options.WriteTimeout, h.hidden)
	defer stream.keepAlive()()
	h.transport.ServeHTTP(stream, r.WithContext(ctx))
}

// acquireSession returns the session that a request names. It must be released.
func (h *httpHandler) acquireSession(r *http.Request) (*session, *rpcError) {
	id := r.Header.Get(mcp.HeaderSessionID)
	if id == "" {
		return nil, &rpcError{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "the header Mcp-Session-Id is missing: initialize answers it"}
	}
	session := h.sessions.acquire(id)
	if session == nil {
		return nil, &rpcError{status: http.StatusNotFound, code: mcp.INVALID_REQUEST, text: "this session has ended or never was: initialize begins a new one"}
	}
	return session, nil
}

// servePost decodes the message in the body and dispatches it by protocol version and method.
func (h *httpHandler) servePost(w http.ResponseWriter, r *http.Request) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		rejected := &rpcError{status: http.StatusUnsupportedMediaType, code: mcp.INVALID_REQUEST, text: "the Content-Type must be application/json"}
		rejected.writeHTTP(w)
		return
	}
	body, rejected := readBody(w, r, h.options.MaxBody)
	if rejected != nil {
		rejected.writeHTTP(w)
		return
	}
	message, adapted, rejected := h.hidden.adapt(body)
	if rejected != nil {
		rejected.writeHTTP(w)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(adapted))
	h.ensureTools(message)
	protocol := r.Header.Get(mcp.HeaderProtocolVersion)
	modern := mcp.IsModernProtocol(protocol) || mcp.IsModernProtocol(message.protocol)
	switch {
	case modern && message.Method == mcp.MethodNotificationCancelled:
		w.WriteHeader(http.StatusAccepted) // not forwarded: it could cancel the call of another client
	case modern:
		h.serveMessage(w, r, message, "key "+apiKeyFrom(r.Context())+" at "+remoteHost(r))
	case message.Method == mcp.MethodInitialize:
		h.serveInitialize(w, r, message)
	default:
		session, rejected := h.acquireSession(r)
		if rejected != nil {
			rejected.id = message.ID
			rejected.writeHTTP(w)
			return
		}
		defer h.sessions.release(session)
		h.serveMessage(w, r.WithContext(withCallLifetime(r.Context(), session.lifetime)), message, "session "+session.id)
	}
}

func (h *httpHandler) serveInitialize(w http.ResponseWriter, r *http.Request, message envelope) {
	if !h.sessions.makeRoom() {
		rejected := &rpcError{
			status: http.StatusServiceUnavailable, id: message.ID, code: codeOverloaded, retryAfter: 5,
			text: "all sessions that the server has room for are in use (--max-sessions); try again in a while",
		}
		rejected.writeHTTP(w)
		return
	}
	h.transport.ServeHTTP(newAnswer(w, h.options.WriteTimeout, h.hidden), r)
}

// serveMessage forwards a message to mcp-go, within the call limits of its caller.
func (h *httpHandler) serveMessage(w http.ResponseWriter, r *http.Request, message envelope, caller string) {
	if message.isCall() || message.isSubscription() {
		if rejected := h.calls.acquire(caller); rejected != nil {
			rejected.id = message.ID
			rejected.writeHTTP(w)
			return
		}
		defer h.calls.release(caller)
	}
	answer := newAnswer(w, h.options.WriteTimeout, h.hidden)
	if h.lists.serve(answer, r, message, h.transport) {
		return
	}
	if message.isRequest() && strings.Contains(r.Header.Get("Accept"), eventStream) {
		defer answer.keepAlive()()
	}
	ctx := withFrameWriter(r.Context(), answer)
	if message.isSubscription() {
		var release func()
		ctx, release = withParents(ctx, h.streams)
		defer release()
	}
	h.transport.ServeHTTP(answer, r.WithContext(ctx))
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

// discardWriter is an http.ResponseWriter that drops the response.
type discardWriter struct{ header http.Header }

func (d *discardWriter) Header() http.Header          { return d.header }
func (*discardWriter) Write(data []byte) (int, error) { return len(data), nil }
func (*discardWriter) WriteHeader(int)                {}

// remoteHost returns the client's address without its port.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
