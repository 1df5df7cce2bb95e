package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// MCPPath is the path of the MCP endpoint.
const MCPPath = "/mcp"

// Defaults of HTTPOptions.
const (
	DefaultMaxBody         = 4 << 20
	DefaultMaxCalls        = 10_000
	DefaultMaxSessionCalls = 5000
	DefaultMaxSessions     = 10_000
	DefaultSessionIdle     = time.Hour
	DefaultWriteTimeout    = 30 * time.Second
)

// HTTPOptions configure ServeHTTP. A zero field has its default, except Drain.
type HTTPOptions struct {
	// MaxBody bounds the body of a request, in bytes.
	MaxBody int64
	// MaxCalls bounds the calls that run at once in total; MaxSessionCalls those of one session, or of one API key and host
	// without a session.
	MaxCalls, MaxSessionCalls int
	// MaxSessions bounds the sessions. A new one replaces the longest idle one of the caller that has the most; without one
	// that is idle, of a caller that has more, no new one can begin.
	MaxSessions int
	// SessionIdle is how long a session lives without a request, a running call or an open stream.
	SessionIdle time.Duration
	// WriteTimeout bounds each write to a client; a client that reads nothing for longer loses its call.
	WriteTimeout time.Duration
	// Drain is how long running calls may continue after ctx has ended; 0 cancels them at once.
	Drain time.Duration
}

func (o HTTPOptions) withDefaults() HTTPOptions {
	return HTTPOptions{
		MaxBody:         cmp.Or(o.MaxBody, DefaultMaxBody),
		MaxCalls:        cmp.Or(o.MaxCalls, DefaultMaxCalls),
		MaxSessionCalls: cmp.Or(o.MaxSessionCalls, DefaultMaxSessionCalls),
		MaxSessions:     cmp.Or(o.MaxSessions, DefaultMaxSessions),
		SessionIdle:     cmp.Or(o.SessionIdle, DefaultSessionIdle),
		WriteTimeout:    cmp.Or(o.WriteTimeout, DefaultWriteTimeout),
		Drain:           o.Drain,
	}
}

// ServeHTTP serves MCP over streamable HTTP on listener until ctx ends, then drains running calls for up to options.Drain.
// It closes the listener before it returns. An end of ctx is no error.
func (s *Server) ServeHTTP(ctx context.Context, listener net.Listener, options HTTPOptions) error {
	options = options.withDefaults()
	callLifetime, cancelCalls := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancelCalls(nil)
	handler := s.newHTTPHandler(callLifetime, options)
	var fresh freshConns
	web := &http.Server{
		Handler:           s.routes(handler),
		ConnState:         fresh.track,
		BaseContext:       func(net.Listener) context.Context { return withCallLifetime(context.WithoutCancel(ctx), callLifetime) },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		WriteTimeout:      options.WriteTimeout, // answer extends it before each write
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	serveErr := make(chan error, 1)
	go func() { serveErr <- web.Serve(listener) }()
	select {
	case err := <-serveErr:
		return fmt.Errorf("serve http: %w", err)
	case <-ctx.Done():
	}
	s.logger.Info("stopping", "drain", options.Drain)
	handler.closeStreams()
	fresh.close()
	return shutdown(web, options.Drain, cancelCalls, serveErr) //nolint:contextcheck // ctx has ended; the drain has its own deadline
}

func (s *Server) routes(mcpEndpoint http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(MCPPath, mcpEndpoint)
	mux.Handle(MCPPath+"/{$}", mcpEndpoint) // clients that join URLs end them so, and lose the body of a POST in a redirect
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"status": "ok", "version": s.version})
	})
	return mux
}
