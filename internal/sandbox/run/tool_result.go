package run

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxListed bounds what retrieve_agents returns.
const maxListed = 50

// result runs a tool. The refusal is in one sentence why there is no result; an error ends the run.
func (t Toolbox) result(ctx context.Context, call Call) (result any, refusal string, err error) {
	switch call.Tool.ActionType {
	case "current_date":
		return map[string]string{"date": t.run.deps.Now().Format(time.RFC3339)}, "", nil
	case "retrieve_agents":
		result, err = t.listAgents()
		return result, "", err
	case "call_sub_agent":
		return t.callSubAgent(ctx, call)
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
	case isMemoryTool(call.Tool.ActionType):
		return t.useMemory(call)
	case strings.Contains(call.Tool.ActionType, ":"):
		return nil, "the tool is run by a model provider, which the sandbox does not ask for it", nil
	}
	return nil, "the sandbox keeps no knowledge bases", nil
}

// listAgents returns the newest agents of the workspace.
func (t Toolbox) listAgents() (any, error) {
	type summary struct {
		Key         string `json:"key"`
		Type        string `json:"type"`
		Role        string `json:"role"`
		Description string `json:"description"`
	}
	records, more, err := t.run.deps.Store.List(store.Page{Limit: maxListed})
	if err != nil {
		return nil, err
	}
	agents := make([]summary, len(records))
	for i, rec := range records {
		agents[i] = summary{rec.Agent.Key, rec.Agent.Type, rec.Agent.Role, rec.Agent.Description}
	}
	return map[string]any{"agents": agents, "has_more": more}, nil
}

// callSubAgent delegates to an agent of the team.
func (t Toolbox) callSubAgent(ctx context.Context, call Call) (result any, refusal string, err error) {
	r := t.run
	key, input := textArgument(call, "agent_key"), textArgument(call, "input")
	if key == "" || input == "" {
		return nil, "call_sub_agent needs agent_key and input", nil
	}
	if !slices.ContainsFunc(r.Agent.TeamOfAgents, func(m orq.TeamMember) bool { return m.Key == key }) {
		return nil, "the agent " + truncate.Runes(key, 60) + " is not in team_of_agents", nil
	}
	rec, err := r.deps.Store.Agent(key)
	if errors.Is(err, store.ErrNoAgent) {
		return nil, "the agent " + truncate.Runes(key, 60) + " does not exist any more", nil
	}
	if err != nil {
		return nil, "", err
	}
	if err := r.Emit(ctx, orq.EventHandedOff, &orq.HandedOff{AgentID: rec.Agent.ID, Input: input}); err != nil {
		return nil, "", err
	}
	answer, refusal, err := r.delegate(ctx, call, rec, input)
	if err != nil || refusal != "" {
		return nil, refusal, err
	}
	return map[string]string{"agent_key": key, "answer": answer}, "", nil
}

func textArgument(call Call, name string) string {
	text, _ := call.Args[name].(string)
	return text
}
