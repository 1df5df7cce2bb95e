package cli

import (
	"encoding/json"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

type toolsCommand struct {
	Output   string   `help:"What to print: ${enum}." enum:"text,json" default:"text" env:"ORQ_MCP_OUTPUT"`
	ReadOnly bool     `help:"Only tools that change and start nothing." env:"ORQ_MCP_READ_ONLY"`
	Tools    []string `help:"Only these tools." placeholder:"a,b,c" env:"ORQ_MCP_TOOLS"`
}

// Run prints the tools as tools/list shows them.
func (c *toolsCommand) Run(process *Process) error {
	selected, err := tools.All(tools.Selection{ReadOnly: c.ReadOnly, Names: c.Tools})
	if err != nil {
		return usageError{err}
	}
	if c.Output == "json" {
		listed := make([]mcp.Tool, len(selected))
		for i, tool := range selected {
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
