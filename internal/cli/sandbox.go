package cli

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

type sandboxCommand struct {
	Addr string        `help:"Address to listen on; loopback only." default:"127.0.0.1:8586" env:"ORQ_MCP_SANDBOX_ADDR"`
	Data string        `help:"File in which the workspace keeps its agents." placeholder:"FILE" env:"ORQ_MCP_DATA"`
	Pace time.Duration `help:"Pause between the steps of a run." default:"100ms" env:"ORQ_MCP_SANDBOX_PACE"`
	modelFlags
}

// Run serves the workspace until the process is told to stop.
func (c *sandboxCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	if !server.IsLoopback(c.Addr) {
		return usageError{fmt.Errorf("refusing to listen on %s: the workspace takes any key, so it listens on loopback only", c.Addr)}
	}
	models, err := c.options(process)
	if err != nil {
		return err
	}
	base, end, err := startSandbox(c.Addr, sandbox.Options{
		Data: c.Data, Pace: c.Pace, Logger: line.logger(process, slog.LevelInfo), Model: models,
	})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(process.Err, "The workspace listens on %s (any bearer is a valid key). Try:\n"+
		"  curl -H 'Authorization: Bearer x' '%s/v2/agents?limit=10'\n"+
		"  ORQ_BASE_URL=%s ORQ_API_KEY=x orq-mcp call list_agents\n", base, base, base)
	<-ctx.Done()
	return end()
}
