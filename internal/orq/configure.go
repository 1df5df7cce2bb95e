package orq

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// InlineToolError is a tool that a run defines and for which a stored agent has no place: today's API runs stored agents.
type InlineToolError struct {
	// Index is the place of the tool in RunSettings.Tools.
	Index int
	Type  string
}

// Error names the tool.
func (e *InlineToolError) Error() string {
	return fmt.Sprintf("settings.tools[%d]: the service has no run operation any more that defines a %s tool inline", e.Index, e.Type)
}

// ErrRunExternal is returned for a run that would configure an external agent. Nothing was changed or started.
var ErrRunExternal = errors.New("an external agent cannot be configured by a run")

// ConfiguredError is the failure of a run whose agent was created or changed first. Whether the run has started depends on Err.
type ConfiguredError struct {
	Key string
	// Created reports that the agent is new; otherwise it was changed.
	Created bool
	Err     error
}

// Error adds what was done before the failure.
func (e *ConfiguredError) Error() string {
	verb := "changed"
	if e.Created {
		verb = "created"
	}
	return fmt.Sprintf("%v (the agent %s was %s before)", e.Err, e.Key, verb)
}

// Unwrap returns the failure of the run.
func (e *ConfiguredError) Unwrap() error { return e.Err }

// configuredRun is a run of today's API whose agent is created or changed first.
type configuredRun struct {
	client  *Client
	request RunRequest
}

// start creates the agent, or changes what differs, and calls run.
func (c configuredRun) start(ctx context.Context, run func() error) error {
	created, changed, err := c.configure(ctx)
	if err != nil {
		return err
	}
	err = run()
	if err != nil && (created || changed) {
		err = &ConfiguredError{Key: c.request.Key, Created: created, Err: err}
	}
	return err
}

// events starts the run and yields its events.
func (c configuredRun) events(ctx context.Context) Events {
	return func(yield func(*Event, error) bool) {
		err := c.start(ctx, func() error {
			return forward(c.client.responses().stream(ctx, c.request.Key, c.request.Invocation), yield)
		})
		if err != nil {
			yield(nil, err)
		}
	}
}

// configure creates the agent, or changes the fields in which it differs from the request.
func (c configuredRun) configure(ctx context.Context) (created, changed bool, err error) {
	tools, err := storedTools(c.request.Settings.Tools)
	if err != nil {
		return false, false, err
	}
	current, err := c.client.GetAgent(ctx, c.request.Key)
	if errors.Is(err, ErrNotFound) {
		_, err = c.client.CreateAgent(ctx, c.request.create(tools))
		return err == nil, false, err
	}
	if err != nil {
		return false, false, err
	}
	if current.Type == TypeA2A {
		return false, false, ErrRunExternal
	}
	update, differs := c.request.update(current, tools)
	if !differs {
		return false, false, nil
	}
	_, err = c.client.UpdateAgent(ctx, c.request.Key, update)
	return false, err == nil, err
}

// storedTools returns the tools in the form in which an agent stores them. Tools with a definition of their own have none.
func storedTools(tools []RunTool) ([]ToolReference, error) {
	if tools == nil {
		return nil, nil
	}
	references := make([]ToolReference, len(tools))
	for i, tool := range tools {
		if tool.HTTP != nil || tool.Code != nil || tool.Function != nil || tool.JSONSchema != nil || tool.MCP != nil {
			return nil, &InlineToolError{Index: i, Type: tool.Type}
		}
		references[i] = ToolReference{
			Type: tool.Type, Key: tool.Key, ID: tool.ID, RequiresApproval: tool.RequiresApproval,
			Timeout: tool.Timeout, Configuration: tool.Configuration,
		}
	}
	return references, nil
}

func (r RunRequest) create(tools []ToolReference) CreateAgentRequest {
	settings := r.settings(tools)
	settings.ToolApprovalRequired = cmp.Or(settings.ToolApprovalRequired, "none") // March's default for runs
	return CreateAgentRequest{
		Key: r.Key, Role: r.Role, Description: cmp.Or(r.Description, r.Role), Instructions: r.Instructions, SystemPrompt: r.SystemPrompt,
		Path: r.Path, Model: r.Model, FallbackModels: r.FallbackModels, MemoryStores: r.MemoryStores,
		KnowledgeBases: r.KnowledgeBases, TeamOfAgents: r.TeamOfAgents, Settings: settings,
	}
}

