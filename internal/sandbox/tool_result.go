package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxListed bounds what retrieve_agents returns.
const maxListed = 50

// toolResult runs a tool. why says in one sentence why there is no result; err ends the run.
func (r *run) toolResult(ctx context.Context, call toolCall) (result any, why string, err error) {
	switch call.tool.ActionType {
	case "current_date":
		return map[string]string{"date": r.sandbox.now().Format(time.RFC3339)}, "", nil
	case "retrieve_agents":
		result, err = r.listAgents()
		return result, "", err
	case "call_sub_agent":
		return r.callSubAgent(ctx, call)
	case "code":
		return nil, "the sandbox does not run code", nil
	case "function":
		return nil, "an agent that another one asks cannot ask the caller", nil
	case "json_schema":
		return nil, "a JSON schema shapes what a model answers; the sandbox takes one in response_format only", nil
	case "google_search", "web_scraper", "http", "mcp":
		return nil, "the sandbox does not reach outside itself", nil
	}
	switch {
	case isMemoryTool(call.tool.ActionType):
		return r.useMemory(call)
	case strings.Contains(call.tool.ActionType, ":"):
		return nil, "the tool is run by a model provider, which the sandbox does not ask for it", nil
	}
	return nil, "the sandbox keeps no knowledge bases", nil
}

// listAgents returns the newest agents of the workspace.
func (r *run) listAgents() (any, error) {
	type summary struct {
		Key         string `json:"key"`
		Type        string `json:"type"`
		Role        string `json:"role"`
		Description string `json:"description"`
	}
	records, more, err := r.sandbox.store.List(store.Page{Limit: maxListed})
	if err != nil {
		return nil, err
	}
	agents := make([]summary, len(records))
	for i, rec := range records {
		agents[i] = summary{rec.Agent.Key, rec.Agent.Type, rec.Agent.Role, rec.Agent.Description}
	}
	return map[string]any{"agents": agents, "has_more": more}, nil
}

// callSubAgent hands work to a member of the team.
func (r *run) callSubAgent(ctx context.Context, call toolCall) (result any, why string, err error) {
	key, _ := call.args["agent_key"].(string)
	input, _ := call.args["input"].(string)
	if key == "" || input == "" {
		return nil, "call_sub_agent needs agent_key and input", nil
	}
	if !slices.ContainsFunc(r.agent.TeamOfAgents, func(m orq.TeamMember) bool { return m.Key == key }) {
		return nil, "the agent " + truncate.Runes(key, 60) + " is not in team_of_agents", nil
	}
	rec, err := r.sandbox.store.Agent(key)
	if errors.Is(err, store.ErrNoAgent) {
		return nil, "the agent " + truncate.Runes(key, 60) + " does not exist any more", nil
	}
	if err != nil {
		return nil, "", err
	}
	if err := r.emit(ctx, orq.EventHandedOff, &orq.HandedOff{AgentID: rec.Agent.ID, Input: input}); err != nil {
		return nil, "", err
	}
	answer, why, err := r.askMember(ctx, call, rec, input)
	if err != nil || why != "" {
		return nil, why, err
	}
	return map[string]string{"agent_key": key, "answer": answer}, "", nil
}

// pendingCalls are calls in the form in which a caller is asked to answer them.
func pendingCalls(calls []toolCall) []orq.PendingToolCall {
	pending := make([]orq.PendingToolCall, 0, len(calls))
	for _, call := range calls {
		arguments, err := json.Marshal(call.args)
		if err != nil {
			arguments = []byte("{}")
		}
		pending = append(pending, orq.PendingToolCall{ID: call.id, Type: "function", Function: orq.FunctionCall{
			Name: toolName(call.tool), Arguments: string(arguments),
		}})
	}
	return pending
}

// callParts are calls in the form in which they stand in a message.
func callParts(pending []orq.PendingToolCall) []orq.Part {
	parts := make([]orq.Part, 0, len(pending))
	for _, call := range pending {
		args, _ := exactjson.Object([]byte(call.Function.Arguments)) // written by pendingCalls
		parts = append(parts, orq.Part{
			Kind: orq.KindToolCall, ToolCallID: call.ID, ToolName: call.Function.Name, Arguments: args,
		})
	}
	return parts
}

// needs says which results the agent waits for.
func needs(verb string, pending []orq.PendingToolCall) string {
	return speaker + "I " + verb + " the result of " + namesOf(pending) + "."
}

func namesOf(pending []orq.PendingToolCall) string {
	names := make([]string, len(pending))
	for i, call := range pending {
		names[i] = call.Function.Name + " (" + call.ID + ")"
	}
	return strings.Join(names, ", ")
}
