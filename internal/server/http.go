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
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// MCPPath is where the HTTP server speaks MCP.
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

// HTTPOptions configure ServeHTTP. A field that is 0 has its default, but for Drain.
type HTTPOptions struct {
	// MaxBody bounds one request, in bytes.
	MaxBody int64
	// MaxCalls bounds the calls that run at once, MaxSessionCalls those of one session, or of one API key and host without
	// a session.
	MaxCalls, MaxSessionCalls int
	// MaxSessions bounds the sessions; a new one takes the place of the one that has been idle longest.
	MaxSessions int
	// SessionIdle is after how long without a request, a running call or a listening stream a session is forgotten.
	SessionIdle time.Duration
	// WriteTimeout is how long a reader may take no bytes before its call is given up.
	WriteTimeout time.Duration
	// Drain is how long running calls may go on after the server was told to stop; they end at once when it is 0.
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

// ServeHTTP speaks MCP over streamable HTTP on listener until ctx ends, then lets running calls finish for a while.
// The listener is closed when it returns.
func (s *Server) ServeHTTP(ctx context.Context, listener net.Listener, options HTTPOptions) error {
	options = options.withDefaults()
	calls, cancelCalls := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancelCalls(nil)
	entrance := s.newEntrance(calls, options)
	web := &http.Server{
		Handler:           s.routes(entrance),
		BaseContext:       func(net.Listener) context.Context { return withStop(context.WithoutCancel(ctx), calls) },
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		WriteTimeout:      options.WriteTimeout, // each write to a stream has as long anew
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve http: %w", err)
	case <-ctx.Done():
	}
	s.logger.Info("stopping", "drain", options.Drain)
	entrance.endListening()
	return stop(web, options.Drain, cancelCalls, failed) //nolint:contextcheck // ctx has ended; stopping takes its own time
}

// stop waits for the running calls as long as the drain allows, and then ends them.
func stop(web *http.Server, drain time.Duration, cancelCalls context.CancelCauseFunc, failed <-chan error) error {
	deadline, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
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

func (s *Server) routes(entrance http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle(MCPPath, entrance)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"status": "ok", "version": s.version})
	})
	return mux
}

// newEntrance puts what guards MCPPath before mcp-go's transport.
func (s *Server) newEntrance(calls context.Context, options HTTPOptions) *entrance {
	listening, endListening := context.WithCancel(calls)
	e := &entrance{
		options: options, about: s.about, listening: listening, endListening: endListening,
		sessions: newSessions(calls, options.MaxSessions, options.SessionIdle),
		calls:    &callLimits{all: options.MaxCalls, each: options.MaxSessionCalls, by: map[string]int{}},
	}
	e.transport = mcpserver.NewStreamableHTTPServer(s.mcp,
		mcpserver.WithSessionIdManager(e.sessions),
		mcpserver.WithStreamableHTTPLogger(s.logger),
	)
	e.sessions.forget = e.forget
	return e
}
