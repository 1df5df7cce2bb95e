package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// unknownCommand returns the error of an argument where a command belongs: with the commands that are alike, or else all, and
// for the name of a tool with the command that calls it.
func unknownCommand(at *cobra.Command, name string) error {
	unknown := fmt.Sprintf("there is no command %q", name)
	if _, exists := findTool(name); exists && !at.HasParent() {
		return fmt.Errorf("%s; orq-mcp call %s calls the tool", unknown, name)
	}
	at.SuggestionsMinimumDistance = 2
	if near := at.SuggestionsFor(name); name != "" && len(near) > 0 {
		return fmt.Errorf("%s; did you mean %s?", unknown, strings.Join(near, " or "))
	}
	if near := nearestTools(name); !at.HasParent() && len(near) > 0 {
		return fmt.Errorf("%s; did you mean call %s?", unknown, strings.Join(near, " or call "))
	}
	var all []string
	for _, each := range at.Commands() {
		all = append(all, each.Name())
	}
	return fmt.Errorf("%s; the commands are %s", unknown, strings.Join(all, ", "))
}

// findTool returns the tool of that name.
func findTool(name string) (tool tools.Definition, exists bool) {
	all, err := tools.Select(tools.Selection{Names: []string{name}})
	if err != nil || len(all) == 0 {
		return tool, false
	}
	return all[0], true
}

// nearestTools returns the names of tools that are alike.
func nearestTools(name string) []string {
	all, err := tools.Select(tools.Selection{})
	if err != nil {
		return nil
	}
	names := make([]string, len(all))
	for i, tool := range all {
		names[i] = tool.Name
	}
	return schema.Nearest(name, names, 2)
}

// unknownFlags returns an error for each unknown flag, and the arguments without these and without what is read as their
// values. Such an argument may stand for itself, but reading it as such could only produce errors that nobody understands.
func unknownFlags(known *pflag.FlagSet) (unknown []error, arguments []string) {
	all := known.Args()
	end := known.ArgsLenAtDash()
	if end < 0 {
		end = len(all)
	}
	for i := 0; i < end; i++ {
		if !isFlag(all[i]) {
			arguments = append(arguments, all[i])
			continue
		}
		unknown = append(unknown, unknownFlag(all[i], known))
		hasValue := strings.Contains(all[i], "=")
		if !hasValue && i+1 < end && !isFlag(all[i+1]) {
			i++
		}
	}
	return unknown, append(arguments, all[end:]...)
}

// isFlag reports whether an argument is a flag, not a text, a number or the dash that stands for stdin.
func isFlag(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && (arg[1] < '0' || arg[1] > '9')
}

// unknownFlag returns the error of an unknown flag, with the flags that are alike. It does not name the value, which may be
// secret. Of one with a single dash it names the first letter, because a value may follow.
func unknownFlag(arg string, known *pflag.FlagSet) error {
	if !strings.HasPrefix(arg, "--") {
		letters := []rune(arg)
		return fmt.Errorf(`unknown flag %s, did you mean "-h"?`, string(letters[:2]))
	}
	flag, _, _ := strings.Cut(arg, "=")
	name := strings.TrimPrefix(flag, "--")
	if strings.Contains(strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name)), "apikey") {
		return fmt.Errorf("unknown flag %s; the key is read from ORQ_API_KEY", flag)
	}
	if namesSecret(name) || strings.HasPrefix(name, "no-") {
		return errors.New("unknown flag " + flag)
	}
	if argument := strings.ReplaceAll(name, "-", "_"); known.Lookup("json") != nil && isArgument(argument) {
		return fmt.Errorf("unknown flag %s; arguments of a tool are written %s=VALUE", flag, argument)
	}
	var names, near []string
	known.VisitAll(func(each *pflag.Flag) { names = append(names, each.Name) })
	for _, each := range schema.Nearest(name, names, 3) {
		near = append(near, fmt.Sprintf("%q", "--"+each))
	}
	switch len(near) {
	case 0:
		return errors.New("unknown flag " + flag)
	case 1:
		return fmt.Errorf("unknown flag %s, did you mean %s?", flag, near[0])
	}
	return fmt.Errorf("unknown flag %s, did you mean one of %s?", flag, strings.Join(near, ", "))
}

// isArgument reports whether a tool has an argument of that name.
func isArgument(name string) bool {
	all, err := tools.Select(tools.Selection{})
	return err == nil && slices.ContainsFunc(all, func(tool tools.Definition) bool {
		return slices.ContainsFunc(argumentsOf(tool), func(each argument) bool { return each.name == name })
	})
}

// namesSecret reports whether a flag seems to be meant for a secret: nothing may suggest another flag for that.
func namesSecret(name string) bool {
	return redact.LikelySecret(name) || strings.Contains(strings.ToLower(name), "key")
}
