package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

type exportCommand struct{ Data, Format, Out string }

func (c *exportCommand) define(flags flags) {
	flags.file(&c.Data, "data", "ORQ_MCP_DATA", "File in which a workspace keeps its agents; it has to be given")
	flags.choice(&c.Format, "format", []string{"yaml", "json"}, "", "Form of the list")
	flags.file(&c.Out, "out", "", "File to write to, in place of stdout")
}

func (c *exportCommand) checkCombination(*Process) []error {
	if c.Data == "" {
		return []error{errors.New("missing flags: --data=FILE")}
	}
	if sameFile(c.Data, c.Out) {
		return []error{errors.New("--out is the data file itself")}
	}
	return nil
}

// Run exports the agents. It writes no partial list.
func (c *exportCommand) Run(_ context.Context, process *Process, _ *commandLine) error {
	agents, err := sandbox.Export(c.Data)
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
	return err
}

// sameFile reports whether both paths name the same existing file, also through links.
func sameFile(one, other string) bool {
	first, errFirst := os.Stat(one)
	second, errSecond := os.Stat(other)
	return errFirst == nil && errSecond == nil && os.SameFile(first, second)
}