// settings are the settings of a run in the form of a stored agent.
func (r RunRequest) settings(tools []ToolReference) SettingsRequest {
	return SettingsRequest{
		MaxIterations: r.Settings.MaxIterations, MaxExecutionTime: r.Settings.MaxExecutionTime, MaxCost: r.Settings.MaxCost,
		ToolApprovalRequired: r.Settings.ToolApprovalRequired, ChatExposed: r.Settings.ChatExposed, Tools: tools,
		Evaluators: r.Settings.Evaluators, Guardrails: r.Settings.Guardrails,
	}
}

// update returns the fields of the request that differ from the agent. A field that the request leaves out stays.
func (r RunRequest) update(agent *Agent, tools []ToolReference) (UpdateAgentRequest, bool) {
	var u UpdateAgentRequest
	setText(&u.Role, r.Role, agent.Role)
	setText(&u.Instructions, r.Instructions, agent.Instructions)
	setText(&u.Description, r.Description, agent.Description)
	if r.SystemPrompt != "" && r.SystemPrompt != agent.SystemPrompt {
		u.SystemPrompt = Value(r.SystemPrompt)
	}
	if !r.PathIsDefault {
		setText(&u.Path, r.Path, agent.Path)
	}
	if agent.Model == nil || agent.Model.ID != r.Model.ID || r.Model.Parameters != nil && !sameJSON(r.Model.Parameters, agent.Model.Parameters) ||
		r.Model.Retry != nil && !sameJSON(r.Model.Retry, agent.Model.Retry) {
		u.Model = &r.Model
	}
	if r.FallbackModels != nil && (agent.Model == nil || !sameJSON(r.FallbackModels, agent.Model.FallbackModels)) {
		u.FallbackModels = r.FallbackModels
	}
	setSlice(&u.MemoryStores, r.MemoryStores, agent.MemoryStores)
	setSlice(&u.KnowledgeBases, r.KnowledgeBases, agent.KnowledgeBases)
	setSlice(&u.TeamOfAgents, r.TeamOfAgents, agent.TeamOfAgents)
	if settings := r.settings(tools); agent.Settings == nil || !settings.matches(agent.Settings) {
		u.Settings = &settings
	}
	return u, !sameJSON(u, UpdateAgentRequest{})
}

// matches reports whether an agent's settings have the values that the request sets.
func (s SettingsRequest) matches(stored *AgentSettings) bool {
	return (s.MaxIterations == nil || sameJSON(s.MaxIterations, stored.MaxIterations)) &&
		(s.MaxExecutionTime == nil || sameJSON(s.MaxExecutionTime, stored.MaxExecutionTime)) &&
		(s.MaxCost == nil || sameJSON(s.MaxCost, stored.MaxCost)) &&
		(s.ToolApprovalRequired == "" || s.ToolApprovalRequired == stored.ToolApprovalRequired) &&
		(s.ChatExposed == nil || sameJSON(s.ChatExposed, stored.ChatExposed)) &&
		(s.Evaluators == nil || sameJSON(s.Evaluators, stored.Evaluators)) &&
		(s.Guardrails == nil || sameJSON(s.Guardrails, stored.Guardrails)) &&
		(s.Tools == nil || slices.EqualFunc(s.Tools, stored.Tools, ToolReference.matches))
}

func (t ToolReference) matches(stored AgentTool) bool {
	return t.Type == stored.ActionType && (t.Key == "" || t.Key == stored.Key) && (t.ID == "" || strings.EqualFold(t.ID, stored.ID)) &&
		(t.RequiresApproval != nil && *t.RequiresApproval) == stored.RequiresApproval &&
		(t.Timeout == nil || *t.Timeout == stored.Timeout) && t.configuredAs(stored.Configuration)
}

// configuredAs reports whether a stored configuration has the values of the tool's. It may have defaults beside them.
func (t ToolReference) configuredAs(stored map[string]any) bool {
	for name, value := range t.Configuration {
		if is, ok := stored[name]; !ok || !sameJSON(value, is) {
			return false
		}
	}
	return true
}

func setText(field **string, want, is string) {
	if want != "" && want != is {
		*field = &want
	}
}

func setSlice[T any](field *[]T, want, is []T) {
	if want != nil && !sameJSON(want, is) {
		*field = want
	}
}

// sameJSON reports whether two values have the same JSON.
func sameJSON(a, b any) bool {
	first, err1 := json.Marshal(a)
	second, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(first, second)
}
