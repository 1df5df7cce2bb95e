package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v4"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// seed creates the agents of the file at path that the workspace does not have yet. An empty path does nothing.
func seed(ctx context.Context, box *sandbox.Sandbox, path string, logger *slog.Logger) error {
	if path == "" {
		return nil
	}
	agents, err := readAgents(path)
	if err != nil {
		return fmt.Errorf("seed %s: %w", path, err)
	}
	warnClearHeaders(logger, path, agents)
	seeded, err := box.Seed(ctx, agents)
	if err != nil {
		return fmt.Errorf("seed %s: %w", path, err)
	}
	for _, agent := range seeded.Unreachable {
		logger.Warn("an A2A agent was created without its card, which is fetched when it is called", "file", path, "agent", agent)
	}
	logger.Info("seeded", "file", path, "made", seeded.Made, "kept", seeded.Kept)
	return nil
}

// maxAgentFile bounds a file of agents, in bytes: it may be a pipe or a device.
const maxAgentFile = 64 << 20

// readAgents reads a list of create requests from a JSON or YAML file of up to 64 MiB.
func readAgents(path string) (agents []json.RawMessage, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	raw, err := io.ReadAll(io.LimitReader(file, maxAgentFile+1))
	if err != nil {
		return nil, fileError(err)
	}
	if len(raw) > maxAgentFile {
		return nil, fmt.Errorf("is larger than %d MiB", maxAgentFile>>20)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, errors.New("is empty")
	}
	if !json.Valid(raw) {
		if filepath.Ext(path) == ".json" {
			return nil, fmt.Errorf("is not JSON: %s", errortext.Syntax(json.Unmarshal(raw, &agents)))
		}
		if raw, err = yamlToJSON(raw); err != nil {
			return nil, err
		}
	}
	if json.Unmarshal(raw, &agents) != nil || agents == nil {
		return nil, errors.New("must be a list of agents")
	}
	return agents, nil
}

// agentsYAML encodes create requests as a YAML list, with a comment at each header value that was removed.
func agentsYAML(agents []json.RawMessage) ([]byte, error) {
	body, err := agentsJSON(agents)
	if err != nil {
		return nil, err
	}
	list, err := jsonToYAML(body)
	if err != nil {
		return nil, err
	}
	list.HeadComment = "# Agents for a sandbox: orq-mcp sandbox --seed FILE creates them."
	for _, agent := range list.Content {
		if headers := mapValue(agent, "headers"); headers != nil {
			for _, header := range headers.Content { // names and values
				if value := mapValue(header, "value"); value != nil {
					value.LineComment = "# left out: write it in again"
				}
			}
		}
	}
	return yaml.Dump(list, yaml.WithLineWidth(-1))
}

// agentsJSON encodes create requests as an indented JSON list.
func agentsJSON(agents []json.RawMessage) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(agents)
	return out.Bytes(), err
}

// countHeaders returns the number of headers, whose values an export does not contain.
func countHeaders(agents []json.RawMessage) (headers int) {
	for _, body := range agents {
		var agent struct{ Headers map[string]any }
		if json.Unmarshal(body, &agent) == nil {
			headers += len(agent.Headers)
		}
	}
	return headers
}
