package agents

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/template"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Answer is an agent as the API answers it: some fields are there also when they are empty.
type Answer struct {
	orq.Agent
	Role         string `json:"role"`
	Instructions string `json:"instructions"`
}

// NewAnswer returns the answer for a stored agent.
func NewAnswer(rec *store.Record) Answer {
	agent := rec.Agent
	agent.Variables = map[string]any{}
	agent.Skills = listOrNone(agent.Skills) // some clients require it; an older data file has none
	for _, name := range template.Placeholders(agent.Instructions) {
		agent.Variables[name] = ""
	}
	maps.Copy(agent.Variables, rec.Agent.Variables)
	return Answer{Agent: agent, Role: agent.Role, Instructions: agent.Instructions}
}

// Create returns the agent that a request describes, all members of whose team must exist. It is not stored yet.
func (b *Builder) Create(ctx context.Context, in orq.CreateAgentRequest, exists func(ref string) bool) (*store.Record, error) {
	if err := CheckTeam(in.TeamOfAgents, exists); err != nil {
		return nil, err
	}
	agent := b.newAgent(orq.TypeInternal, in.Key, in.Path)
	agent.DisplayName, agent.Role, agent.Description = in.DisplayName, in.Role, in.Description
	agent.Instructions, agent.SystemPrompt = in.Instructions, in.SystemPrompt
	agent.Model = agentModel(in.Model, fallbackModels(in.FallbackModels))
	agent.Settings = run.DefaultSettings("respect_tool")
	mergeSettings(agent.Settings, in.Settings)
	setList(&agent.MemoryStores, in.MemoryStores)
	setList(&agent.KnowledgeBases, in.KnowledgeBases)
	setList(&agent.TeamOfAgents, in.TeamOfAgents)
	agent.Skills = in.Skills
	agent.Variables = in.Variables
	setText(&agent.Source, in.Source)
	setText(&agent.Engine, in.Engine)
	return &store.Record{Agent: agent}, run.CheckTemplates(ctx, agent)
}

// Exists reports whether there is an agent with this key or id.
func (b *Builder) Exists(ref string) bool { return b.Store.ID(ref) != "" }

// newAgent returns an agent with everything that does not come from a request.
func (b *Builder) newAgent(typ, key, path string) orq.Agent {
	now := b.Store.Timestamp()
	return orq.Agent{
		ID: b.Store.NewID(), Key: key, Type: typ, Status: "live", Version: "1.0.0",
		WorkspaceID: store.WorkspaceID(), ProjectID: ProjectID(path), Path: path,
		CreatedByID: orq.Null[string](), UpdatedByID: orq.Null[string](), Created: now, Updated: now,
		MemoryStores: []string{}, KnowledgeBases: []orq.KnowledgeBase{}, TeamOfAgents: []orq.TeamMember{},
		Metrics: &orq.Metrics{}, Source: "internal", Engine: "text",
	}
}

// ProjectID is that of the project which a path's first element names.
func ProjectID(path string) string {
	return store.DerivedID("project/" + ProjectName(path))
}

// ProjectName is the first element of a path.
func ProjectName(path string) string {
	name, _, _ := strings.Cut(strings.Trim(path, "/"), "/")
	return name
}

// DefaultPath is the path of an external agent without one.
const DefaultPath = "Default"

// mergeSettings changes only what the request holds.
func mergeSettings(into *orq.AgentSettings, from orq.SettingsRequest) {
	setPointer(&into.MaxIterations, from.MaxIterations)
	setPointer(&into.MaxExecutionTime, from.MaxExecutionTime)
	setPointer(&into.MaxCost, from.MaxCost)
	setText(&into.ToolApprovalRequired, from.ToolApprovalRequired)
	setPointer(&into.ChatExposed, from.ChatExposed)
	if from.Tools != nil {
		into.Tools = readTools(from.Tools)
	}
	setList(&into.Evaluators, withSampleRate(from.Evaluators))
	setList(&into.Guardrails, withSampleRate(from.Guardrails))
}

// KeyTaken is 409 for a key that another agent has.
func KeyTaken(key string) error {
	return apierror.Conflict("there is already an agent with the key %q", key)
}

// CheckTeam requires every member to exist.
func CheckTeam(team []orq.TeamMember, exists func(ref string) bool) error {
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

// setNullable also sets a null, which is the zero value.
func setNullable[T any](into *T, from orq.Nullable[T]) {
	if !from.IsZero() {
		*into = from.Value
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
