package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
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
	workspaceFlags
	toolFlags
}

// callArguments is the help on the arguments.
const callArguments = `

Arguments:
  TOOL        Name of the tool; orq-mcp tools lists them
  KEY=VALUE   Argument of the tool. A value may be JSON where an object or list is wanted; a key given twice makes a list`

func (c *callCommand) define(flags flags) {
	flags.text(&c.JSON, "json", "", "", "Arguments as one `JSON` object; - reads it from stdin. KEY=VALUE wins over it")
	flags.choice(&c.Output, "output", []string{"text", "json"}, "ORQ_MCP_OUTPUT", "What to print")
	c.workspaceFlags.define(flags)
	c.toolFlags.define(flags)
}

func (c *callCommand) takeArguments(arguments []string) {
	if len(arguments) > 0 {
		c.Tool, c.Arguments = arguments[0], arguments[1:]
	}
}

func (c *callCommand) checkValues() []error {
	found := append(inCommand("call", c.checkBounds()...), c.checkNames()...)
	if c.JSON != "" && c.JSON != "-" {
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
	return append(c.checkWorkspace(process), cmp.Or(c.checkSelection(), c.checkTool()))
}

// checkTool returns an error when the tool does not exist or is left out.
func (c *callCommand) checkTool() error {
	named := func(tool tools.Definition) bool { return tool.Name == c.Tool }
	if !isTool(c.Tool) {
		return tools.UnknownTool(c.Tool)
	}
	if selected, err := c.selected(); err == nil && !slices.ContainsFunc(selected, named) {
		return fmt.Errorf("%s is left out by --read-only or --tools, or their environment variables", c.Tool)
	}
	return nil
}

// Run calls the tool through an MCP client and server in this process.
func (c *callCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	arguments, err := c.arguments(process.In)
	if err != nil {
		return wrongUsage(err)
	}
	logger := line.logger(process, slog.LevelWarn)
	return serve(ctx, process, c.workspaceFlags, c.toolFlags, logger, func(ctx context.Context, srv *server.Server, _ *workspace) error {
		s, err := openSession(ctx, srv, process.Version, func(message string) { _, _ = fmt.Fprintln(process.Err, printable(message)) })
		if err != nil {
			return err
		}
		defer s.end()
		result, err := s.call(ctx, c.Tool, arguments)
		if err != nil {
			return err
		}
		if result.IsError {
			_, _ = fmt.Fprintln(process.Err, printable(textOf(result)))
			return quietError{errors.New("the tool answered an error")}
		}
		structured, err := structuredOf(result)
		if err != nil {
			return fmt.Errorf("decode the result of %s: %w", c.Tool, err)
		}
		if err := c.print(process.Out, textOf(result), structured); err != nil {
			return err
		}
		if answer, _ := structured.(map[string]any); answer["state"] == "failed" {
			return quietError{errors.New("the run failed")}
		}
		return nil
	})
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

// print prints a result in the form that was asked for.
func (c *callCommand) print(w io.Writer, text string, structured any) error {
	if c.Output == "text" {
		_, err := fmt.Fprintln(w, printable(text))
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(structured)
}

// arguments joins --json, which may be read from in, and the key=value pairs, which win.
func (c *callCommand) arguments(in io.Reader) (map[string]any, error) {
	raw := []byte(c.JSON)
	switch c.JSON {
	case "":
		raw = []byte("{}")
	case "-":
		var err error
		if raw, err = io.ReadAll(in); err != nil {
			return nil, fmt.Errorf("read stdin: %w", err)
		}
	}
	arguments, err := decodeArguments(raw)
	if err != nil {
		return nil, err
	}
	pairs, errs := c.pairs()
	maps.Copy(arguments, pairs)
	return arguments, errors.Join(errs...)
}

// decodeArguments decodes the value of --json, which is one object.
func decodeArguments(raw []byte) (map[string]any, error) {
	arguments := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	decoder.UseNumber()
	if err := decoder.Decode(&arguments); err != nil {
		return nil, notAnObject("--json", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) || arguments == nil {
		return nil, errors.New("--json: must be one JSON object and nothing else")
	}
	return arguments, nil
}

// pairs returns the key=value arguments, and an error for each argument of another form. A key given twice makes a list.
func (c *callCommand) pairs() (map[string]any, []error) {
	pairs, errs := map[string]any{}, []error(nil)
	for _, pair := range c.Arguments {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			errs = append(errs, fmt.Errorf("%q: arguments look like key=value", pair))
			continue
		}
		switch earlier := pairs[key].(type) {
		case nil:
			pairs[key] = value
		case []any:
			pairs[key] = append(earlier, value)
		default:
			pairs[key] = []any{earlier, value}
		}
	}
	return pairs, errs
}
