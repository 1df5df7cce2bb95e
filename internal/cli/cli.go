package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// Exit codes. exitPaused and exitWorking are of the command call.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitPaused      = 3
	exitWorking     = 4
	exitInterrupted = 130
)

// Process is the process environment of a command.
type Process struct {
	In       io.Reader
	Out, Err io.Writer
	// Getenv returns the value of an environment variable.
	Getenv func(string) string
	// Version is the version that the program reports.
	Version string
	// SetDefaultLogger makes a logger that of libraries without one, such as net/http; nil is allowed.
	SetDefaultLogger func(*slog.Logger)
}

// commandLine holds the flags that every command has.
type commandLine struct{ LogLevel, LogFormat string }

func (l *commandLine) define(flags flags) {
	flags.choice(&l.LogLevel, "log-level", []string{"default", "debug", "info", "warn", "error"}, "ORQ_MCP_LOG_LEVEL",
		"Least severe `LEVEL` of log lines on stderr: debug, info, warn or error; default is info for http and sandbox, warn for the others")
	flags.choice(&l.LogFormat, "log-format", []string{"text", "json"}, "ORQ_MCP_LOG_FORMAT", "Form of log lines")
}

const description = `MCP server for orq.ai agents.

The API key is read from ORQ_API_KEY alone, so that it appears in no process list.
Without a key, --sandbox uses a local workspace.`

// quietError is the end of a command that has already printed why.
type quietError struct {
	error
	// code is the exit code.
	code int
}

// Run runs the command line and returns the exit code: 0, 1 for a failure, 2 for wrong usage, 130 for an interruption, and those
// of call.
func Run(ctx context.Context, args []string, process Process) int {
	out := &checkedWriter{to: process.Out}
	root := (&program{process: &process}).newRoot()                              //nolint:contextcheck // cobra gives the context to the command that runs
	root.SetArgs(append([]string{}, readable(root, completable(root, args))...)) // cobra reads those of the process where it has nil
	root.SetOut(out)
	reached, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = out.err
	}
	return report(process.Err, reached.CommandPath(), err)
}

// report prints err, if it has not been printed, and returns the exit code. command is the program with the command that
// the command line names.
func report(stderr io.Writer, command string, err error) int {
	var usage usageError
	var quiet quietError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		for _, problem := range usage.problems {
			_, _ = fmt.Fprintf(stderr, "orq-mcp: %s\n", redact.Text(problem.Error()))
		}
		_, _ = fmt.Fprintf(stderr, "See %s --help.\n", command)
		return exitUsage
	case errors.As(err, &quiet):
		return quiet.code
	}
	_, _ = fmt.Fprintf(stderr, "orq-mcp: %s\n", redact.Text(err.Error()))
	if errors.Is(err, errInterrupted) {
		return exitInterrupted
	}
	return exitFailed
}

// logger returns the logger of a command; level is the default of --log-level.
func (l *commandLine) logger(process *Process, level slog.Level) *slog.Logger {
	if l.LogLevel != "default" {
		// The flag allows only names that slog knows.
		_ = level.UnmarshalText([]byte(l.LogLevel))
	}
	logger := newLogger(process.Err, level, l.LogFormat, process.Getenv)
	if process.SetDefaultLogger != nil {
		process.SetDefaultLogger(logger)
	}
	return logger
}
