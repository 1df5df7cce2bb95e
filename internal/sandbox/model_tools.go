package sandbox

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// offer is the tools of an agent as a model is told of them.
type offer struct {
	definitions []chat.Tool
	tools       map[string]orq.AgentTool // by the name in the definition
}

var notInFunctionName = regexp.MustCompile(`[^A-Za-z0-9_-]`)

// offer defines every tool of the agent, also those that can only fail here: the model learns why.
func (r *run) offer() offer {
	o, builtIn := offer{tools: map[string]orq.AgentTool{}}, builtInDefinitions()
	for _, tool := range r.agent.Settings.Tools {
		name := functionName(toolName(tool))
		if _, taken := o.tools[name]; taken {
			continue
		}
		o.tools[name] = tool
		definition := r.define(tool, builtIn)
		definition.Name = name
		o.definitions = append(o.definitions, chat.Tool{Type: chat.TypeFunction, Function: definition})
	}
	return o
}

// functionName is a name in the form that servers take.
func functionName(name string) string {
	name = notInFunctionName.ReplaceAllString(name, "_")
	return name[:min(len(name), 64)]
}

// define describes a tool. A tool that the agent only refers to has no schema here, so that it takes any arguments.
func (r *run) define(tool orq.AgentTool, builtIn map[string]chat.Function) chat.Function {
	definition := chat.Function{
		Description: cmp.Or(tool.Description, tool.DisplayName), Parameters: schemaOf(nil, nil),
	}
	if given, ok := r.tools[tool.Key]; ok && tool.Key != "" {
		if given.Parameters != nil {
			definition.Parameters = given.Parameters
		}
		definition.Strict = given.Strict
		return definition
	}
	if describe, ok := builtIn[tool.ActionType]; ok {
		definition.Description, definition.Parameters = describe.Description, describe.Parameters
	} else {
		definition.Parameters = map[string]any{"type": "object", "properties": map[string]any{}, "additionalProperties": true}
	}
	if tool.ActionType == "call_sub_agent" {
		definition.Description += r.team()
	}
	return definition
}

// team tells the model whom it can ask.
func (r *run) team() string {
	var b strings.Builder
	for _, member := range r.agent.TeamOfAgents {
		role := member.Role
		if rec, err := r.sandbox.store.Agent(member.Key); err == nil {
			role = cmp.Or(role, rec.Agent.Description)
		}
		fmt.Fprintf(&b, "\n- %s: %s", member.Key, cmp.Or(role, "no description"))
	}
	return cmp.Or(b.String(), " There is nobody in the team.")
}

func builtInDefinitions() map[string]chat.Function {
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

// modelCall is a call as a model asked for it; why says what is wrong with it.
type modelCall struct {
	toolCall
	name string
	why  string
}

// readCall finds the tool of a call and its arguments. A call keeps the id that the server gave it, unless the task has
// had that id before.
func (r *run) readCall(asked chat.ToolCall, tools offer) modelCall {
	tool, known := tools.tools[asked.Name]
	call := modelCall{toolCall: r.newCall(tool, nil), name: toolName(tool)}
	if asked.ID != "" && !hasCall(r.task, asked.ID) {
		call.id = asked.ID
	}
	if !known {
		call.name = cmp.Or(functionName(asked.Name), "unnamed")
		call.why = "there is no such tool; there are: " + r.toolNames()
		return call
	}
	args, err := exactjson.Object(asked.Arguments)
	if err != nil {
		call.why = "the arguments must be a JSON object: " + err.Error()
		return call
	}
	call.args = args
	return call
}

func hasCall(t *store.Task, id string) bool {
	return slices.ContainsFunc(t.Messages, func(m orq.Message) bool {
		return slices.ContainsFunc(m.Parts, func(p orq.Part) bool { return p.Kind == orq.KindToolCall && p.ToolCallID == id })
	})
}
