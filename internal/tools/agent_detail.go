package tools

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

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
	Model          freeObject       `json:"model,omitzero" jsonschema_description:"Id, parameters, retry, fallback_models."`
	Settings       freeObject       `json:"settings,omitzero" jsonschema_description:"Limits, approval, tools, evaluators, guardrails."`
	MemoryStores   []string         `json:"memory_stores,omitzero"`
	KnowledgeBases []string         `json:"knowledge_bases,omitzero"`
	TeamOfAgents   []orq.TeamMember `json:"team_of_agents,omitzero"`
	Variables      freeObject       `json:"variables,omitzero" jsonschema_description:"Variables by name."`
	Engine         string           `json:"engine,omitzero"`
	Source         string           `json:"source,omitzero"`
	A2A            freeObject       `json:"a2a,omitzero" jsonschema_description:"Connection and cached card."`
	Created        string           `json:"created,omitzero"`
	Updated        string           `json:"updated,omitzero"`
	Other          freeObject       `json:"other,omitzero" jsonschema_description:"All other fields of the API's answer."`
}

// named are the API's fields that agentDetail names.
var named = []string{
	"_id", "key", "display_name", "type", "status", "version", "path", "role", "description", "instructions", "system_prompt",
	"model", "settings", "memory_stores", "knowledge_bases", "team_of_agents", "variables", "engine", "source", "a2a", "created", "updated",
}

func newAgentDetail(agent *orq.Agent) agentDetail {
	detail := agentDetail{
		ID: agent.ID, Key: agent.Key, DisplayName: agent.DisplayName, Type: cmp.Or(agent.Type, orq.TypeInternal), Status: agent.Status,
		Version: agent.Version, Path: agent.Path, Role: agent.Role, Description: agent.Description, Instructions: agent.Instructions,
		SystemPrompt: agent.SystemPrompt, MemoryStores: agent.MemoryStores, TeamOfAgents: agent.TeamOfAgents,
		Engine: agent.Engine, Source: agent.Source, Created: agent.Created, Updated: agent.Updated,
	}
	for _, base := range agent.KnowledgeBases {
		detail.KnowledgeBases = append(detail.KnowledgeBases, base.KnowledgeID)
	}
	gjson.ParseBytes(agent.Raw).ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "model":
			detail.Model = member(value)
		case "settings":
			detail.Settings = member(value)
		case "variables":
			detail.Variables = member(value)
		case "a2a":
			detail.A2A = member(value)
		default:
			if value.Type != gjson.Null && !slices.Contains(named, name.Str) {
				detail.Other = detail.Other.with(name.Raw, value.Raw)
			}
		}
		return true
	})
	return detail
}

// member is a field that is an object with anything in it, else nil.
func member(value gjson.Result) freeObject {
	if inside := strings.TrimSpace(strings.Trim(strings.TrimSpace(value.Raw), "{}")); !value.IsObject() || inside == "" {
		return nil
	}
	return freeObject(value.Raw)
}

// Text is the configuration as an outline.
func (d agentDetail) Text() string {
	return "Agent " + d.Key + "\n" + outline(d)
}
