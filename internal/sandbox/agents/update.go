package agents

import (
	"context"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Update changes what the request holds. An error leaves the stored agent as it is.
func (b *Builder) Update(ctx context.Context, rec *store.Record, in orq.UpdateAgentRequest) error {
	if err := checkKind(rec.Agent.Type, in); err != nil {
		return err
	}
	agent := &rec.Agent
	setValue(&agent.Key, in.Key)
	setValue(&agent.DisplayName, in.DisplayName)
	setValue(&agent.Role, in.Role)
	setValue(&agent.Description, in.Description)
	setValue(&agent.Instructions, in.Instructions)
	setNullable(&agent.SystemPrompt, in.SystemPrompt)
	if in.Path != nil {
		agent.Path, agent.ProjectID = *in.Path, ProjectID(*in.Path)
	}
	setValue(&agent.ProjectID, in.ProjectID)
	if in.Model != nil {
		agent.Model = agentModel(*in.Model, agent.Model.FallbackModels)
	}
	setList(&agent.MemoryStores, in.MemoryStores)
	setList(&agent.KnowledgeBases, in.KnowledgeBases)
	setList(&agent.TeamOfAgents, in.TeamOfAgents)
	setNullable(&agent.Skills, in.Skills)
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
	if err := run.CheckTemplates(ctx, *agent); err != nil {
		return err
	}
	if in.A2A != nil {
		if err := b.updateA2A(rec, *in.A2A); err != nil {
			return err
		}
	}
	agent.Version = nextVersion(agent.Version, in.VersionIncrement)
	agent.Updated = b.Store.Timestamp()
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
	for _, field := range in.Fields() {
		switch field {
		case "key", "display_name", "project_id", "role", "description", "path", "a2a", "versionIncrement", "versionDescription":
		default:
			problems.Add(field, "an A2A agent has none: it runs elsewhere")
		}
	}
	return problems.Err()
}

// nextVersion raises one number of a version and resets those after it.
func nextVersion(version, increment string) string {
	numbers := [3]int{}
	for i, part := range strings.SplitN(version, ".", 3) {
		numbers[i], _ = strconv.Atoi(part)
	}
	switch increment {
	case "major":
		numbers = [3]int{numbers[0] + 1}
	case "minor":
		numbers = [3]int{numbers[0], numbers[1] + 1}
	case "patch":
		numbers[2]++
	}
	return strconv.Itoa(numbers[0]) + "." + strconv.Itoa(numbers[1]) + "." + strconv.Itoa(numbers[2])
}
