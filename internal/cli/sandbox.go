package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

type sandboxCommand struct {
	Addr string        `help:"Address to listen on; loopback only." default:"127.0.0.1:8586" env:"ORQ_MCP_SANDBOX_ADDR"`
	Data string        `help:"File in which the workspace keeps its agents." placeholder:"FILE" env:"ORQ_MCP_DATA"`
	Pace time.Duration `help:"Pause between the steps of a run." default:"100ms" env:"ORQ_MCP_SANDBOX_PACE"`
}

// Run serves the workspace until the process is told to stop.
func (c *sandboxCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	if !server.IsLoopback(c.Addr) {
		return usageError{fmt.Errorf("refusing to listen on %s: the workspace takes any key, so it listens on loopback only", c.Addr)}
	}
	logger := line.logger(process, slog.LevelInfo)
	box, err := sandbox.Open(sandbox.Options{Data: c.Data, Pace: c.Pace, Logger: logger})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		_ = box.Close()
		return fmt.Errorf("listen on %s: %w", c.Addr, err)
	}
	web := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	base := "http://" + listener.Addr().String()
	_, _ = fmt.Fprintf(process.Err, "The workspace listens on %s (any bearer is a valid key). Try:\n"+
		"  curl -H 'Authorization: Bearer x' %s/v2/agents?limit=10\n"+
		"  ORQ_BASE_URL=%s ORQ_API_KEY=x orq-mcp call list_agents\n", base, base, base)
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	select {
	case err = <-served:
	case <-ctx.Done():
		_ = web.Close()
		err = <-served
	}
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, box.Close())
}
