package tools

import (
	"context"
	"reflect"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

type updateAgentInput struct {
	Key          string   `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_extras:"quiet=true"`
	NewKey       string   `json:"new_key" jsonschema:"maxLength=255,pattern=^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$" jsonschema_extras:"quiet=true"`
	Role         string   `json:"role"`
	Description  string   `json:"description"`
	Instructions string   `json:"instructions"`
	Model        string   `json:"model" jsonschema_description:"Required with model_settings."`
	DisplayName  string   `json:"display_name"`
	Path         string   `json:"path"`
	ProjectID    string   `json:"project_id"`
	Skills       []string `json:"skills"`
	agentOptions
	ClearSystemPrompt  bool            `json:"clear_system_prompt"`
	Tools              []toolReference `json:"tools" jsonschema_extras:"word=type"`
	A2A                *a2aUpdate      `json:"a2a"`
	VersionIncrement   string          `json:"version_increment" jsonschema:"enum=major,enum=minor,enum=patch"`
	VersionDescription string          `json:"version_description" jsonschema:"maxLength=300" jsonschema_extras:"quiet=true"`
}

// a2aUpdate holds changes of the connection to an A2A agent.
type a2aUpdate struct {
	AgentURL string            `json:"agent_url"`
	CardURL  string            `json:"card_url"`
	Headers  map[string]string `json:"headers" jsonschema_description:"Replaces all; an empty value keeps the stored one."`
	// PlainHeaders names the Headers whose values are not encrypted.
	PlainHeaders []string `json:"plain_headers" jsonschema_extras:"hidden=true"`
}

// RewriteArguments accepts the connection as get_agent returns it.
func (a2aUpdate) RewriteArguments(arguments map[string]any) {
	delete(arguments, "cached_card")
	rewriteHeaders(arguments)
}

// CheckArguments checks URLs and headers by the API's rules.
func (u a2aUpdate) CheckArguments(report func(path, message string)) {
	checkMaskedTexts(map[string]string{"agent_url": u.AgentURL, "card_url": u.CardURL}, report)
	checkURL("agent_url", u.AgentURL, report)
	checkURL("card_url", u.CardURL, report)
	checkHeaders(u.Headers, u.PlainHeaders, report)
}

// BriefArguments refers to create_agent for the fields that it describes in full.
func (updateAgentInput) BriefArguments() map[string]string {
	return map[string]string{
		"model_settings": asInCreate, "evaluators": asInCreate, "guardrails": asInCreate,
		"tools": "Replaces all; as in create_agent or get_agent.",
	}
}

// readOnlyAgentFields are the fields of an agent that get_agent returns and that no update changes.
var readOnlyAgentFields = []string{"id", "type", "status", "version", "source", "created", "updated", "other"}

// RewriteArguments accepts an agent as get_agent returns it.
func (updateAgentInput) RewriteArguments(arguments map[string]any) {
	if arguments["type"] == orq.TypeA2A {
		deletePlaceholders(arguments)
	}
	for _, name := range readOnlyAgentFields {
		delete(arguments, name)
	}
	rewriteAgent(arguments)
	rename(arguments, "versionIncrement", "version_increment")
	rename(arguments, "versionDescription", "version_description")
}

// deletePlaceholders deletes what the API returns of every A2A agent and no update of one may have.
func deletePlaceholders(arguments map[string]any) {
	if model, ok := arguments["model"].(map[string]any); ok && model["id"] == orq.TypeA2A {
		delete(arguments, "model")
	}
	if team, ok := arguments["team_of_agents"].([]any); ok && len(team) == 0 {
		delete(arguments, "team_of_agents")
	}
	if arguments["engine"] == "text" {
		delete(arguments, "engine")
	}
}

// CheckArguments reports updates that change nothing, or that would lose stored values.
func (in updateAgentInput) CheckArguments(report func(path, message string)) {
	checkMaskedTexts(map[string]string{"role": in.Role, "description": in.Description, "instructions": in.Instructions}, report)
	in.checkSecrets(report)
	if in.ModelSettings != nil && in.Model == "" {
		report("model", "required with model_settings, because the API replaces both together")
	}
	if in.ClearSystemPrompt && in.SystemPrompt != "" {
		report("clear_system_prompt", "cannot be true together with system_prompt")
	}
	if in.Key != "" && reflect.DeepEqual(in, updateAgentInput{Key: in.Key}) {
		report("", "give at least one field to change besides key")
	}
}

func (in updateAgentInput) request() orq.UpdateAgentRequest {
	request := orq.UpdateAgentRequest{
		Key: nilIfEmpty(in.NewKey), DisplayName: nilIfEmpty(in.DisplayName), ProjectID: nilIfEmpty(in.ProjectID), Role: nilIfEmpty(in.Role),
		Description: nilIfEmpty(in.Description), Instructions: nilIfEmpty(in.Instructions), SystemPrompt: in.systemPrompt(), Skills: in.skills(), Path: nilIfEmpty(in.Path),
		FallbackModels: in.FallbackModels, MemoryStores: in.MemoryStores, KnowledgeBases: in.knowledgeBases(),
		TeamOfAgents: in.TeamOfAgents, Variables: in.Variables, Engine: in.Engine,
		VersionIncrement: in.VersionIncrement, VersionDescription: in.VersionDescription,
	}
	if in.Model != "" {
		model := in.modelConfig(in.Model)
		request.Model = &model
	}
	if settings := in.settings(in.Tools); !reflect.DeepEqual(settings, orq.SettingsRequest{}) {
		request.Settings = &settings
	}
	if in.A2A != nil {
		request.A2A = &orq.A2AUpdate{AgentURL: in.A2A.AgentURL, CardURL: in.A2A.CardURL, Headers: headers(in.A2A.Headers, in.A2A.PlainHeaders)}
	}
	return request
}

// systemPrompt returns the field of the request: absent, null or set.
func (in updateAgentInput) systemPrompt() orq.Nullable[string] {
	switch {
	case in.ClearSystemPrompt:
		return orq.Null[string]()
	case in.SystemPrompt == "":
		return orq.Nullable[string]{}
	}
	return orq.Value(in.SystemPrompt)
}

// skills returns the field of the request. An empty list removes all skills, as null does in the API.
func (in updateAgentInput) skills() orq.Nullable[[]string] {
	if in.Skills == nil {
		return orq.Nullable[[]string]{}
	}
	return orq.Value(in.Skills)
}

// nilIfEmpty returns nil for an argument that was left out, so that the request leaves it out as well.
func nilIfEmpty(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

// updateAgent calls PATCH /v2/agents/{agent_key}, after a GET of the agent as it was, for the list of changes.
var updateAgent = define(Spec{
	Name:        "update_agent",
	Title:       "Update agent",
	Description: "Change or rename an orq.ai agent: only what is given, at once; lists and variables are replaced whole, empty text changes nothing. Returns each change. Fields as in create_agent.",
	Destructive: true,
	Idempotent:  true,
}, func(ctx context.Context, c *Call, in *updateAgentInput) (agentUpdated, error) {
	before, err := c.Orq.GetAgentJSON(ctx, in.Key)
	if err != nil {
		return agentUpdated{}, withSubject(in.Key, "", err)
	}
	request := in.request()
	agent, err := c.Orq.UpdateAgent(ctx, in.Key, request)
	if err != nil {
		return agentUpdated{}, &subjectError{
			key: in.Key, newKey: in.NewKey, notRepeatable: in.VersionIncrement != "", blocks: blocksOfUpdate(request), err: err,
		}
	}
	changed := newAgentChanged(agent)
	changed.Remarks = c.remarks
	if in.A2A != nil && agent.Type == orq.TypeInternal && agent.A2A == nil {
		changed.Remarks = append(changed.Remarks, "a2a was ignored: the agent is not an A2A agent")
	}
	return agentUpdated{agentChanged: changed, Changes: changesBetween(before, string(agent.Raw))}, nil
})
