package tools

import (
	"context"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

type getAgentResponseInput struct {
	Key         string `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_extras:"quiet=true"`
	TaskID      string `json:"task_id" jsonschema:"required,minLength=1" jsonschema_extras:"quiet=true"`
	Offset      int    `json:"offset" jsonschema:"minimum=0"`
	WaitSeconds int    `json:"wait_seconds" jsonschema:"minimum=0,maximum=3600" jsonschema_description:"Poll until done; default 0."`
}

// getAgentResponse calls GET /v2/agents/{agent_key}/responses/{task_id}, repeatedly if it waits.
var getAgentResponse = define(Spec{
	Name:        "get_agent_response",
	Title:       "Get agent response",
	Description: "State, output and pending tool calls of a task of invoke_agent or run_agent.",
	ReadOnly:    true,
	Idempotent:  true,
	Waits:       true,
}, func(ctx context.Context, c *Call, in *getAgentResponseInput) (runOutcome, error) {
	options := c.relayOptions(in.Key)
	options.TextOffset = in.Offset
	options.MaxWait = time.Duration(in.WaitSeconds) * time.Second
	outcome, err := relay.Await(ctx, in.TaskID, c.Progress, options)
	if err != nil {
		return runOutcome{}, withSubject(in.Key, in.TaskID, err)
	}
	return newRunOutcome(c, outcome), nil
})
