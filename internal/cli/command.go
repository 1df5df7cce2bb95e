package cli

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// program is one run of the program.
type program struct {
	process *Process
	line    commandLine
	reading reading
}

// runner is what a command does. Its flags set the fields of a struct.
type runner interface {
	// define defines the flags with their defaults.
	define(flags flags)
	// Run runs the command. The flags have been read and checked.
	Run(ctx context.Context, process *Process, line *commandLine) error
}

// newRoot returns the program with all its commands. It sets no template of cobra's, because these look methods up by name:
// the linker would then keep every exported method of the program.
func (p *program) newRoot() *cobra.Command {
	calls := &callCommand{}
	call := p.newCommand("call TOOL [KEY=VALUE]...", "Call one tool: progress on stderr, the result on stdout", calls)
	call.Long = call.Short + callArguments
	root := newGroup("orq-mcp", "",
		p.newCommand("stdio", "Speak MCP on stdin and stdout (the default command)", &stdioCommand{}),
		p.newCommand("http", "Speak MCP over streamable HTTP at /mcp", &httpCommand{}),
		newGroup("sandbox", "Serve the local workspace alone, or export its agents",
			p.newCommand("serve", "Serve the local workspace's HTTP API alone, at the paths of the orq.ai API (the default)", &serveSandboxCommand{}),
			p.newCommand("export", "Write the agents of a data file, or of the workspace of ORQ_API_KEY, as a list that --seed reads", &exportCommand{}),
		),
		call,
		p.newInstall(),
		p.newDoctor(),
		p.newCommand("tools [TOOL]...", "List the tools, or describe some of them", &toolsCommand{}),
		p.newCommand("demo", "Show a session in the local workspace: create, run, pause and continue, register, delete", &demoCommand{}),
		p.newCommand("version", "Print the version", versionCommand{}),
	)
	root.Long = description
	p.addVersionFlag(root)
	root.PersistentFlags().SortFlags = false
	p.line.define(flags{root.PersistentFlags(), &p.reading})
	root.SetFlagErrorFunc(p.endedBy)
	root.SetHelpFunc(printHelp)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetErr(p.process.Err)
	p.addStandard(root)
	p.addCompletions(root, calls)
	return root
}

// addVersionFlag lets --version do what the command version does.
func (p *program) addVersionFlag(root *cobra.Command) {
	var asked toggle
	root.Flags().VarPF(&asked, "version", "", "Print the version").NoOptDefVal = "true"
	standard := root.RunE
	root.RunE = func(c *cobra.Command, arguments []string) error {
		if asked {
			return versionCommand{}.Run(c.Context(), p.process, &p.line)
		}
		return standard(c, arguments)
	}
}

// newCommand returns a command. use is its name and the form of its arguments.
func (p *program) newCommand(use, short string, does runner) *cobra.Command {
	c := newEmpty(use, short, func(c *cobra.Command, _ []string) error {
		if err := p.check(c, does); err != nil {
			return err
		}
		return does.Run(c.Context(), p.process, &p.line)
	})
	does.define(flags{c.Flags(), &p.reading})
	return c
}

// newGroup returns a command with commands below it, of which the default one need not be named.
func newGroup(name, short string, standard *cobra.Command, others ...*cobra.Command) *cobra.Command {
	c := newEmpty(name, short, standard.RunE)
	c.Flags().AddFlagSet(standard.Flags())
	c.AddCommand(standard)
	c.AddCommand(others...)
	return c
}

// newEmpty returns a command without flags. Its arguments and unknown flags are left to run.
func newEmpty(use, short string, run func(*cobra.Command, []string) error) *cobra.Command {
	c := &cobra.Command{
		Use: use, Short: short, RunE: run, Args: cobra.ArbitraryArgs,
		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlagsHandling: pflag.PassUnknownFlagToArgs},
	}
	c.Flags().SortFlags = false
	return c
}
