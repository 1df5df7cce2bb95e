package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// readable returns the arguments in a form in which cobra finds the command: one does not pass for the value of an unknown flag
// before it, and names stand before a "--" that they follow.
func readable(at *cobra.Command, args []string) []string {
	args = slices.Clone(args)
	for i := 0; i < len(args) && at.HasSubCommands(); i++ {
		switch arg := args[i]; {
		case arg == "--":
			for ; i+1 < len(args) && child(at, args[i+1]) != nil; i++ {
				at = child(at, args[i+1])
				args[i], args[i+1] = args[i+1], "--"
			}
			return args
		case !isFlag(arg):
			if at = child(at, arg); at == nil {
				return args
			}
		case i+1 < len(args) && !strings.Contains(arg, "=") && takesNext(at, arg, args[i+1]):
			i++
		case !strings.Contains(arg, "=") && !isKnown(at, arg):
			args[i] += "="
		}
	}
	return args
}

// takesNext reports whether the argument after a flag without "=" belongs to it. An unknown flag takes one that is neither a
// flag nor a command.
func takesNext(at *cobra.Command, arg, next string) bool {
	if isKnown(at, arg) {
		flag := at.Flag(strings.TrimPrefix(arg, "--"))
		return flag != nil && flag.NoOptDefVal == ""
	}
	return !isFlag(next) && child(at, next) == nil
}

func isKnown(at *cobra.Command, arg string) bool {
	name, long := strings.CutPrefix(arg, "--")
	return arg == "-h" || name == "help" || long && at.Flag(name) != nil
}

// child returns the command of that name directly below another, or nil.
func child(at *cobra.Command, name string) *cobra.Command {
	for _, each := range at.Commands() {
		if each.Name() == name {
			return each
		}
	}
	return nil
}
