package agents

import (
	"cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// RequestFor is the request that creates an agent like the stored one: an orq.CreateAgentRequest or a Registration. Values
// of headers are missing.
func RequestFor(rec *store.Record) any {
	agent := rec.Agent
	if agent.Type == orq.TypeA2A {
		return Registration{
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
