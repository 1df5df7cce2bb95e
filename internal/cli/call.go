package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/server"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

type callCommand struct {
	Tool         string
	Arguments    []string
	JSON, Output string
	Wait         bool
	workspaceFlags
	toolFlags
}

// Values of --output of call.
const (
	outputAnswer = "answer"
	outputText   = "text"
	outputJSON   = "json"
	outputTaskID = "task-id"
)

// callTextLimit is the default of --text-limit for call, in bytes: no program reads a model's context from it, so that only memory
// bounds a result.
const callTextLimit = 64 << 20

// callArguments is the help on the arguments and on what a script can rely on.
const callArguments = `

orq-mcp call TOOL --help lists the arguments of a tool.

Arguments:
  TOOL         Name of the tool; orq-mcp tools lists them
  KEY=VALUE    Argument of the tool. A value may be JSON where an object or list is wanted;
               a key given twice makes a list
  KEY=@FILE    The text is read from a file; KEY=- reads it from stdin,
               KEY=@@TEXT is the text @TEXT

Exit codes:
  0    done
  1    failed: the tool, the run or the connection; or a part of the result was left out
  2    wrong usage: an unknown tool, argument or flag, a value that is not allowed
  3    paused: the run waits for approval, or for tool results that invoke_agent takes
  4    still working: the run goes on in the background; --wait waits for it
  130  interrupted, by Ctrl-C or a signal`

func (c *callCommand) define(flags flags) {
	flags.text(&c.JSON, "json", "", "", "Arguments as one `JSON` object; - reads it from stdin, @FILE from a file. KEY=VALUE wins over it")
	flags.choice(&c.Output, "output", []string{outputAnswer, outputText, outputJSON, outputTaskID}, "ORQ_MCP_OUTPUT",
		"What to print, as a `FORM`: answer is what the agent wrote alone (of other tools the same as text), "+
			"text has all facts of a run, json is the structured result, task-id the id of the task alone")
	flags.toggle(&c.Wait, "wait", "", "Wait until the run has ended or waits for somebody, with mode=background too")
	c.workspaceFlags.define(flags)
	c.toolFlags.define(flags, callTextLimit)
}

func (c *callCommand) takeArguments(arguments []string) {
	if len(arguments) > 0 {
		c.Tool, c.Arguments = arguments[0], arguments[1:]
	}
}

func (c *callCommand) checkValues() []error {
	found := append(inCommand("call", c.checkBounds()...), c.checkNames()...)
	if c.JSON != "" && isText(c.JSON) {
		_, err := decodeArguments([]byte(c.JSON))
		found = append(found, err)
	}
	_, pairErrs := c.pairs()
	return append(found, pairErrs...)
}

func (c *callCommand) checkCombination(process *Process) []error {
	if c.Tool == "" {
		return []error{errors.New("the name of a tool is missing; orq-mcp tools lists them")}
	}
	return append(append(c.checkWorkspace(process), cmp.Or(c.checkSelection(), c.checkTool())), c.checkTask()...)
}

// checkTool returns an error when the tool does not exist or is left out.
func (c *callCommand) checkTool() error {
	if _, exists := findTool(c.Tool); !exists {
		return tools.UnknownTool(c.Tool)
	}
	named := func(tool tools.Definition) bool { return tool.Name == c.Tool }
	if selected, err := c.selected(); err == nil && !slices.ContainsFunc(selected, named) {
		return fmt.Errorf("%s is left out by --read-only or --tools, or their environment variables", c.Tool)
	}
	return nil
}

// checkTask returns an error for each flag that is about a task, when the tool has none.
func (c *callCommand) checkTask() (found []error) {
	tool, exists := findTool(c.Tool)
	if !exists || hasTask(tool) {
		return nil
	}
	if c.Wait {
		found = append(found, fmt.Errorf("--wait belongs to the tools that have a task, not to %s", c.Tool))
	}
	if c.Output == outputTaskID {
		found = append(found, fmt.Errorf("--output task-id belongs to the tools that have a task, not to %s", c.Tool))
	}
	return found
}

// lookTool is the name of the tool that looks a task up.
const lookTool = "get_agent_response"

// hasTask reports whether the result of a tool is the state of a task.
func hasTask(tool tools.Definition) bool { return tool.RunsAgent || tool.Name == lookTool }

// Run calls the tool through an MCP client and server in this process.
func (c *callCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	arguments, err := c.arguments(ctx, process)
	if errors.Is(err, errInterrupted) {
		return quietError{err, exitInterrupted}
	}
	if err != nil {
		return wrongUsage(err)
	}
	if err := c.checkArguments(ctx, process, arguments); err != nil {
		return err
	}
	if c.Wait && len(c.Tools) > 0 {
		c.Tools = append(c.Tools, lookTool)
	}
	logger := line.logger(process, slog.LevelWarn)
	return serve(ctx, process, c.workspaceFlags, c.toolFlags, logger, func(ctx context.Context, srv *server.Server, _ *workspace) error {
		printer := &progressPrinter{to: process.Err, dim: isColoured(process, process.Err) && isTerminal(process.Out)}
		watched := &taskWatch{print: printer.print}
		s, err := openSession(ctx, srv, process.Version, watched.progress)
		if err != nil {
			return err
		}
		defer s.end()
		result, err := c.callTool(ctx, s, arguments, watched)
		printer.end()
		if errors.Is(err, errInterrupted) {
			return c.interrupted(process, arguments, watched.task())
		}
		if err != nil {
			return err
		}
		return c.finish(process, result, arguments, watched)
	})
}

// checkArguments prints what is wrong with the arguments, before anything is opened or sent.
func (c *callCommand) checkArguments(ctx context.Context, process *Process, arguments map[string]any) error {
	encoded, err := json.Marshal(arguments)
	if err != nil {
		return err
	}
	tool, _ := findTool(c.Tool)
	if err := tool.CheckArguments(ctx, encoded); err != nil {
		_, _ = fmt.Fprintf(process.Err, "%s\nSee orq-mcp call %s --help.\n", printable(err.Error()), c.Tool)
		return quietError{err, exitUsage}
	}
	return nil
}

// printable removes control characters except line breaks and tabs: text from a model or another service must not control
// the terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}
