package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Export reads the agents of a data file, oldest first, in the form in which Seed creates them again. The values of
// headers are left empty. It changes nothing, and fails while another process uses the file.
func Export(path string) ([]json.RawMessage, error) {
	recs, err := store.ReadAgents(path)
	if err != nil {
		return nil, fmt.Errorf("read sandbox data %s: %w", path, err)
	}
	agents := make([]json.RawMessage, len(recs)) // not nil, which would be null
	for i, rec := range recs {
		if agents[i], err = exactjson.Marshal(requestFor(rec)); err != nil {
			return nil, err
		}
	}
	return agents, nil
}

// requestFor is the request that creates the agent.
func requestFor(rec *store.Record) any {
	agent := rec.Agent
	if agent.Type == orq.TypeA2A {
		return registration{
			RegisterA2ARequest: orq.RegisterA2ARequest{
				Key: agent.Key, DisplayName: cmp.Or(agent.DisplayName, agent.Key), Description: agent.Description, Path: agent.Path,
				AgentURL: agent.A2A.AgentURL, CardURL: agent.A2A.CardURL, Headers: agent.A2A.Headers,
			},
			ProtocolVersion: rec.Connection.ProtocolVersion, PreferredTransport: rec.Connection.PreferredTransport,
		}
	}
	return orq.CreateAgentRequest{
		Key: agent.Key, DisplayName: agent.DisplayName, Role: agent.Role,
		// An agent that came from a run may have no description; a new one needs it.
		Description:  cmp.Or(agent.Description, agent.Role),
		Instructions: agent.Instructions, SystemPrompt: agent.SystemPrompt, Path: agent.Path,
		Model:          orq.ModelConfig{ID: agent.Model.ID, Parameters: agent.Model.Parameters, Retry: agent.Model.Retry},
		FallbackModels: agent.Model.FallbackModels, Settings: requestForSettings(agent.Settings),
		MemoryStores: agent.MemoryStores, KnowledgeBases: agent.KnowledgeBases, TeamOfAgents: agent.TeamOfAgents,
		Skills:    agent.Skills,
		Variables: agent.Variables, Source: agent.Source, Engine: agent.Engine,
	}
}

func requestForSettings(settings *orq.AgentSettings) orq.SettingsRequest {
	return orq.SettingsRequest{
		MaxIterations: settings.MaxIterations, MaxExecutionTime: settings.MaxExecutionTime, MaxCost: settings.MaxCost,
		ToolApprovalRequired: settings.ToolApprovalRequired, ChatExposed: settings.ChatExposed, Tools: writtenTools(settings.Tools),
		Evaluators: settings.Evaluators, Guardrails: settings.Guardrails,
	}
}

// writtenTools undoes readTools. A tool that a run defined becomes a reference to it.
func writtenTools(read []orq.AgentTool) []orq.ToolReference {
	written := make([]orq.ToolReference, 0, len(read))
	for _, tool := range read {
		reference := orq.ToolReference{Type: tool.ActionType, Key: tool.Key, ID: tool.ID, ToolID: tool.ToolID}
		switch {
		case tool.ID == toolID("", tool.ActionType, tool.Key, tool.ToolID):
			reference.ID = "" // it follows from the rest
		case tool.ID == tool.Key:
			reference.Key = ""
		}
		if tool.ActionType == "mcp" {
			reference.ToolID = cmp.Or(tool.ToolID, tool.Key, tool.ID)
		}
		reference.Configuration = tool.Configuration
		if tool.Timeout != toolTimeout && hasTimeout(tool.ActionType) {
			reference.Timeout = &tool.Timeout
		}
		if tool.RequiresApproval {
			reference.RequiresApproval = &tool.RequiresApproval
		}
		written = append(written, reference)
	}
	return written
}

// hasTimeout reports whether a request may set the timeout of such a tool.
func hasTimeout(typ string) bool { return typ == "http" || typ == "code" || orq.IsProviderTool(typ) }
