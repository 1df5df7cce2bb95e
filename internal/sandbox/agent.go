package sandbox

import (
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// agentAnswer is an agent as it is answered: with the fields that the API always sends, also when they are empty.
type agentAnswer struct {
	orq.Agent
	Role         string `json:"role"`
	Instructions string `json:"instructions"`
}

func answerOf(rec *store.Record) agentAnswer {
	agent := rec.Agent
	agent.Variables = withPlaceholders(agent.Variables, agent.Instructions)
	return agentAnswer{Agent: agent, Role: agent.Role, Instructions: agent.Instructions}
}

// newAgent returns an agent with everything that does not come from a request.
func (s *Sandbox) newAgent(typ, key, path string) orq.Agent {
	now := s.store.Timestamp()
	return orq.Agent{
		ID: s.store.NewID(), Key: key, Type: typ, Status: "live", Version: "1.0.0",
		WorkspaceID: store.WorkspaceID(), ProjectID: projectID(path), Path: path,
		CreatedByID: orq.Null[string](), UpdatedByID: orq.Null[string](), Created: now, Updated: now,
		MemoryStores: []string{}, KnowledgeBases: []orq.KnowledgeBase{}, TeamOfAgents: []orq.TeamMember{},
		Metrics: &orq.Metrics{}, Source: "internal", Engine: "text",
	}
}

// projectID is that of the project which a path's first element names.
func projectID(path string) string {
	project, _, _ := strings.Cut(strings.Trim(path, "/"), "/")
	return store.DerivedID("project/" + project)
}

// mergeSettings changes only what the request holds.
func mergeSettings(into *orq.AgentSettings, from orq.SettingsRequest) {
	setPointer(&into.MaxIterations, from.MaxIterations)
	setPointer(&into.MaxExecutionTime, from.MaxExecutionTime)
	setPointer(&into.MaxCost, from.MaxCost)
	setText(&into.ToolApprovalRequired, from.ToolApprovalRequired)
	if from.Tools != nil {
		into.Tools = readTools(from.Tools)
	}
	setList(&into.Evaluators, withSampleRate(from.Evaluators))
	setList(&into.Guardrails, withSampleRate(from.Guardrails))
}

// checkTeam wants every member to exist.
func (s *Sandbox) checkTeam(team []orq.TeamMember) error {
	return checkMembers(team, func(ref string) bool { return s.store.ID(ref) != "" })
}

func checkMembers(team []orq.TeamMember, exists func(ref string) bool) error {
	var problems apierror.Problems
	for i, member := range team {
		if !exists(member.Key) {
			problems.Add(fmt.Sprintf("team_of_agents[%d].key", i), "there is no agent %q", truncate.Runes(member.Key, 60))
		}
	}
	return problems.Err()
}

func setPointer[T any](into **T, from *T) {
	if from != nil {
		*into = from
	}
}

func setValue[T any](into *T, from *T) {
	if from != nil {
		*into = *from
	}
}

func setList[T any](into *[]T, from []T) {
	if from != nil {
		*into = from
	}
}

func setText(into *string, from string) {
	if from != "" {
		*into = from
	}
}
