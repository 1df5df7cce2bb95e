package agents

import (
	"bytes"
	"cmp"
	"context"
	"errors"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Configure returns the agent that a run describes: it is created when the key is new, and gets a new version when it
// differs.
func (b *Builder) Configure(ctx context.Context, in orq.RunRequest) (rec *store.Record, err error) {
	if id := b.Store.ID(in.Key); id != "" {
		return b.Store.Update(id, func(rec *store.Record) error { return b.reconfigure(ctx, rec, in) })
	}
	rec = &store.Record{Agent: b.newAgent(orq.TypeInternal, in.Key, in.Path)}
	rec.Agent.Model = &orq.AgentModel{}
	if err := setConfiguration(ctx, rec, in); err != nil {
		return nil, err
	}
	if err := b.Store.Insert(rec); errors.Is(err, store.ErrTaken) {
		return nil, KeyTaken(in.Key)
	} else if err != nil {
		return nil, err
	}
	return rec, nil
}

func (b *Builder) reconfigure(ctx context.Context, rec *store.Record, in orq.RunRequest) error {
	if rec.Agent.Type != orq.TypeInternal {
		return apierror.Invalid("key: the agent %q is an A2A agent; a run cannot configure it", in.Key)
	}
	before, err := exactjson.Canonical(rec)
	if err != nil {
		return err
	}
	if err := setConfiguration(ctx, rec, in); err != nil {
		return err
	}
	after, err := exactjson.Canonical(rec)
	if err != nil {
		return err
	}
	if bytes.Equal(before, after) {
		return store.ErrUnchanged
	}
	rec.Agent.Version = nextVersion(rec.Agent.Version, "patch")
	rec.Agent.Updated = b.Store.Timestamp()
	return nil
}

// setConfiguration sets what the run holds, and the API's defaults. A field that is left out and has no default stays.
func setConfiguration(ctx context.Context, rec *store.Record, in orq.RunRequest) (err error) {
	agent := &rec.Agent
	agent.Model = agentModel(in.Model, agent.Model.FallbackModels)
	if in.FallbackModels != nil {
		agent.Model.FallbackModels = fallbackModels(in.FallbackModels)
	}
	agent.Role, agent.Instructions = in.Role, in.Instructions
	if agent.Path != in.Path {
		agent.Path, agent.ProjectID = in.Path, ProjectID(in.Path)
	}
	setText(&agent.Description, in.Description)
	setText(&agent.SystemPrompt, in.SystemPrompt)
	agent.Engine = cmp.Or(in.Engine, "text")
	agent.MemoryStores = listOrNone(in.MemoryStores)
	agent.KnowledgeBases = listOrNone(in.KnowledgeBases)
	agent.TeamOfAgents = listOrNone(in.TeamOfAgents)
	agent.Settings = runSettings(in.Settings)
	if err := run.CheckMemory(*agent, in.Memory); err != nil {
		return err
	}
	if err := run.CheckTemplates(ctx, *agent); err != nil {
		return err
	}
	rec.Tools, err = schemasOf(in.Settings.Tools)
	return err
}

func runSettings(given orq.RunSettings) *orq.AgentSettings {
	settings := run.DefaultSettings("none")
	mergeSettings(settings, orq.SettingsRequest{
		MaxIterations: given.MaxIterations, MaxExecutionTime: given.MaxExecutionTime, MaxCost: given.MaxCost,
		ToolApprovalRequired: given.ToolApprovalRequired, ChatExposed: given.ChatExposed, Evaluators: given.Evaluators, Guardrails: given.Guardrails,
	})
	settings.Tools = readRunTools(given.Tools)
	return settings
}

func listOrNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
