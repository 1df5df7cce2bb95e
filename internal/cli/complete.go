package cli

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// keysTimeout is how long a completion waits for the keys of agents.
const keysTimeout = 1500 * time.Millisecond

// addCompletions lets a shell complete names of tools and clients, their arguments, and the values of flags and arguments. No
// argument is the name of a file.
func (p *program) addCompletions(root *cobra.Command, call *callCommand) {
	child(root, "call").ValidArgsFunction = func(c *cobra.Command, given []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(given) == 0 {
			return toolNames(), cobra.ShellCompDirectiveNoFileComp
		}
		return p.completeArgument(c, call, given, word)
	}
	child(root, "tools").ValidArgsFunction = func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
		return slices.DeleteFunc(toolNames(), func(each string) bool {
			name, _, _ := strings.Cut(each, "\t")
			return slices.Contains(given, name)
		}), cobra.ShellCompDirectiveNoFileComp
	}
	child(root, "install").ValidArgsFunction = func(_ *cobra.Command, given []string, _ string) (names []string, _ cobra.ShellCompDirective) {
		for _, each := range install.Clients() {
			if len(given) == 0 {
				names = append(names, each.Name+"\t"+each.Title)
			}
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
	for _, c := range allCommands(root) {
		if c.ValidArgsFunction == nil && !c.HasSubCommands() {
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
		c.Flags().VisitAll(func(flag *pflag.Flag) { completeFlag(c, flag) })
		c.PersistentFlags().VisitAll(func(flag *pflag.Flag) { completeFlag(c, flag) })
	}
}

// completable returns the arguments of a completion without unknown flags before the word that is completed: cobra would print its
// own words about them, with their values.
func completable(root *cobra.Command, args []string) []string {
	if len(args) < 2 || args[0] != cobra.ShellCompRequestCmd && args[0] != cobra.ShellCompNoDescRequestCmd {
		return args
	}
	last := len(args) - 1
	kept, at := []string{args[0]}, root
	for _, arg := range args[1:last] {
		name, _, _ := strings.Cut(arg, "=")
		if below := child(at, arg); below != nil {
			at = below
		}
		if !isFlag(arg) || arg == "--" || isKnown(at, name) && strings.TrimLeft(name, "-") != "help" {
			kept = append(kept, arg)
		}
	}
	return append(kept, args[last])
}

// allCommands returns a command and all below it.
func allCommands(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, below := range c.Commands() {
		all = append(all, allCommands(below)...)
	}
	return all
}

// completeFlag lets a shell complete the value of a flag. Names of files are left to the shell.
func completeFlag(c *cobra.Command, flag *pflag.Flag) {
	value := flag.Value
	if each, ok := value.(*setting); ok {
		value = each.Value
	}
	complete := cobra.NoFileCompletions
	switch value := value.(type) {
	case *filePath:
		return
	case choice:
		complete = cobra.FixedCompletions(value.allowed, cobra.ShellCompDirectiveNoFileComp)
	case *list:
		complete = completeList
	}
	_ = c.RegisterFlagCompletionFunc(flag.Name, complete) // it fails for a flag that two commands share, and that has one
}

// completeList completes the last name of a list of tools.
func completeList(_ *cobra.Command, _ []string, word string) (words []string, directive cobra.ShellCompDirective) {
	before := word[:strings.LastIndex(word, ",")+1]
	for _, name := range toolNames() {
		words = append(words, before+name)
	}
	return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// toolNames returns the names of all tools, each with what it does after a tab.
func toolNames() (names []string) {
	all, err := tools.Select(tools.Selection{})
	if err != nil {
		return nil
	}
	for _, tool := range all {
		names = append(names, tool.Name+"\t"+firstSentence(tool.Description))
	}
	return names
}

// completeArgument completes a KEY=VALUE argument of the tool that given begins with: the key, or one of the values that it may have.
func (p *program) completeArgument(c *cobra.Command, call *callCommand, given []string, word string) ([]string, cobra.ShellCompDirective) {
	tool, exists := findTool(given[0])
	if !exists {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	key, value, atValue := strings.Cut(word, "=")
	if !atValue {
		return argumentKeys(tool, given[1:]), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	if path, isFile := strings.CutPrefix(value, "@"); isFile {
		return files(key+"=@", path), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	values := argumentValues(tool, key)
	if key == "key" && namesAgent(tool) {
		values = p.agentKeys(c, call)
	}
	for i := range values {
		values[i] = key + "=" + values[i]
	}
	return values, cobra.ShellCompDirectiveNoFileComp
}

// namesAgent reports whether the argument key of a tool is that of an agent there is.
func namesAgent(tool tools.Definition) bool {
	makes := tool.Name == "create_agent" || tool.Name == "register_a2a_agent"
	return !makes && slices.ContainsFunc(argumentsOf(tool), func(each argument) bool { return each.name == "key" })
}

// argumentKeys returns the keys of a tool's arguments that are not given yet, each with what it means after a tab.
func argumentKeys(tool tools.Definition, given []string) (keys []string) {
	for _, each := range argumentsOf(tool) {
		if !slices.ContainsFunc(given, func(word string) bool { return strings.HasPrefix(word, each.name+"=") }) {
			keys = append(keys, each.name+"=\t"+strings.Join(each.notes(), " "))
		}
	}
	return keys
}

// argumentValues returns the values that an argument may have; none when it may have others.
func argumentValues(tool tools.Definition, key string) []string {
	for _, each := range argumentsOf(tool) {
		if each.name == key {
			return each.values()
		}
	}
	return nil
}

// files returns the files and folders whose path begins with path, each after prefix.
func files(prefix, path string) (words []string) {
	found, _ := filepath.Glob(path + "*") // a pattern that is none matches nothing
	for _, each := range found {
		if info, err := os.Stat(each); err == nil && info.IsDir() {
			each += string(filepath.Separator)
		}
		words = append(words, prefix+each)
	}
	return words
}

// agentKeys returns the keys of the newest agents of the workspace that the flags select; none when it does not answer in time.
func (p *program) agentKeys(c *cobra.Command, call *callCommand) (keys []string) {
	c.Flags().VisitAll(func(flag *pflag.Flag) {
		if each, ok := flag.Value.(*setting); ok {
			each.readVariable(p.process.Getenv)
		}
	})
	if _, err := os.Stat(call.Data); len(p.reading.unread) > 0 || call.Data != "" && err != nil || len(problems(call.checkWorkspace(p.process)...)) > 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Context()), keysTimeout)
	defer cancel()
	ws, err := call.open(ctx, p.process, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil
	}
	defer func() { _ = ws.close() }()
	listed, err := ws.client.ListAgents(ctx, orq.ListOptions{Limit: 200})
	if err != nil {
		return nil
	}
	for i := range listed.Data {
		keys = append(keys, listed.Data[i].Key)
	}
	return keys
}
