package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// Process is the process environment of a command.
type Process struct {
	In       io.Reader
	Out, Err io.Writer
	// Getenv returns the value of an environment variable that has no flag. kong reads the others.
	Getenv func(string) string
	// Version is the version that the program reports.
	Version string
	// SetDefaultLogger makes a logger that of libraries without one, such as net/http; nil is allowed.
	SetDefaultLogger func(*slog.Logger)
}

type commandLine struct {
	LogLevel  string `help:"Least severe log lines to write to stderr: ${enum}. Default: info for servers, warn for call and demo." enum:"default,debug,info,warn,error" default:"default" env:"ORQ_MCP_LOG_LEVEL"`
	LogFormat string `help:"Form of log lines: ${enum}." enum:"text,json" default:"text" env:"ORQ_MCP_LOG_FORMAT"`

	Stdio   stdioCommand   `cmd:"" default:"withargs" help:"Speak MCP on stdin and stdout (the default command)."`
	HTTP    httpCommand    `cmd:"" name:"http" help:"Speak MCP over streamable HTTP at /mcp."`
	Sandbox sandboxCommand `cmd:"" help:"Serve the local workspace alone, or export its agents."`
	Call    callCommand    `cmd:"" help:"Call one tool: progress on stderr, the result on stdout."`
	Tools   toolsCommand   `cmd:"" help:"List the tools."`
	Demo    demoCommand    `cmd:"" help:"Show a session in the local workspace, step by step: create, run, pause and continue, register, delete."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

const description = `MCP server for orq.ai agents.

The API key is read from ORQ_API_KEY alone, so that it appears in no process list. Without a key, --sandbox uses a local workspace.`

// quietError is a failure that the command has already printed.
type quietError struct{ error }

// Run runs the command line and returns the exit code: 0, 1 for a failure, 2 for wrong usage.
func Run(ctx context.Context, args []string, process Process) int {
	var unknown unknownFlags
	for {
		line, commands, exited := commandLine{}, newCommandParser(args, unknown.errs), -1
		parser, err := newParser(ctx, &process, &line, commands, func(code int) { exited = code })
		if err != nil {
			return report(process.Err, "", err)
		}
		parsed, err := parser.Parse(args)
		if exited >= 0 {
			return exited
		}
		if rest, ok := unknown.collect(args, err); ok {
			args = rest
			continue
		}
		command := commandName(args, parsed, err)
		if err := commands.check(&process, parsed, err); err != nil {
			return report(process.Err, command, err)
		}
		return report(process.Err, command, parsed.Run(&line))
	}
}

// commandName returns the command that args name, with a blank before it: " sandbox export". err is that of parsing.
func commandName(args []string, parsed *kong.Context, err error) string {
	if parseErr := (*kong.ParseError)(nil); errors.As(err, &parseErr) {
		parsed = parseErr.Context
	}
	if parsed == nil {
		return ""
	}
	var name strings.Builder
	for _, path := range parsed.Path {
		if path.Command != nil && slices.Contains(args, path.Command.Name) { // not a default command
			name.WriteString(" " + path.Command.Name)
		}
	}
	return name.String()
}

func newParser(ctx context.Context, process *Process, line *commandLine, commands *commandParser, exit func(int)) (*kong.Kong, error) {
	return kong.New(line,
		kong.Name("orq-mcp"),
		kong.Description(description),
		flagDefaults(),
		kong.NamedMapper(filePathType, kong.MapperFunc(decodeFilePath)),
		kong.Writers(process.Out, process.Err),
		kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.PostBuild(commands.prepare),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(process),
	)
}

// report prints err, if it has not been printed, and returns the exit code. command is the name of the command with a blank
// before it, or "" when the command line names none.
func report(stderr io.Writer, command string, err error) int {
	var usage usageError
	var quiet quietError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		for _, problem := range usage.problems {
			_, _ = fmt.Fprintf(stderr, "orq-mcp: %s\n", redact.Text(inWords(problem)))
		}
		_, _ = fmt.Fprintf(stderr, "See orq-mcp%s --help.\n", command)
		return exitUsage
	case !errors.As(err, &quiet):
		_, _ = fmt.Fprintf(stderr, "orq-mcp: %s\n", redact.Text(err.Error()))
	}
	return exitFailed
}

// logger returns the logger of a command; level is the default of --log-level.
func (l *commandLine) logger(process *Process, level slog.Level) *slog.Logger {
	if l.LogLevel != "default" {
		// The flag's enum holds only names that slog knows.
		_ = level.UnmarshalText([]byte(l.LogLevel))
	}
	logger := newLogger(process.Err, level, l.LogFormat, process.Getenv)
	if process.SetDefaultLogger != nil {
		process.SetDefaultLogger(logger)
	}
	return logger
}
