package server

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// MCPPath is where the HTTP server speaks MCP.
const MCPPath = "/mcp"

const (
	// sessionTTL ends forgotten sessions; it is longer than the longest run.
	sessionTTL = 2 * time.Hour
	// drain is how long running calls may go on after the server was told to stop.
	drain = 20 * time.Second
)

// HTTPOptions configure ServeHTTP.
type HTTPOptions struct {
	// MaxBody bounds one request, in bytes; DefaultMaxBody when 0.
	MaxBody int64
}

// ServeHTTP speaks MCP over streamable HTTP on listener until ctx ends, then lets running calls finish for a while.
// The listener is closed when it returns.
func (s *Server) ServeHTTP(ctx context.Context, listener net.Listener, options HTTPOptions) error {
	calls, cancelCalls := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancelCalls(nil)
	transport := mcpserver.NewStreamableHTTPServer(s.mcp,
		mcpserver.WithStateful(true),
		mcpserver.WithSessionIdleTTL(sessionTTL),
		mcpserver.WithStreamableHTTPLogger(s.logger),
	)
	// Its sweeper of idle sessions has nothing to wait for.
	defer func() { _ = transport.Shutdown(context.WithoutCancel(ctx)) }()
	web := &http.Server{
		Handler:           s.routes(transport, cmp.Or(options.MaxBody, DefaultMaxBody)),
		BaseContext:       func(net.Listener) context.Context { return withStop(context.WithoutCancel(ctx), calls) },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve http: %w", err)
	case <-ctx.Done():
	}
	return s.stop(web, transport, cancelCalls, failed) //nolint:contextcheck // ctx has ended; stopping takes its own time
}

// stop ends listening streams at once and calls after the drain.
func (s *Server) stop(web *http.Server, transport *mcpserver.StreamableHTTPServer, cancelCalls context.CancelCauseFunc, failed <-chan error) error {
	s.logger.Info("stopping", "drain", drain)
	deadline, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	transport.CloseSessions(deadline)
	if err := web.Shutdown(deadline); err != nil {
		cancelCalls(errors.New("the server is stopping"))
		final, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if web.Shutdown(final) != nil {
			_ = web.Close()
		}
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve http: %w", err)
	}
	return nil
}

func (s *Server) routes(transport http.Handler, maxBody int64) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(MCPPath, endpoint(transport, maxBody))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"status": "ok", "version": s.version})
	})
	return mux
}

// endpoint prepares each request for mcp-go: who calls, and where its progress goes.
func endpoint(transport http.Handler, maxBody int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !sameSite(r) {
			http.Error(w, "this Origin is not allowed", http.StatusForbidden)
			return
		}
		ctx, ok := withRequestKey(r.Context(), r)
		if !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "the Authorization header must be: Bearer <orq.ai API key>", http.StatusUnauthorized)
			return
		}
		r = r.WithContext(ctx)
		if r.Method == http.MethodPost {
			post(transport, w, r, maxBody)
			return
		}
		transport.ServeHTTP(w, r)
	})
}

// post passes one message on to mcp-go, with a stream to which its progress can be written.
func post(transport http.Handler, w http.ResponseWriter, r *http.Request, maxBody int64) {
	body, err := takeBody(w, r, maxBody)
	if err != nil {
		refuseBody(w, err)
		return
	}
	if cancelsBlindly(r.Header, body) {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	stream := newPostStream(w)
	transport.ServeHTTP(stream, r.WithContext(withFrameWriter(r.Context(), stream)))
}

// sameSite refuses requests that a page of another site makes a browser send (MCP, section Transports: security).
func sameSite(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	parsed, err := url.Parse(origin)
	return err == nil && (parsed.Host == r.Host || IsLoopback(parsed.Host))
}

// IsLoopback reports whether a host, with or without a port, is this machine's loopback interface.
func IsLoopback(hostPort string) bool {
	host, _, err := net.SplitHostPort(hostPort)
	if err != nil {
		host = strings.Trim(hostPort, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
