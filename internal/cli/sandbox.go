package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/origin"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

type serveSandboxCommand struct {
	Addr, Key string
	Pace      time.Duration
	// Generation is a sandbox.Generation.
	Generation string
	localFlags
}

func (c *serveSandboxCommand) define(flags flags) {
	flags.text(&c.Addr, "addr", "127.0.0.1:8586", "ORQ_MCP_SANDBOX_ADDR", "Address to listen on. Other than loopback only with a key")
	flags.text(&c.Key, "key", "", "ORQ_MCP_SANDBOX_KEY",
		"The only `KEY` that the workspace takes; without it any will do.\nProcess lists show flags: better set the variable")
	flags.duration(&c.Pace, "pace", 100*time.Millisecond, "ORQ_MCP_SANDBOX_PACE", "Pause between the steps of a run")
	flags.choice(&c.Generation, "generation", []string{"both", "march", "today"}, "ORQ_MCP_SANDBOX_GENERATION",
		"Operations that the workspace has. march has those of March 2026;\ntoday has the Responses API in place of its run and A2A operations")
	c.localFlags.define(flags)
}

func (c *serveSandboxCommand) checkValues() []error { return inCommand("sandbox", checkAddr(c.Addr)) }

func (c *serveSandboxCommand) checkCombination(process *Process) []error {
	found := append(c.checkModel(process), inSetting("--key or ORQ_MCP_SANDBOX_KEY", apikey.CheckPlaceholder(c.Key)))
	if strings.TrimSpace(c.Key) == "" && checkAddr(c.Addr) == nil && !origin.IsLoopback(c.Addr) {
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
	_, _ = fmt.Fprint(process.Err, sandboxUsage(base, key != "", c.modelFlags, sandbox.Generation(c.Generation)))
	<-ctx.Done()
	return shutdown()
}
