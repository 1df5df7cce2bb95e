package cli

import (
	"bytes"
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

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/server"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

type callCommand struct {
	Tool      string   `arg:"" help:"Name of the tool; orq-mcp tools lists them."`
	Arguments []string `arg:"" optional:"" name:"key=value" help:"Arguments. A value may be JSON where an object or list is wanted; a key given twice makes a list."`
	JSON      string   `help:"Arguments as one JSON object; - reads it from stdin. key=value wins over it." placeholder:"JSON"`
	Output    string   `help:"What to print: ${enum}." enum:"text,json" default:"text" env:"ORQ_MCP_OUTPUT"`
	workspaceFlags
	toolFlags
}

// Validate is for kong.
func (c *callCommand) Validate() error { return c.check() }

// Run calls the tool through a real MCP client.
func (c *callCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	arguments, err := c.arguments(process.In)
	if err != nil {
		return usageError{err}
	}
	logger := line.logger(process, slog.LevelWarn)
	return serve(ctx, process, c.workspaceFlags, c.toolFlags, logger, func(ctx context.Context, srv *server.Server, _ *workspace) error {
		s, err := openSession(ctx, srv, process.Version, func(message string) { _, _ = fmt.Fprintln(process.Err, printable(message)) })
		if err != nil {
			return err
		}
		defer s.end()
		result, err := s.call(ctx, c.Tool, arguments)
		switch {
		case err != nil && strings.Contains(err.Error(), "not found"):
			return usageError{c.unknownTool()}
		case err != nil:
			return err
		case result.IsError:
			_, _ = fmt.Fprintln(process.Err, printable(textOf(result)))
			return quietError{errors.New("the tool answered an error")}
		}
		if err := c.print(process.Out, result); err != nil {
			return err
		}
		if answer, _ := result.StructuredContent.(map[string]any); answer["state"] == "failed" {
			return quietError{errors.New("the run failed")}
		}
		return nil
	})
}

// unknownTool tells a tool that was left out from one that does not exist.
func (c *callCommand) unknownTool() error {
	if all, err := tools.Select(tools.Selection{}); err == nil && slices.ContainsFunc(all, func(tool tools.Definition) bool { return tool.Name == c.Tool }) {
		return fmt.Errorf("%s is left out by --read-only or --tools, or their environment variables", c.Tool)
	}
	return fmt.Errorf("there is no tool %q; orq-mcp tools lists them", c.Tool)
}

// printable leaves out the control characters of a model's or a stranger's text, which a terminal would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

func (c *callCommand) print(w io.Writer, result *mcp.CallToolResult) error {
	if c.Output == "text" {
		_, err := fmt.Fprintln(w, printable(textOf(result)))
		return err
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(result.StructuredContent)
}

// arguments joins --json and the key=value pairs, which win.
func (c *callCommand) arguments(in io.Reader) (map[string]any, error) {
	arguments := map[string]any{}
	if c.JSON != "" {
		raw := []byte(c.JSON)
		if c.JSON == "-" {
			var err error
			if raw, err = io.ReadAll(in); err != nil {
				return nil, fmt.Errorf("read stdin: %w", err)
			}
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(&arguments); err != nil {
			return nil, fmt.Errorf("--json: not a JSON object: %w", err)
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) || arguments == nil {
			return nil, errors.New("--json: must be one JSON object and nothing else")
		}
	}
	given := map[string]any{}
	for _, pair := range c.Arguments {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("%q: arguments look like key=value", pair)
		}
		switch earlier := given[key].(type) {
		case nil:
			given[key] = value
		case []any:
			given[key] = append(earlier, value)
		default:
			given[key] = []any{earlier, value}
		}
	}
	maps.Copy(arguments, given)
	return arguments, nil
}
