package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// unknownCommand returns err, that of a surplus argument, in words if the argument stands where a command belongs: with the
// commands that are alike, or else all, and for the name of a tool with the command that calls it.
func unknownCommand(args []string, parsed *kong.Context, err error) error {
	after, surplus := strings.CutPrefix(err.Error(), "unexpected argument ")
	node := parsed.Path[len(parsed.Path)-1].Node()
	if !surplus || node == nil {
		return err
	}
	if node.Parent != nil && !slices.Contains(args, node.Name) {
		node = node.Parent // a default command
	}
	var commands []string
	for _, child := range node.Children {
		if child.Type == kong.CommandNode && !child.Hidden {
			commands = append(commands, child.Name)
		}
	}
	if len(commands) == 0 {
		return err
	}
	word, _, _ := strings.Cut(after, ", did you mean ")
	unknown := fmt.Sprintf("there is no command %q", word)
	if node.Parent == nil && isTool(word) {
		return fmt.Errorf("%s; orq-mcp call %s calls the tool", unknown, word)
	}
	if near := schema.Nearest(word, commands, 2); len(near) > 0 {
		return fmt.Errorf("%s; did you mean %s?", unknown, strings.Join(near, " or "))
	}
	return fmt.Errorf("%s; the commands are %s", unknown, strings.Join(commands, ", "))
}

func isTool(name string) bool {
	all, err := tools.Select(tools.Selection{})
	return err == nil && slices.ContainsFunc(all, func(tool tools.Definition) bool { return tool.Name == name })
}
