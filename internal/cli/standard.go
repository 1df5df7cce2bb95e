package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// addStandard adds the commands help and completion of cobra's, which then report wrong usage as the other commands do.
func (p *program) addStandard(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	child(root, "help").Args = func(_ *cobra.Command, names []string) error {
		at := root
		for _, name := range names {
			below := child(at, name)
			if below == nil && at.HasSubCommands() {
				return wrongUsage(unknownCommand(at, name))
			}
			if below == nil {
				return wrongUsage(fmt.Errorf("%s has no commands", at.Name()))
			}
			at = below
		}
		return wrongUsage(p.reading.unread...)
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
