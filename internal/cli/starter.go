package cli

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// starterAgents are the two agents of a new workspace: those that the examples of the documents name.
//
//go:embed starter_agents.json
var starterAgents []byte

// wantsStarters reports whether the workspace is to begin with the two agents: it is new, and has no seed. It has to be asked
// before the workspace is opened, which creates the file.
func (f localFlags) wantsStarters() bool {
	if f.Empty || f.Seed != "" {
		return false
	}
	if f.Data == "" {
		return true
	}
	_, err := os.Stat(f.Data)
	return errors.Is(err, fs.ErrNotExist)
}

// addStarters creates the two agents.
func addStarters(ctx context.Context, box *sandbox.Sandbox) error {
	var agents []json.RawMessage
	err := json.Unmarshal(starterAgents, &agents)
	if err == nil {
		_, err = box.Seed(ctx, agents)
	}
	if err != nil {
		return fmt.Errorf("create the first agents: %w", err)
	}
	return nil
}
