package tools

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// agentDetail is the whole configuration of an agent. Its secrets are masked when it is rendered.
type agentDetail struct {
	ID             string           `json:"id" jsonschema:"required"`
	Key            string           `json:"key" jsonschema:"required"`
	DisplayName    string           `json:"display_name,omitzero"`
	Type           string           `json:"type" jsonschema:"required"`
	Status         string           `json:"status" jsonschema:"required"`
	Version        string           `json:"version,omitzero"`
	Path           string           `json:"path" jsonschema:"required"`
	Role           string           `json:"role,omitzero"`
	Description    string           `json:"description,omitzero"`
	Instructions   string           `json:"instructions,omitzero"`
	SystemPrompt   string           `json:"system_prompt,omitzero"`
	Model          freeObject       `json:"model,omitzero" jsonschema_description:"Id, parameters, retry, fallback_models."`
	Settings       freeObject       `json:"settings,omitzero" jsonschema_description:"Limits, approval, tools, evaluators, guardrails."`
	MemoryStores   []string         `json:"memory_stores,omitzero"`
	KnowledgeBases []string         `json:"knowledge_bases,omitzero"`
	TeamOfAgents   []orq.TeamMember `json:"team_of_agents,omitzero"`
	Skills         []string         `json:"skills,omitzero"`
	Variables      freeObject       `json:"variables,omitzero" jsonschema_description:"Variables by name."`
	Engine         string           `json:"engine,omitzero"`
	Source         string           `json:"source,omitzero"`
	A2A            freeObject       `json:"a2a,omitzero" jsonschema_description:"Connection and cached card."`
	Created        string           `json:"created,omitzero"`
	Updated        string           `json:"updated,omitzero"`
	Other          freeObject       `json:"other,omitzero" jsonschema_description:"All other fields of the API's answer."`
	// Part is the requested field; when set, most other fields are left out.
	Part *fieldPart `json:"part,omitzero"`
	truncation
}

// newAgentDetail reads an agent from the API's JSON, which is an object. Known fields whose value has the wrong type are left out.
func newAgentDetail(document string) agentDetail {
	detail := agentDetail{Type: orq.TypeInternal}
	gjson.Parse(document).ForEach(func(name, value gjson.Result) bool {
		if text := detail.textField(name.Str); text != nil {
			*text = cmp.Or(value.Str, *text)
			return true
		}
		switch name.Str {
		case "model":
			detail.Model = nonEmptyObject(value)
		case "settings":
			detail.Settings = nonEmptyObject(value)
		case "variables":
			detail.Variables = nonEmptyObject(value)
		case "a2a":
			detail.A2A = nonEmptyObject(value)
		case "memory_stores":
			for _, store := range value.Array() {
				detail.MemoryStores = append(detail.MemoryStores, store.Str)
			}
		case "knowledge_bases":
			for _, base := range value.Array() {
				detail.KnowledgeBases = append(detail.KnowledgeBases, base.Get("knowledge_id").Str)
			}
		case "skills":
			for _, skill := range value.Array() {
				detail.Skills = append(detail.Skills, skill.String())
			}
		case "team_of_agents":
			_ = json.Unmarshal([]byte(value.Raw), &detail.TeamOfAgents)
		default:
			if value.Type != gjson.Null {
				detail.Other = detail.Other.with(name.Raw, value.Raw)
			}
		}
		return true
	})
	return detail
}

// textField returns the string field of that name in the API; nil when there is none.
func (d *agentDetail) textField(name string) *string {
	switch name {
	case "_id":
		return &d.ID
	case "key":
		return &d.Key
	case "display_name":
		return &d.DisplayName
	case "type":
		return &d.Type
	case "status":
		return &d.Status
	case "version":
		return &d.Version
	case "path":
		return &d.Path
	case "role":
		return &d.Role
	case "description":
		return &d.Description
	case "instructions":
		return &d.Instructions
	case "system_prompt":
		return &d.SystemPrompt
	case "engine":
		return &d.Engine
	case "source":
		return &d.Source
	case "created":
		return &d.Created
	case "updated":
		return &d.Updated
	}
	return nil
}

// appendJSON appends what encoding/json makes of the agent.
func (d agentDetail) appendJSON(b []byte) []byte {
	w := objectWriter{json: b}
	w.text("id", d.ID)
	w.text("key", d.Key)
	w.textUnlessEmpty("display_name", d.DisplayName)
	w.text("type", d.Type)
	w.text("status", d.Status)
	w.textUnlessEmpty("version", d.Version)
	w.text("path", d.Path)
	w.textUnlessEmpty("role", d.Role)
	w.textUnlessEmpty("description", d.Description)
	w.textUnlessEmpty("instructions", d.Instructions)
	w.textUnlessEmpty("system_prompt", d.SystemPrompt)
	w.object("model", d.Model)
	w.object("settings", d.Settings)
	w.texts("memory_stores", d.MemoryStores)
	w.texts("knowledge_bases", d.KnowledgeBases)
	if d.TeamOfAgents != nil {
		w.name("team_of_agents")
		w.json = appendTeam(w.json, d.TeamOfAgents)
	}
	w.texts("skills", d.Skills)
	w.object("variables", d.Variables)
	w.textUnlessEmpty("engine", d.Engine)
	w.textUnlessEmpty("source", d.Source)
	w.object("a2a", d.A2A)
	w.textUnlessEmpty("created", d.Created)
	w.textUnlessEmpty("updated", d.Updated)
	w.object("other", d.Other)
	if d.Part != nil {
		w.name("part")
		w.json = d.Part.appendJSON(w.json)
	}
	w.trueOnly("truncated", d.Truncated)
	w.textUnlessEmpty("next", d.Next)
	return w.end()
}

func appendTeam(b []byte, team []orq.TeamMember) []byte {
	b = append(b, '[')
	for i, member := range team {
		if i > 0 {
			b = append(b, ',')
		}
		w := objectWriter{json: b}
		w.text("key", member.Key)
		w.textUnlessEmpty("role", member.Role)
		b = w.end()
	}
	return append(b, ']')
}

// nonEmptyObject returns value if it is a JSON object with at least one field, else nil.
func nonEmptyObject(value gjson.Result) freeObject {
	if inside := strings.TrimSpace(strings.Trim(strings.TrimSpace(value.Raw), "{}")); !value.IsObject() || inside == "" {
		return nil
	}
	return freeObject(value.Raw)
}

// Text returns the configuration as an outline.
func (d agentDetail) Text() string { return d.textOf(redact.JSONString(string(d.appendJSON(nil)))) }

// textOf returns the configuration as an outline of its JSON.
func (d agentDetail) textOf(masked string) string {
	if part := d.Part; part != nil {
		d.Part = nil
		return fmt.Sprintf("Agent %s, field: %s, offset: %d, of: %d bytes\n%s\n\n%s", d.Key, part.Field, part.Offset, part.Of, part.Text, outline(d))
	}
	return outlineJSON("Agent "+d.Key, masked)
}

// truncated points to the rest of the field that lost most, or of the field that was requested.
func (d agentDetail) truncated(cuts []cut) output {
	rest := largestCut(cuts)
	if d.Part != nil {
		rest = cut{path: d.Part.Field, shown: d.Part.Offset + len(d.Part.Text)}
	}
	d.truncation = newTruncation(cuts, fmt.Sprintf("orq.ai's get_agent with key=%s, field=%s and offset=%d shows what follows.", d.Key, rest.path, rest.shown))
	return d
}
