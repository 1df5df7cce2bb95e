package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// unknownFlags collects the unknown flags of a command line. kong stops at the first, so each is removed before the rest
// is parsed again.
type unknownFlags struct {
	// errs are kong's errors, in the order of the command line.
	errs []error
}

// collect records err if it is that of an unknown flag, and returns args without the flag. It reports false for any other
// error, and where the rest asks for help, which would be shown in place of the error.
func (u *unknownFlags) collect(args []string, err error) (rest []string, ok bool) {
	var parseErr *kong.ParseError
	if !errors.As(err, &parseErr) || !strings.HasPrefix(err.Error(), "unknown flag ") || slices.ContainsFunc(args, mayAskForHelp) {
		return nil, false
	}
	path := parseErr.Context.Path
	at := len(args) - len(path[len(path)-1].Remainder()) // kong has read what is before it
	if at < 0 || at >= len(args) || !strings.HasPrefix(args[at], "-") {
		return nil, false
	}
	end := at + 1
	if !strings.Contains(args[at], "=") && end < len(args) && isValueOf(args[end], path) {
		end++
	}
	u.errs = append(u.errs, err)
	return slices.Concat(args[:at], args[end:]), true
}

// mayAskForHelp reports whether an argument is the help flag in any of its forms, such as --help=true.
func mayAskForHelp(arg string) bool {
	if long, ok := strings.CutPrefix(arg, "--"); ok {
		return strings.HasPrefix(long, "help")
	}
	return strings.HasPrefix(arg, "-") && strings.Contains(arg, "h")
}

// isValueOf reports whether an argument after an unknown flag is read as its value. A flag or a command is not; any other
// argument may stand for itself, but reading it as such could only produce errors that nobody understands.
func isValueOf(arg string, path []*kong.Path) bool {
	if negative := len(arg) > 1 && arg[0] == '-' && '0' <= arg[1] && arg[1] <= '9'; strings.HasPrefix(arg, "-") {
		return negative || arg == "-"
	}
	for _, step := range slices.Backward(path) {
		if node := step.Node(); node != nil {
			return !slices.ContainsFunc(node.Children, func(child *kong.Node) bool { return child.Name == arg })
		}
	}
	return true
}
