package model

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// offer is the tools of an agent as they are offered to a model.
type offer struct {
	definitions []chat.Tool
	byName      map[string]orq.AgentTool // by the name in the definition
}

var notInFunctionName = lazy.Regexp{Text: `[^A-Za-z0-9_-]`}

// offerTools defines every tool of the agent, also those that can only fail here: the error gives the model the reason.
func offerTools(r *run.Run) offer {
	o, builtIn := offer{byName: map[string]orq.AgentTool{}}, builtInFunctions()
	for _, tool := range r.Agent.Settings.Tools {
		name := functionName(run.ToolName(tool))
		if _, taken := o.byName[name]; taken {
			continue
		}
		o.byName[name] = tool
		definition := define(r, tool, builtIn)
		definition.Name = name
		o.definitions = append(o.definitions, chat.Tool{Type: chat.TypeFunction, Function: definition})
	}
	return o
}

// required lists the arguments that a tool cannot do without, by the name in the definition.
func (o offer) required(name string) string {
	var schema struct {
		Required []string `json:"required"`
	}
	for _, tool := range o.definitions {
		if tool.Function.Name == name {
			encoded, _ := json.Marshal(tool.Function.Parameters) // it came as JSON
			_ = json.Unmarshal(encoded, &schema)                 // a schema in another form requires nothing
		}
	}
	return strings.Join(schema.Required, ", ")
}

// functionName is a name in the form that servers accept.
func functionName(name string) string {
	name = notInFunctionName.Get().ReplaceAllString(name, "_")
	return name[:min(len(name), 64)]
}

// define describes a tool. A tool that exists at orq.ai alone has no schema here, so that it takes any arguments.
func define(r *run.Run, tool orq.AgentTool, builtIn map[string]chat.Function) chat.Function {
	definition := chat.Function{
		Description: cmp.Or(tool.Description, tool.DisplayName), Parameters: schemaOf(nil, nil),
	}
	if given, ok := r.ToolSchema(tool.Key); ok {
		if given.Parameters != nil {
			definition.Parameters = given.Parameters
		}
		definition.Strict = given.Strict
		return definition
	}
	if function, ok := builtIn[tool.ActionType]; ok {
		definition.Description, definition.Parameters = function.Description, function.Parameters
	} else {
		definition.Parameters = map[string]any{"type": "object", "properties": map[string]any{}, "additionalProperties": true}
	}
	if tool.ActionType == "call_sub_agent" {
		definition.Description += describeTeam(r)
	}
	return definition
}

// describeTeam lists the agents that call_sub_agent can ask.
func describeTeam(r *run.Run) string {
	var b strings.Builder
	for _, member := range r.Agent.TeamOfAgents {
		fmt.Fprintf(&b, "\n- %s: %s", member.Key, cmp.Or(member.Role, r.Describe(member.Key), "no description"))
	}
	return cmp.Or(b.String(), " There is nobody in the team.")
}

// builtInFunctions describes the built-in tools, by type.
func builtInFunctions() map[string]chat.Function {
	word := func(description string) map[string]any {
		return map[string]any{"type": "string", "description": description}
	}
	store := word("Name of the memory store; not needed when there is only one.")
	return map[string]chat.Function{
		"current_date":    {Description: "Tells the date and the time.", Parameters: schemaOf(nil, nil)},
		"retrieve_agents": {Description: "Lists the agents of the workspace.", Parameters: schemaOf(nil, nil)},
		"call_sub_agent": {Description: "Asks another agent of the team and returns its answer. The team:", Parameters: schemaOf(
			map[string]any{"agent_key": word("Key of the agent."), "input": word("What the agent has to do, with all it has to know.")},
			[]string{"agent_key", "input"})},
		"query_memory_store": {Description: "Searches what was remembered, by words.", Parameters: schemaOf(
			map[string]any{"query": word("Words to look for."), "memory_store": store}, []string{"query"})},
		"write_memory_store": {Description: "Remembers a text for later conversations.", Parameters: schemaOf(
			map[string]any{"text": word("What to remember."), "memory_store": store}, []string{"text"})},
		"retrieve_memory_stores": {Description: "Lists the memory stores.", Parameters: schemaOf(nil, nil)},
		"delete_memory_document": {Description: "Forgets a text.", Parameters: schemaOf(
			map[string]any{"document_id": word("Id of what was remembered.")}, []string{"document_id"})},
		"google_search":            {Description: "Searches the web.", Parameters: schemaOf(map[string]any{"query": word("What to look for.")}, []string{"query"})},
		"web_scraper":              {Description: "Reads a web page.", Parameters: schemaOf(map[string]any{"url": word("Address of the page.")}, []string{"url"})},
		"retrieve_knowledge_bases": {Description: "Lists the knowledge bases.", Parameters: schemaOf(nil, nil)},
		"query_knowledge_base": {Description: "Searches a knowledge base.", Parameters: schemaOf(
			map[string]any{"knowledge_id": word("Id of the knowledge base."), "query": word("What to look for.")}, []string{"query"})},
	}
}

// schemaOf is the schema of a tool's arguments.
func schemaOf(properties map[string]any, required []string) map[string]any {
	if properties == nil {
		properties, required = map[string]any{}, []string{}
	}
	return map[string]any{"type": "object", "properties": properties, "required": required}
}
