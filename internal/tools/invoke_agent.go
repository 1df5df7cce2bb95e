package tools

import (
	"context"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

type invokeAgentInput struct {
	Key     string       `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_description:"Key or key@version." jsonschema_extras:"quiet=true"`
	Message messageInput `json:"message"`
	invocation
	Variables     map[string]any `json:"variables" jsonschema_description:"Values by name."`
	Engine        string         `json:"engine" jsonschema:"enum=text,enum=jinja,enum=mustache" jsonschema_extras:"open=true"`
	Limits        *orq.Limits    `json:"limits" jsonschema_description:"Of this run; Responses API only. Times in seconds, max_cost in USD."`
	Configuration *configuration `json:"configuration" jsonschema_extras:"hidden=true"`
}

// configuration is the API's own object. It is accepted but not listed: mode covers it.
type configuration struct {
	Blocking *bool `json:"blocking"`
}

func (invokeAgentInput) RewriteArguments(arguments map[string]any) { rewriteInvocation(arguments) }

func (in invokeAgentInput) CheckArguments(report func(path, message string)) {
	checkMasked("variables", in.Variables, report)
	in.check(in.Message, report)
}

func (in invokeAgentInput) request() orq.InvokeRequest {
	request := orq.InvokeRequest{Invocation: in.invocation.request(in.Message, in.Variables, in.Engine)}
	request.Limits = in.Limits
	if in.Configuration != nil {
		request.Configuration = &orq.InvokeConfiguration{Blocking: in.Configuration.Blocking}
	}
	return request
}

// invokeAgent calls POST /v2/agents/{key}/stream-task or POST /v2/agents/{key}/task, as the mode requires.
var invokeAgent = define(Spec{
	Name:        "invoke_agent",
	Title:       "Invoke agent",
	Description: "Ask an existing orq.ai agent: run it on a message, continue the task, answer pending tool calls. Returns output and task_id. May act through tools and costs money.",
	Destructive: true,
	OpenWorld:   true,
	RunsAgent:   true,
	Waits:       true,
}, func(ctx context.Context, c *Call, in *invokeAgentInput) (runOutcome, error) {
	r := &runner{
		key: in.Key,
		stream: func(ctx context.Context) orq.Events {
			request := in.request()
			request.StreamTimeoutSeconds = in.StreamTimeoutSeconds
			return c.Orq.StreamAgent(ctx, in.Key, request)
		},
		start: func(ctx context.Context) (*orq.Task, error) { return c.Orq.InvokeAgent(ctx, in.Key, in.request()) },
	}
	return r.run(ctx, c, &in.invocation)
})
