package tools

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// agentDetail is the whole configuration of an agent. Its secrets are masked where it is rendered.
type agentDetail struct {
	ID             string           `json:"id" jsonschema:"required"`
	Key            string           `json:"key" jsonschema:"required"`
	DisplayName    string           `json:"display_name,omitzero"`
	Type           string           `json:"type" jsonschema:"required"`
	Status         string           `json:"status" jsonschema:"required"`
	Version        string           `json:"version,omitzero"`
	Path           string           `json:"path" jsonschema:"required"`
	Role           string           `json:"role,omitzero"`
	Description    string           `json:"description" jsonschema:"required"`
	Instructions   string           `json:"instructions,omitzero"`
	SystemPrompt   string           `json:"system_prompt,omitzero"`
	Model          map[string]any   `json:"model,omitzero" jsonschema_description:"Id, parameters, retry, fallback_models."`
	Settings       map[string]any   `json:"settings,omitzero" jsonschema_description:"Limits, approval, tools, evaluators, guardrails."`
	MemoryStores   []string         `json:"memory_stores,omitzero"`
	KnowledgeBases []string         `json:"knowledge_bases,omitzero"`
	TeamOfAgents   []orq.TeamMember `json:"team_of_agents,omitzero"`
	Variables      map[string]any   `json:"variables,omitzero" jsonschema_description:"Variables by name."`
	Engine         string           `json:"engine,omitzero"`
	Source         string           `json:"source,omitzero"`
	A2A            map[string]any   `json:"a2a,omitzero" jsonschema_description:"Connection and cached card."`
	Created        string           `json:"created,omitzero"`
	Updated        string           `json:"updated,omitzero"`
	Other          map[string]any   `json:"other,omitzero" jsonschema_description:"All other fields of the API's answer."`
}

// named are the API's fields that agentDetail names.
var named = []string{
	"_id", "key", "display_name", "type", "status", "version", "path", "role", "description", "instructions", "system_prompt",
	"model", "settings", "memory_stores", "knowledge_bases", "team_of_agents", "variables", "engine", "source", "a2a", "created", "updated",
}

func newAgentDetail(agent *orq.Agent) agentDetail {
	fields := object(agent.Raw)
	detail := agentDetail{
		ID: agent.ID, Key: agent.Key, DisplayName: agent.DisplayName, Type: cmp.Or(agent.Type, orq.TypeInternal), Status: agent.Status,
		Version: agent.Version, Path: agent.Path, Role: agent.Role, Description: agent.Description, Instructions: agent.Instructions,
		SystemPrompt: agent.SystemPrompt, MemoryStores: agent.MemoryStores, TeamOfAgents: agent.TeamOfAgents,
		Engine: agent.Engine, Source: agent.Source, Created: agent.Created, Updated: agent.Updated,
		Model: member(fields, "model"), Settings: member(fields, "settings"), Variables: member(fields, "variables"), A2A: member(fields, "a2a"),
	}
	for _, base := range agent.KnowledgeBases {
		detail.KnowledgeBases = append(detail.KnowledgeBases, base.KnowledgeID)
	}
	maps.DeleteFunc(fields, func(name string, value any) bool { return value == nil || slices.Contains(named, name) })
	if len(fields) > 0 {
		detail.Other = fields
	}
	return detail
}

// object decodes a JSON object, its numbers as they were written; anything else is nil.
func object(raw json.RawMessage) map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var fields map[string]any
	if decoder.Decode(&fields) != nil {
		return nil
	}
	return fields
}

// member is a field that is an object with anything in it, else nil.
func member(fields map[string]any, name string) map[string]any {
	inside, _ := fields[name].(map[string]any)
	if len(inside) == 0 {
		return nil
	}
	return inside
}

// Text is the configuration as an outline.
func (d agentDetail) Text() string {
	return "Agent " + d.Key + "\n" + outline(d)
}
