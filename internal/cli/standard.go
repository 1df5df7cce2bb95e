package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// addStandard adds the commands help and completion of cobra's, with errors in the words of the program.
func addStandard(root *cobra.Command) {
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
		return nil
	}
	completion := child(root, "completion")
	completion.Args = cobra.ArbitraryArgs
	completion.RunE = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return wrongUsage(unknownCommand(c, args[0]))
		}
		return c.Help()
	}
	for _, shell := range completion.Commands() {
		shell.Args = func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return wrongUsage(fmt.Errorf("%s takes no arguments", strings.TrimPrefix(c.CommandPath(), "orq-mcp ")))
			}
			return nil
		}
	}
}
