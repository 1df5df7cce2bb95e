package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

type exportCommand struct{ Data, BaseURL, Format, Out string }

func (c *exportCommand) define(flags flags) {
	flags.file(&c.Data, "data", "ORQ_MCP_DATA", "File in which a local workspace keeps its agents;\nwithout it the agents of the workspace of ORQ_API_KEY are exported")
	flags.text(&c.BaseURL, "base-url", "https://my.orq.ai", "ORQ_BASE_URL", "Address of the orq.ai API, or of a program that serves a local workspace")
	flags.choice(&c.Format, "format", []string{"yaml", "json"}, "", "Form of the list")
	flags.file(&c.Out, "out", "", "File to write to, in place of stdout")
}

func (c *exportCommand) checkCombination(process *Process) []error {
	if c.Data == "" {
		return c.checkSource(process)
	}
	if sameFile(c.Data, c.Out) {
		return []error{errors.New("--out is the data file itself")}
	}
	return nil
}

// Run exports the agents. It writes no partial list.
func (c *exportCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	agents, err := c.agents(ctx, process, line.logger(process, slog.LevelWarn))
	if err != nil {
		return err
	}
	formats := map[string]func([]json.RawMessage) ([]byte, error){"yaml": agentsYAML, "json": agentsJSON}
	list, err := formats[c.Format](agents)
	if err != nil {
		return fmt.Errorf("write the agents: %w", err)
	}
	if c.Out == "" {
		_, err = process.Out.Write(list)
	} else {
		err = os.WriteFile(c.Out, list, 0o600)
	}
	if headers := countHeaders(agents); err == nil && headers > 0 {
		_, _ = fmt.Fprintf(process.Err, "The values of %d headers are left out: write them in before you seed.\n", headers)
	}
	if masked := bytes.Count(list, []byte(redact.Mask)); err == nil && c.Data == "" && masked > 0 {
		_, _ = fmt.Fprintf(process.Err, "What looks like a secret is %s in %d places.\n", redact.Mask, masked)
	}
	return err
}

// agents reads the agents, oldest first, from the data file or else from the workspace.
func (c *exportCommand) agents(ctx context.Context, process *Process, logger *slog.Logger) ([]json.RawMessage, error) {
	if c.Data == "" {
		return c.readWorkspace(ctx, process, logger)
	}
	agents, err := sandbox.Export(c.Data)
	if errors.Is(err, sandbox.ErrInUse) {
		err = fmt.Errorf("%w. If orq-mcp sandbox serves it, export without --data, with its address as ORQ_BASE_URL and any ORQ_API_KEY", err)
	}
	return agents, err
}

// sameFile reports whether both paths name the same existing file, also through links.
func sameFile(one, other string) bool {
	first, errFirst := os.Stat(one)
	second, errSecond := os.Stat(other)
	return errFirst == nil && errSecond == nil && os.SameFile(first, second)
}
