package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

// contentHash identifies what an agent does, whatever its key, path and age. tools are the schemas that its JSON lacks.
func contentHash(agent orq.Agent, tools map[string]ToolSchema) (string, error) {
	content, err := exactjson.Canonical(struct {
		orq.Agent
		Tools map[string]ToolSchema `json:"tools,omitempty"`
	}{
		Agent: orq.Agent{
			DisplayName: agent.DisplayName, Type: agent.Type,
			Role: agent.Role, Description: agent.Description, Instructions: agent.Instructions,
			SystemPrompt: agent.SystemPrompt, Model: agent.Model, Settings: agent.Settings,
			MemoryStores: agent.MemoryStores, KnowledgeBases: agent.KnowledgeBases, TeamOfAgents: agent.TeamOfAgents,
			Skills: noneIfEmpty(agent.Skills), Variables: agent.Variables, Source: agent.Source, Engine: agent.Engine, A2A: agent.A2A,
		},
		Tools: tools,
	})
	if err != nil {
		return "", fmt.Errorf("hash agent %s: %w", agent.Key, err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}

// noneIfEmpty makes an agent without skills equal to one from before there were any.
func noneIfEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
