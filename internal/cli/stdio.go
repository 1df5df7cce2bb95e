package cli

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

type stdioCommand struct {
	limitFlags
	workspaceFlags
	toolFlags
}

func (c *stdioCommand) define(flags flags) {
	c.workspaceFlags.define(flags)
	c.toolFlags.define(flags, relay.DefaultTextLimit)
	c.limitFlags.define(flags)
}

func (c *stdioCommand) checkValues() []error {
	return append(inCommand("stdio", slices.Concat(c.checkLimits(), c.checkBounds())...), c.checkNames()...)
}

func (c *stdioCommand) checkCombination(process *Process) []error {
	return append(c.checkWorkspace(process), c.checkSelection())
}

// onTerminal is what a person reads who has started the server by hand.
const onTerminal = `orq-mcp waits for MCP messages on stdin: it is meant to be started by a client. Ctrl-C ends it.
To look around: orq-mcp --help, orq-mcp demo, orq-mcp tools, orq-mcp call TOOL --help. What is wrong: orq-mcp doctor.
`

// Run serves until stdin ends or ctx is cancelled.
func (c *stdioCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	logger := line.logger(process, slog.LevelWarn)
	return serve(ctx, process, c.workspaceFlags, c.toolFlags, logger, func(ctx context.Context, srv *server.Server, ws *workspace) error {
		if !ws.client.HasKey() {
			logger.Warn("ORQ_API_KEY is not set: tools are listed, but each call fails until it is set; --sandbox uses a local workspace")
		}
		if isTerminal(process.In) {
			_, _ = fmt.Fprint(process.Err, onTerminal)
		}
		return srv.ServeStdio(ctx, process.In, process.Out, server.StdioOptions{
			MaxBody: c.MaxBody, WriteTimeout: c.WriteTimeout, ResultDelay: server.StdioResultDelay,
		})
	})
}
