package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/origin"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

type httpCommand struct {
	Addr string

	MaxCalls, MaxSessionCalls, MaxSessions int
	SessionIdle, Drain                     time.Duration
	limitFlags
	workspaceFlags
	toolFlags
}

func (c *httpCommand) define(flags flags) {
	flags.text(&c.Addr, "addr", "127.0.0.1:8585", "ORQ_MCP_HTTP_ADDR",
		"Address to listen on. Other than loopback only without a key of the server's own:\neach request then brings its own")
	flags.number(&c.MaxCalls, "max-calls", 10_000, "ORQ_MCP_MAX_CALLS", "Tool calls that may run at once")
	flags.number(&c.MaxSessionCalls, "max-session-calls", 5_000, "ORQ_MCP_MAX_SESSION_CALLS",
		"Tool calls that may run at once in one session,\nor for one key and host without a session")
	flags.number(&c.MaxSessions, "max-sessions", 10_000, "ORQ_MCP_MAX_SESSIONS",
		"Sessions that may be open; a new one takes the place of an idle one\nof the API key that has the most")
	flags.duration(&c.SessionIdle, "session-idle", time.Hour, "ORQ_MCP_SESSION_IDLE", "Forget a session that was idle for this long")
	flags.duration(&c.Drain, "drain", 20*time.Second, "ORQ_MCP_DRAIN", "How long running calls may go on after SIGTERM; 0 ends them at once")
	c.limitFlags.define(flags)
	c.workspaceFlags.define(flags)
	c.toolFlags.define(flags, relay.DefaultTextLimit)
}

func (c *httpCommand) checkValues() []error {
	bounds := []error{
		positive("max-calls", c.MaxCalls), positive("max-session-calls", c.MaxSessionCalls), positive("max-sessions", c.MaxSessions),
		positive("session-idle", c.SessionIdle), checkAddr(c.Addr),
	}
	if c.Drain < 0 {
		bounds = append(bounds, fmt.Errorf("--drain must be 0 or more, not %v", c.Drain))
	}
	return append(inCommand("http", slices.Concat(bounds, c.checkLimits(), c.checkBounds())...), c.checkNames()...)
}

func (c *httpCommand) checkCombination(process *Process) []error {
	found := append(c.checkWorkspace(process), c.checkSelection())
	if c.hasKey(process) && checkAddr(c.Addr) == nil && !origin.IsLoopback(c.Addr) {
		found = append(found, fmt.Errorf("refusing to listen on %s with the server's own key, because anybody who reaches it could use it; "+
			"listen on 127.0.0.1, or unset ORQ_API_KEY and leave out --sandbox so that each request brings its own Authorization", c.Addr))
	}
	return found
}

// Run serves until ctx is cancelled, then waits for running calls as long as --drain allows.
func (c *httpCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	logger := line.logger(process, slog.LevelInfo)
	return serve(ctx, process, c.workspaceFlags, c.toolFlags, logger, func(ctx context.Context, srv *server.Server, ws *workspace) error {
		listener, err := net.Listen("tcp", c.Addr)
		if err != nil {
			return listenError(c.Addr, err)
		}
		at := fmt.Sprintf("http://%s%s", listener.Addr(), server.MCPPath)
		_, _ = fmt.Fprintf(process.Err, "orq-mcp listens on %s\n", at)
		if isTerminal(process.Err) && origin.IsLoopback(c.Addr) {
			_, _ = fmt.Fprintln(process.Err, "To connect a client: orq-mcp install CLIENT --http "+at+map[bool]string{true: " --sandbox"}[c.Sandbox])
		}
		if !ws.client.HasKey() {
			_, _ = fmt.Fprintln(process.Err, "No ORQ_API_KEY: each request needs its own Authorization: Bearer <orq.ai API key>.")
		}
		return srv.ServeHTTP(ctx, listener, server.HTTPOptions{
			MaxBody: c.MaxBody, MaxCalls: c.MaxCalls, MaxSessionCalls: c.MaxSessionCalls, MaxSessions: c.MaxSessions,
			SessionIdle: c.SessionIdle, WriteTimeout: c.WriteTimeout, Drain: c.Drain,
		})
	})
}
