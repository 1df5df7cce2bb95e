package server

// The HTTP handler stands in front of mcp-go's streamable HTTP transport:
//
//	request -> origin.Check -> withAPIKey -> readBody, adapt         -> sessions -> callLimits -> mcp-go -> tool
//	               403            401               413, 400             404         429, 503      |        |
//	                                                                                        result |        | progress
//	                                                                                               v        v
//	response <------------------- answer: JSON, or an event stream that ends with the result <-----+------ sink
//
// The calls of built-in tools leave mcp-go before they run: http_call.go.
//
// Each POST has an answer of its own, which is stored in the context of the request. Progress is written to it by the
// goroutine of the call (sink.go), so that it cannot reach another response. mcp-go sends notifications through the
// session instead, and all calls of a session share its queue: with 20 calls at once, 85 % of the notifications went out on
// the response to another call.
//
// mcp-go's management of sessions is replaced too (sessions.go; measured with v1.2.1):
//   - Its DELETE leaves the running calls of a session running, and its default manager accepts the IDs of deleted sessions.
//   - By default it bounds neither the number of sessions nor their age: 5,000 of them keep 50 MB, most of it in queues. It is
//     shown a session of ours at initialize and with notifications (session.go), and keeps none.
//   - Without sessions, and always since protocol 2026-07-28, it finds the call that notifications/cancelled names by request
//     ID alone, and so cancels the calls of other clients. Such notifications are not forwarded; those clients cancel a call
//     by closing its connection.

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/origin"
)

// httpHandler serves MCPPath: it identifies the caller, enforces the limits, and forwards to mcp-go's transport.
type httpHandler struct {
	server   *Server
	options  HTTPOptions
	callers  callerIDs
	sessions *sessions
	calls    callLimits
	bodies   *bodyLimits
	lists    toolListCache
	// transport is mcp-go's.
	transport http.Handler
	// streams ends the responses that are open for as long as their client listens.
	streams      context.Context //nolint:containedctx // watched by each of these responses
	closeStreams context.CancelFunc
}

// newHTTPHandler returns the handler of MCPPath. All its calls end with callLifetime.
func (s *Server) newHTTPHandler(callLifetime context.Context, options HTTPOptions) *httpHandler {
	streams, closeStreams := context.WithCancel(callLifetime)
	h := &httpHandler{
		server: s, options: options, streams: streams, closeStreams: closeStreams,
		callers:  newCallerIDs(),
		sessions: newSessions(callLifetime, options.MaxSessions, options.SessionIdle),
		calls:    newCallLimits(options.MaxCalls, options.MaxSessionCalls),
		bodies:   newBodyLimits(options.MaxBody),
	}
	h.transport = mcpserver.NewStreamableHTTPServer(s.mcp,
		mcpserver.WithSessionIdManagerResolver(h),
		mcpserver.WithStreamableHTTPLogger(s.logger),
	)
	h.sessions.onEvict = h.deleteSession
	return h
}

// ServeHTTP checks the origin and the credentials of a request of any method, and dispatches it.
func (h *httpHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if text := origin.Check(r); text != "" {
		http.Error(w, text, http.StatusForbidden)
		return
	}
	ctx, err := withAPIKey(r.Context(), r)
	if err != nil {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	r = r.WithContext(h.callers.with(ctx))
	switch {
	case r.Method == http.MethodPost:
		h.servePost(w, r)
	case (r.Method == http.MethodGet || r.Method == http.MethodDelete) && !mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion)):
		h.serveSession(w, r)
	default:
		h.transport.ServeHTTP(w, r)
	}
}

// servePost dispatches the message in the body by protocol version and method.
func (h *httpHandler) servePost(w http.ResponseWriter, r *http.Request) {
	message, body, rejected := h.readMessage(w, r)
	if rejected != nil {
		rejected.writeHTTP(w)
		return
	}
	modern := mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion)) || mcp.IsModernProtocol(message.protocol)
	switch {
	case modern && message.Method == mcp.MethodNotificationCancelled:
		w.WriteHeader(http.StatusAccepted) // not forwarded: it could cancel the call of another client
	case modern:
		h.serveMessage(w, r, message, body, nil)
	case message.Method == mcp.MethodInitialize:
		h.serveInitialize(w, r, message, body)
	default:
		session, rejected := h.acquireSession(r)
		if rejected != nil {
			rejected.id = message.ID
			rejected.writeHTTP(w)
			return
		}
		defer h.sessions.release(session)
		h.serveMessage(w, r.WithContext(withCallLifetime(r.Context(), session.lifetime)), message, body, session)
	}
}

