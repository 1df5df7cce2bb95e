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
	"strings"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/server"
)

type callCommand struct {
	Tool      string   `arg:"" help:"Name of the tool; orq-mcp tools lists them."`
	Arguments []string `arg:"" optional:"" name:"key=value" help:"Arguments. A value may be JSON where an object or list is wanted; a key given twice makes a list."`
	JSON      string   `help:"All arguments as one JSON object; - reads it from stdin." placeholder:"JSON"`
	Output    string   `help:"What to print: ${enum}." enum:"text,json" default:"text" env:"ORQ_MCP_OUTPUT"`
	workspaceFlags
	toolFlags
}

// Run calls the tool through a real MCP client.
func (c *callCommand) Run(ctx context.Context, process *Process, line *commandLine) error {
	arguments, err := c.arguments(process.In)
	if err != nil {
		return usageError{err}
	}
	logger := line.logger(process, slog.LevelWarn)
	return serve(ctx, process, c.workspaceFlags, c.toolFlags, logger, func(ctx context.Context, srv *server.Server, _ *workspace) error {
		s, err := openSession(ctx, srv, process.Version, func(message string) { _, _ = fmt.Fprintln(process.Err, message) })
		if err != nil {
			return err
		}
		defer s.end()
		result, err := s.call(ctx, c.Tool, arguments)
		switch {
		case err != nil && strings.Contains(err.Error(), "not found"):
			return usageError{fmt.Errorf("there is no tool %q; orq-mcp tools lists them", c.Tool)}
		case err != nil:
			return err
		case result.IsError:
			_, _ = fmt.Fprintln(process.Err, textOf(result))
			return quietError{errors.New("the tool answered an error")}
		}
		return c.print(process.Out, result)
	})
}

func (c *callCommand) print(w io.Writer, result *mcp.CallToolResult) error {
	if c.Output == "text" {
		_, err := fmt.Fprintln(w, textOf(result))
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
