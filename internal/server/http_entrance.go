package server

import (
	"context"
	"mime"
	"net"
	"net/http"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

// entrance stands before mcp-go's transport: it knows who calls, refuses what is not to be carried out, and prepares the
// stream to which a call's progress goes.
type entrance struct {
	options   HTTPOptions
	transport http.Handler
	// about is told of each message that mcp-go may read.
	about    func(envelope)
	sessions *sessions
	calls    *callLimits
	lists    toolLists
	// listening ends when the streams on which clients listen must end.
	listening    context.Context //nolint:containedctx // watched by each of these streams
	endListening context.CancelFunc
}

// ServeHTTP takes a request of any method.
func (e *entrance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if text := stranger(r); text != "" {
		http.Error(w, text, http.StatusForbidden)
		return
	}
	ctx, ok := withRequestKey(r.Context(), r)
	if !ok {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "the Authorization header must be: Bearer <orq.ai API key>", http.StatusUnauthorized)
		return
	}
	r = r.WithContext(ctx)
	switch {
	case r.Method == http.MethodPost:
		e.post(w, r)
	case (r.Method == http.MethodGet || r.Method == http.MethodDelete) && !mcp.IsModernProtocol(r.Header.Get(mcp.HeaderProtocolVersion)):
		e.inSession(w, r)
	default:
		e.transport.ServeHTTP(w, r)
	}
}

// inSession serves a request without a message, which only has a meaning within a session.
func (e *entrance) inSession(w http.ResponseWriter, r *http.Request) {
	session, refused := e.session(r)
	if refused != nil {
		refuse(w, refused)
		return
	}
	defer e.sessions.release(session)
	if r.Method == http.MethodDelete {
		e.transport.ServeHTTP(w, r)
		return
	}
	ctx, stop := until(r.Context(), e.listening, session.calls)
	defer stop()
	stream := newAnswer(w, e.options.WriteTimeout)
	defer stream.keepAlive()()
	e.transport.ServeHTTP(stream, r.WithContext(ctx))
}

// session is the one that a request names. It must be released.
func (e *entrance) session(r *http.Request) (*session, *refusal) {
	id := r.Header.Get(mcp.HeaderSessionID)
	if id == "" {
		return nil, &refusal{status: http.StatusBadRequest, code: mcp.INVALID_REQUEST, text: "the header Mcp-Session-Id is missing: initialize answers it"}
	}
	session := e.sessions.use(id)
	if session == nil {
		return nil, &refusal{status: http.StatusNotFound, code: mcp.INVALID_REQUEST, text: "this session has ended or never was: initialize begins a new one"}
	}
	return session, nil
}

// post passes one message on to mcp-go.
func (e *entrance) post(w http.ResponseWriter, r *http.Request) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		refuse(w, &refusal{status: http.StatusUnsupportedMediaType, code: mcp.INVALID_REQUEST, text: "the Content-Type must be application/json"})
		return
	}
	body, refused := takeBody(w, r, e.options.MaxBody)
	if refused != nil {
		refuse(w, refused)
		return
	}
	message, refused := open(body)
	if refused != nil {
		refuse(w, refused)
		return
	}
	e.about(message)
	protocol := r.Header.Get(mcp.HeaderProtocolVersion)
	modern := mcp.IsModernProtocol(protocol) || mcp.IsModernProtocol(message.protocol)
	switch {
	case modern && message.Method == mcp.MethodNotificationCancelled:
		// It names its call by request id alone, and mcp-go would cancel the call of any client that uses the same id. Such a
		// client cancels by closing its connection.
		w.WriteHeader(http.StatusAccepted)
	case modern:
		e.request(w, r, message, "key "+keyFrom(r.Context())+" at "+remoteHost(r))
	case message.Method == mcp.MethodInitialize:
		e.initialize(w, r, message)
	default:
		session, refused := e.session(r)
		if refused != nil {
			refused.id = message.ID
			refuse(w, refused)
			return
		}
		defer e.sessions.release(session)
		e.request(w, r.WithContext(withStop(r.Context(), session.calls)), message, "session "+session.id)
	}
}

func (e *entrance) initialize(w http.ResponseWriter, r *http.Request, message envelope) {
	if !e.sessions.makeRoom() {
		refuse(w, &refusal{
			status: http.StatusServiceUnavailable, id: message.ID, code: overloaded, retryAfter: 5,
			text: "all sessions that the server has room for are in use (--max-sessions); try again in a while",
		})
		return
	}
	e.transport.ServeHTTP(newAnswer(w, e.options.WriteTimeout), r)
}

// request serves a message of a known caller.
func (e *entrance) request(w http.ResponseWriter, r *http.Request, message envelope, caller string) {
	if message.isCall() || message.isListening() {
		if refused := e.calls.begin(caller); refused != nil {
			refused.id = message.ID
			refuse(w, refused)
			return
		}
		defer e.calls.end(caller)
	}
	answer := newAnswer(w, e.options.WriteTimeout)
	if e.lists.answer(answer, r, message, e.transport) {
		return
	}
	if message.isRequest() && strings.Contains(r.Header.Get("Accept"), eventStream) {
		defer answer.keepAlive()()
	}
	ctx := withFrameWriter(r.Context(), answer)
	if message.isListening() {
		var stop func()
		ctx, stop = until(ctx, e.listening)
		defer stop()
	}
	e.transport.ServeHTTP(answer, r.WithContext(ctx))
}

// forget lets mcp-go free what it keeps of a session that is known here no longer.
func (e *entrance) forget(id string) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodDelete, MCPPath, http.NoBody)
	if err != nil {
		return
	}
	request.Header.Set(mcp.HeaderSessionID, id)
	e.transport.ServeHTTP(&unread{header: http.Header{}}, request)
}

// unread is an answer that nobody reads.
type unread struct{ header http.Header }

func (u *unread) Header() http.Header          { return u.header }
func (*unread) Write(data []byte) (int, error) { return len(data), nil }
func (*unread) WriteHeader(int)                {}

// remoteHost is the address a request came from, without its port.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
