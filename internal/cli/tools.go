package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

type toolsCommand struct {
	Output string
	// Described are the tools to describe; all are listed when it is empty.
	Described []string
	selectionFlags
}

func (c *toolsCommand) define(flags flags) {
	flags.choice(&c.Output, "output", []string{"text", "json"}, "ORQ_MCP_OUTPUT", "What to print")
	c.selectionFlags.define(flags)
}

func (c *toolsCommand) takeArguments(arguments []string) { c.Described = arguments }

func (c *toolsCommand) checkValues() []error {
	found := c.checkNames()
	for _, name := range c.Described {
		if _, exists := findTool(name); !exists {
			found = append(found, tools.UnknownTool(name))
		}
	}
	return found
}

func (c *toolsCommand) checkCombination(*Process) []error { return []error{c.checkSelection()} }

// Run prints the tools as tools/list shows them, or the help of those that are named.
func (c *toolsCommand) Run(_ context.Context, process *Process, _ *commandLine) error {
	selected, err := c.selected()
	if err != nil {
		return err
	}
	if len(c.Described) > 0 {
		selected = slices.DeleteFunc(selected, func(tool tools.Definition) bool { return !slices.Contains(c.Described, tool.Name) })
	}
	if c.Output == outputJSON {
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
	var out strings.Builder
	for i, tool := range selected {
		switch {
		case len(c.Described) == 0:
			fmt.Fprintf(&out, "%-20s %s\n", tool.Name, tool.Description)
		case i > 0:
			out.WriteString("\n" + toolHelp(tool))
		default:
			out.WriteString(toolHelp(tool))
		}
	}
	_, err = io.WriteString(process.Out, out.String())
	return err
}
