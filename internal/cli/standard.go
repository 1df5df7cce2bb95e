package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// addStandard adds the commands help and completion of cobra's, which then report wrong usage as the other commands do.
func (p *program) addStandard(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	child(root, "help").Args = cobra.ArbitraryArgs
	child(root, "help").Run = nil
	child(root, "help").RunE = func(_ *cobra.Command, names []string) error {
		at, tool, err := helpFor(root, names)
		if err := wrongUsage(append(p.reading.unread, err)...); err != nil {
			return err
		}
		at.InitDefaultHelpFlag()
		printHelp(at, tool)
		return nil
	}
	completion := child(root, "completion")
	completion.Args = cobra.ArbitraryArgs
	completion.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return wrongUsage(unknownCommand(c, args[0]))
		}
		if err := wrongUsage(p.reading.unread...); err != nil {
			return err
		}
		return c.Help()
	}
	for _, shell := range completion.Commands() {
		shell.Args = func(c *cobra.Command, args []string) error {
			found := p.reading.unread
			if len(args) > 0 {
				found = append(found, fmt.Errorf("%s takes no arguments", strings.TrimPrefix(c.CommandPath(), "orq-mcp ")))
			}
			return wrongUsage(found...)
		}
	}
}

// helpFor returns the command that names lead to, and the tool after call or tools.
func helpFor(root *cobra.Command, names []string) (at *cobra.Command, tool []string, err error) {
	at = root
	for i, name := range names {
		below := child(at, name)
		_, exists := findTool(name)
		switch {
		case below != nil:
			at = below
		case at.HasSubCommands():
			return at, nil, unknownCommand(at, name)
		case !takesTool(at):
			return at, nil, fmt.Errorf("%s has no commands", at.Name())
		case exists && i == len(names)-1:
			return at, names[i:], nil
		default:
			return at, nil, tools.UnknownTool(name)
		}
	}
	return at, nil, nil
}

// takesTool reports whether a command has the name of a tool as its argument.
func takesTool(c *cobra.Command) bool { return c.Name() == "call" || c.Name() == "tools" }
