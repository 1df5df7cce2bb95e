package cli

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

type sandboxCommand struct {
	Serve  serveSandboxCommand `cmd:"" default:"withargs" help:"Serve the workspace (the default)."`
	Export exportCommand       `cmd:"" help:"Write the agents of a data file as a list that --seed reads. Header values are left out."`
}

type serveSandboxCommand struct {
	Addr string        `help:"Address to listen on. Other than loopback only with a key, which is read from ORQ_MCP_SANDBOX_KEY." default:"127.0.0.1:8586" env:"ORQ_MCP_SANDBOX_ADDR"`
	Data string        `help:"File in which the workspace keeps its agents." placeholder:"FILE" env:"ORQ_MCP_DATA"`
	Seed string        `help:"YAML or JSON file of agents to begin with; those that exist stay as they are." placeholder:"FILE" env:"ORQ_MCP_SEED"`
	Pace time.Duration `help:"Pause between the steps of a run." default:"100ms" env:"ORQ_MCP_SANDBOX_PACE"`
	modelFlags
}

// Run serves the workspace until the process is told to stop.
func (c *serveSandboxCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	key := strings.TrimSpace(process.Getenv("ORQ_MCP_SANDBOX_KEY"))
	if key == "" && !server.IsLoopback(c.Addr) {
		return usageError{fmt.Errorf("refusing to listen on %s, because without a key the workspace takes any: "+
			"set ORQ_MCP_SANDBOX_KEY, or listen on 127.0.0.1", c.Addr)}
	}
	models, err := c.options(process)
	if err != nil {
		return err
	}
	base, end, err := startSandbox(ctx, c.Addr, c.Seed, sandbox.Options{
		Data: c.Data, Pace: c.Pace, Key: key, Model: models, Logger: line.logger(process, slog.LevelInfo),
	})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprint(process.Err, greeting(base, key != ""))
	<-ctx.Done()
	return end()
}

// greeting says how to use the workspace. A key is named and never shown.
func greeting(base string, keyed bool) string {
	key, shown := "any key will do, here "+sandboxKey, sandboxKey
	if keyed {
		key, shown = "its key is what ORQ_MCP_SANDBOX_KEY holds", "$ORQ_MCP_SANDBOX_KEY"
	}
	return strings.NewReplacer("{base}", base, "{about}", key, "{key}", shown).Replace(`The workspace listens on {base}; {about}. Create an agent, watch it run, list:
  curl {base}/v2/agents -H "Authorization: Bearer {key}" -H "Content-Type: application/json" -d '{"key": "helper", "role": "Helper", "description": "Helps", "instructions": "Help.", "path": "Default", "model": "openai/gpt-4o", "settings": {"tools": [{"type": "current_date"}]}}'
  curl -N {base}/v2/agents/helper/stream-task -H "Authorization: Bearer {key}" -H "Content-Type: application/json" -d '{"message": {"role": "user", "parts": [{"kind": "text", "text": "/tool current_date\n/count 20\nWhat day is it?"}]}}'
  curl "{base}/v2/agents?limit=10" -H "Authorization: Bearer {key}"
The same as tools: ORQ_BASE_URL={base} ORQ_API_KEY="{key}" orq-mcp
`)
}