// readMessage reads the message in the body, and returns it with the form of it that mcp-go reads, which becomes the body.
func (h *httpHandler) readMessage(w http.ResponseWriter, r *http.Request) (*envelope, []byte, *rpcError) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, nil, &rpcError{status: http.StatusUnsupportedMediaType, code: mcp.INVALID_REQUEST, text: "the Content-Type must be application/json"}
	}
	share := &bodyShare{limits: h.bodies, caller: callerIDFrom(r.Context())}
	defer share.release()
	body, rejected := readBody(w, r, h.options.MaxBody, share)
	if rejected != nil {
		return nil, nil, rejected
	}
	message, adapted, rejected := h.server.hidden.adapt(body)
	if rejected != nil {
		return nil, nil, rejected
	}
	r.Body = io.NopCloser(bytes.NewReader(adapted)) // for mcp-go's transport
	h.server.ensureTools(message)
	return message, adapted, nil
}

// serveMessage serves a message within the call limits of its caller. session is nil since protocol 2026-07-28.
func (h *httpHandler) serveMessage(w http.ResponseWriter, r *http.Request, message *envelope, body []byte, session *session) {
	if message.isCall() || message.isSubscription() {
		caller := callerName(r, session)
		if rejected := h.calls.acquire(caller); rejected != nil {
			rejected.id = message.ID
			rejected.writeHTTP(w)
			return
		}
		defer h.calls.release(caller)
	}
	answer := newAnswer(w, h.options.WriteTimeout, h.server.hidden)
	if h.lists.serve(answer, r, message, h.transport) {
		return
	}
	if message.isRequest() && strings.Contains(r.Header.Get("Accept"), eventStream) {
		defer answer.keepAlive()()
	}
	ctx := withFrameWriter(r.Context(), answer)
	switch {
	case h.mayDetach(r, message):
		if session != nil {
			ctx = withSessionID(ctx, session.id)
		}
		if call := h.detach(ctx, body); call != nil {
			h.runDetached(ctx, answer, message.ID, call, session)
			return
		}
	case message.isSubscription():
		var release func()
		ctx, release = withParents(ctx, h.streams)
		defer release()
	case message.isResponse() && session != nil:
		h.serveResponse(answer, r.WithContext(ctx))
		return
	case message.isNotification() && session != nil:
		if h.notify(ctx, r.Header, message, body, session) {
			answer.WriteHeader(http.StatusAccepted)
			return
		}
	}
	h.transport.ServeHTTP(answer, r.WithContext(ctx))
}

// serveResponse passes a response of a client on to mcp-go, which answers 404 to one that comes too late, as if the session
// had ended, when it has not kept that.
func (h *httpHandler) serveResponse(w http.ResponseWriter, r *http.Request) {
	recorder := &responseRecorder{discardWriter: discardWriter{header: http.Header{}}}
	if h.transport.ServeHTTP(recorder, r); recorder.status == http.StatusNotFound {
		rejected := &rpcError{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "no request of the server waits for this response"}
		rejected.writeHTTP(w)
		return
	}
	maps.Copy(w.Header(), recorder.header)
	w.WriteHeader(cmp.Or(recorder.status, http.StatusAccepted))
	_, _ = w.Write(recorder.body.Bytes())
}

// notify passes a notification of a session on to mcp-go. It reports false if mcp-go's transport has to answer.
func (h *httpHandler) notify(ctx context.Context, header http.Header, message *envelope, body []byte, session *session) bool {
	if _, ok := statedVersion(header, message); !ok {
		return false
	}
	if message.Method == mcp.MethodNotificationCancelled {
		session.cancelCall(message.Params.RequestID)
	}
	return h.server.mcp.HandleMessage(h.server.mcp.WithContext(ctx, session), body) == nil
}

// callerName names the caller whose calls are counted together.
func callerName(r *http.Request, session *session) string {
	if session != nil {
		return "session " + session.id
	}
	return "key " + apiKeyFrom(r.Context()) + " at " + remoteHost(r)
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
