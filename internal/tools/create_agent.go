package tools

import (
	"cmp"
	"context"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// defaultPath is the project that every workspace has.
const defaultPath = "Default"

type createAgentInput struct {
	Key          string   `json:"key" jsonschema:"required,maxLength=255,pattern=^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$" jsonschema_extras:"quiet=true"`
	Role         string   `json:"role" jsonschema:"required,minLength=1" jsonschema_description:"E.g. Support." jsonschema_extras:"quiet=true"`
	Description  string   `json:"description" jsonschema:"required,minLength=1" jsonschema_extras:"quiet=true"`
	Instructions string   `json:"instructions" jsonschema:"required" jsonschema_description:"{{name}} takes a variable."`
	Model        string   `json:"model" jsonschema:"required,minLength=1" jsonschema_description:"E.g. openai/gpt-4o." jsonschema_extras:"quiet=true"`
	DisplayName  string   `json:"display_name" jsonschema:"maxLength=255" jsonschema_extras:"quiet=true"`
	Path         string   `json:"path" jsonschema_description:"Project/folder; else Default."`
	Skills       []string `json:"skills"`
	agentOptions
	Tools  []toolReference `json:"tools" jsonschema_description:"Built-ins by type: google_search, web_scraper, current_date, call_sub_agent, retrieve_agents, query_memory_store, write_memory_store, retrieve_memory_stores, delete_memory_document, retrieve_knowledge_bases, query_knowledge_base, advisor, sidekick, code_interpreter, file_system. By key or id: http, code, function, json_schema, mcp (and tool_id). Or provider:name." jsonschema_extras:"word=type"`
	Source string          `json:"source" jsonschema:"enum=internal,enum=external,enum=experiment" jsonschema_extras:"open=true"`
}

// BriefArguments refers to evaluators for the fields of a guardrail.
func (createAgentInput) BriefArguments() map[string]string {
	return map[string]string{"guardrails": "As evaluators."}
}

func (createAgentInput) RewriteArguments(arguments map[string]any) { rewriteAgent(arguments) }

// CheckArguments reports values that were copied from a result in which secrets are masked.
func (in createAgentInput) CheckArguments(report func(path, message string)) {
	checkMaskedTexts(map[string]string{"role": in.Role, "description": in.Description, "instructions": in.Instructions}, report)
	in.checkSecrets(report)
}

// agentChanged is the output of the tools that write an agent.
type agentChanged struct {
	agentRow
	ID      string     `json:"id" jsonschema:"required"`
	Version string     `json:"version,omitzero"`
	Card    *agentCard `json:"card,omitzero"`
	// Remarks are about arguments that were passed on although they are not known.
	Remarks []string `json:"remarks,omitzero"`
	truncation
}

func (o agentChanged) truncated(cuts []cut) output {
	o.truncation = newTruncation(cuts, "orq.ai's get_agent shows the whole.")
	return o
}

// Text describes the agent as it is after the change.
func (o agentChanged) Text() string {
	return "Agent " + o.Key + ", in short (orq.ai's get_agent shows all):\n" + outline(o)
}

func newAgentChanged(agent *orq.Agent) agentChanged {
	changed := agentChanged{agentRow: newAgentRow(agent), ID: agent.ID, Version: agent.Version}
	if agent.A2A != nil {
		changed.Card = newAgentCard(agent.A2A.CachedCard)
	}
	return changed
}

// createAgent calls POST /v2/agents.
var createAgent = define(Spec{
	Name:        "create_agent",
	Title:       "Create agent",
	Description: "Create an orq.ai agent, live at once. For one that runs elsewhere use register_a2a_agent; to also run it, run_agent.",
}, func(ctx context.Context, c *Call, in *createAgentInput) (agentChanged, error) {
	request := orq.CreateAgentRequest{
		Key: in.Key, DisplayName: in.DisplayName, Role: in.Role, Description: in.Description,
		Instructions: in.Instructions, SystemPrompt: in.SystemPrompt, Path: cmp.Or(in.Path, defaultPath),
		Model: in.modelConfig(in.Model), FallbackModels: in.FallbackModels, Settings: in.settings(in.Tools),
		MemoryStores: in.MemoryStores, KnowledgeBases: in.knowledgeBases(), TeamOfAgents: in.TeamOfAgents, Skills: in.Skills,
		Variables: in.Variables, Source: in.Source, Engine: in.Engine,
	}
	agent, err := c.Orq.CreateAgent(ctx, request)
	if err != nil {
		return agentChanged{}, creating(in.Key, blocksOfCreate(request), err)
	}
	changed := newAgentChanged(agent)
	changed.Remarks = c.remarks
	return changed, nil
})
