package sandbox

import (
	"errors"
	"net/http"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/validate"
)

// updateAgent serves PATCH /v2/agents/{agent_key}: what the body does not hold stays as it is.
func (s *Sandbox) updateAgent(w http.ResponseWriter, r *http.Request) error {
	var in orq.UpdateAgentRequest
	if err := decode(w, r, validate.UpdateAgent(), &in); err != nil {
		return err
	}
	ref := r.PathValue("key")
	if name, _, versioned := strings.Cut(ref, "@"); versioned && s.store.ID(name) != "" {
		return apierror.Invalid("agent_key: a version cannot be changed; update %q", name)
	}
	if err := s.checkTeam(in.TeamOfAgents); err != nil {
		return err
	}
	rec, err := s.store.Update(s.store.ID(ref), func(rec *store.Record) error { return s.apply(rec, in) })
	switch {
	case errors.Is(err, store.ErrNoAgent):
		return apierror.NoAgent(ref)
	case errors.Is(err, store.ErrTaken):
		return apierror.Conflict("there is already an agent with the key %q", *in.Key)
	case err != nil:
		return err
	}
	return answer(w, http.StatusOK, answerOf(rec))
}

func (s *Sandbox) apply(rec *store.Record, in orq.UpdateAgentRequest) error {
	if err := checkKind(rec.Agent.Type, in); err != nil {
		return err
	}
	agent := &rec.Agent
	setValue(&agent.Key, in.Key)
	setValue(&agent.DisplayName, in.DisplayName)
	setValue(&agent.Role, in.Role)
	setValue(&agent.Description, in.Description)
	setValue(&agent.Instructions, in.Instructions)
	setValue(&agent.SystemPrompt, in.SystemPrompt)
	if in.Path != nil {
		agent.Path, agent.ProjectID = *in.Path, projectID(*in.Path)
	}
	setValue(&agent.ProjectID, in.ProjectID)
	if in.Model != nil {
		agent.Model = agentModel(*in.Model, agent.Model.FallbackModels)
	}
	setList(&agent.MemoryStores, in.MemoryStores)
	setList(&agent.KnowledgeBases, in.KnowledgeBases)
	setList(&agent.TeamOfAgents, in.TeamOfAgents)
	if in.FallbackModels != nil {
		agent.Model.FallbackModels = fallbackModels(in.FallbackModels)
	}
	if in.Settings != nil {
		mergeSettings(agent.Settings, *in.Settings)
	}
	if in.Variables != nil {
		agent.Variables = in.Variables
	}
	setText(&agent.Engine, in.Engine)
	if err := checkTemplates(*agent); err != nil {
		return err
	}
	if in.A2A != nil {
		if err := s.updateA2A(rec, *in.A2A); err != nil {
			return err
		}
	}
	agent.Version = nextVersion(agent.Version, in.VersionIncrement)
	agent.Updated = s.store.Timestamp()
	return nil
}

// checkKind refuses fields that an agent of this type does not have.
func checkKind(typ string, in orq.UpdateAgentRequest) error {
	if typ == orq.TypeInternal {
		if in.A2A != nil {
			return apierror.Invalid("a2a: the agent is not an A2A agent")
		}
		return nil
	}
	var problems apierror.Problems
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"instructions", in.Instructions != nil},
		{"system_prompt", in.SystemPrompt != nil},
		{"model", in.Model != nil},
		{"fallback_models", in.FallbackModels != nil},
		{"settings", in.Settings != nil},
		{"memory_stores", in.MemoryStores != nil},
		{"knowledge_bases", in.KnowledgeBases != nil},
		{"team_of_agents", in.TeamOfAgents != nil},
		{"variables", in.Variables != nil},
		{"engine", in.Engine != ""},
	} {
		if f.given {
			problems.Add(f.name, "an A2A agent has none: it runs elsewhere")
		}
	}
	return problems.Err()
}
