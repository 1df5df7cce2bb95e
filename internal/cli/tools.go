package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

type toolsCommand struct {
	Output string
	selectionFlags
}

func (c *toolsCommand) define(flags flags) {
	flags.choice(&c.Output, "output", []string{"text", "json"}, "ORQ_MCP_OUTPUT", "What to print")
	c.selectionFlags.define(flags)
}

func (c *toolsCommand) checkValues() []error { return c.checkNames() }

func (c *toolsCommand) checkCombination(*Process) []error { return []error{c.checkSelection()} }

// Run prints the tools as tools/list shows them.
func (c *toolsCommand) Run(_ context.Context, process *Process, _ *commandLine) error {
	selected, err := c.selected()
	if err != nil {
		return err
	}
	if c.Output == "json" {
		derived, err := tools.Derive(selected)
		if err != nil {
			return err
		}
		listed := make([]mcp.Tool, len(derived))
		for i, tool := range derived {
			listed[i] = tool.MCP()
		}
		encoder := json.NewEncoder(process.Out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(listed)
	}
	for _, tool := range selected {
		if _, err := fmt.Fprintf(process.Out, "%-20s %s\n", tool.Name, tool.Description); err != nil {
			return err
		}
	}
	return nil
}
