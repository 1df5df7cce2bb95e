package tools

import (
	"cmp"
	"context"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

type runAgentInput struct {
	Key          string       `json:"key" jsonschema:"required,pattern=^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$"`
	Model        string       `json:"model" jsonschema:"required,minLength=1" jsonschema_extras:"quiet=true"`
	Role         string       `json:"role" jsonschema:"required,minLength=1" jsonschema_extras:"quiet=true"`
	Instructions string       `json:"instructions" jsonschema:"required,minLength=1" jsonschema_extras:"quiet=true"`
	Message      messageInput `json:"message"`
	Description  string       `json:"description"`
	Path         string       `json:"path"`
	agentOptions
	Tools []inlineTool `json:"tools" jsonschema_description:"Built-ins by type and configuration; mcp with tools: [{name}]." jsonschema_extras:"word=type"`
	invocation
}

// BriefArguments refers to create_agent for the fields that it describes in full.
func (runAgentInput) BriefArguments() map[string]string {
	return map[string]string{"model_settings": asInCreate, "evaluators": asInCreate, "guardrails": asInCreate}
}

func (runAgentInput) RewriteArguments(arguments map[string]any) {
	rewriteAgent(arguments)
	rewriteInvocation(arguments)
}

func (in runAgentInput) CheckArguments(report func(path, message string)) {
	checkMaskedTexts(map[string]string{"role": in.Role, "description": in.Description, "instructions": in.Instructions}, report)
	in.checkSecrets(report)
	in.check(in.Message, report)
}

func (in runAgentInput) request() orq.RunRequest {
	return orq.RunRequest{
		Invocation: in.invocation.request(in.Message, in.Variables, in.Engine),
		Key:        in.Key, Model: in.modelConfig(in.Model), FallbackModels: in.FallbackModels, Role: in.Role, Instructions: in.Instructions,
		Path: cmp.Or(in.Path, defaultPath), PathIsDefault: in.Path == "", Description: in.Description, SystemPrompt: in.SystemPrompt,
		MemoryStores: in.MemoryStores, KnowledgeBases: in.knowledgeBases(), TeamOfAgents: in.TeamOfAgents,
		Settings: orq.RunSettings{
			MaxIterations: in.MaxIterations, MaxExecutionTime: in.MaxExecutionTime, MaxCost: in.MaxCost,
			ToolApprovalRequired: in.ToolApprovalRequired, ChatExposed: in.ChatExposed, Tools: mapSlice(in.Tools, inlineTool.wire), Evaluators: in.Evaluators, Guardrails: in.Guardrails,
		},
	}
}

// runAgent calls POST /v2/agents/stream-run or POST /v2/agents/run, as the mode requires.
var runAgent = define(Spec{
	Name:        "run_agent",
	Title:       "Run agent",
	Description: "Create or overwrite one orq.ai agent and start it in one step, tools defined inline. May act and costs money. For one that exists use invoke_agent.",
	Destructive: true,
	OpenWorld:   true,
	RunsAgent:   true,
	Waits:       true,
}, func(ctx context.Context, c *Call, in *runAgentInput) (runOutcome, error) {
	r := &runner{
		key:     in.Key,
		creates: true,
		blocks:  blocksOfRun(in.request()),
		stream: func(ctx context.Context) orq.Events {
			request := in.request()
			request.StreamTimeoutSeconds = in.StreamTimeoutSeconds
			return c.Orq.StreamRun(ctx, request)
		},
		start: func(ctx context.Context) (*orq.Task, error) { return c.Orq.RunAgent(ctx, in.request()) },
	}
	return r.run(ctx, c, &in.invocation)
})
