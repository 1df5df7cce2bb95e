package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

type sandboxCommand struct {
	Serve  serveSandboxCommand `cmd:"" default:"withargs" help:"Serve the local workspace's HTTP API alone, at the paths of the orq.ai API (the default)."`
	Export exportCommand       `cmd:"" help:"Write the agents of a data file as a list that --seed reads. Header values are left out."`
}

// Help implements kong.HelpProvider: kong shows the flags of a default command only in the help of that command.
func (sandboxCommand) Help() string {
	return "The flags of serving, such as --addr, --key and --seed, are shown by orq-mcp sandbox serve --help."
}

type serveSandboxCommand struct {
	Addr string        `help:"Address to listen on. Other than loopback only with a key." default:"127.0.0.1:8586" env:"ORQ_MCP_SANDBOX_ADDR"`
	Key  string        `help:"The only key that the workspace takes; without it any will do. Process lists show flags: better set the variable." placeholder:"KEY" env:"ORQ_MCP_SANDBOX_KEY"`
	Pace time.Duration `help:"Pause between the steps of a run." default:"100ms" env:"ORQ_MCP_SANDBOX_PACE"`
	// Generation is a sandbox.Generation.
	Generation string `help:"Operations that the workspace has: ${enum}. march has those of March 2026; today has the Responses API in place of its run and A2A operations." enum:"both,march,today" default:"both" env:"ORQ_MCP_SANDBOX_GENERATION"`
	localFlags
}

func (c *serveSandboxCommand) checkValues() []error { return inCommand("sandbox", checkAddr(c.Addr)) }

func (c *serveSandboxCommand) checkCombination(process *Process) []error {
	found := append(c.checkModel(process), inSetting("--key or ORQ_MCP_SANDBOX_KEY", apikey.CheckPlaceholder(c.Key)))
	if strings.TrimSpace(c.Key) == "" && checkAddr(c.Addr) == nil && !server.IsLoopback(c.Addr) {
		found = append(found, fmt.Errorf("refusing to listen on %s, because without a key the workspace takes any: "+
			"set ORQ_MCP_SANDBOX_KEY or --key, or listen on 127.0.0.1", c.Addr))
	}
	return found
}

// Run serves the workspace until ctx is cancelled.
func (c *serveSandboxCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	key := strings.TrimSpace(c.Key)
	base, shutdown, err := c.start(ctx, process, c.Addr, sandbox.Options{
		Pace: c.Pace, Key: key, Generation: sandbox.Generation(c.Generation), Logger: line.logger(process, slog.LevelInfo),
	})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprint(process.Err, sandboxUsage(base, key != "", c.ModelURL, sandbox.Generation(c.Generation)))
	<-ctx.Done()
	return shutdown()
}
