package tools

import (
	"context"
	"fmt"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/relay"
)

type getAgentResponseInput struct {
	Key         string `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_extras:"quiet=true"`
	TaskID      string `json:"task_id" jsonschema_description:"Default: your newest run."`
	Offset      int    `json:"offset" jsonschema:"minimum=0"`
	WaitSeconds int    `json:"wait_seconds" jsonschema:"minimum=0,maximum=3600" jsonschema_description:"Poll until done; default 0."`
}

// getAgentResponse calls GET /v2/agents/{agent_key}/responses/{task_id}, repeatedly if it waits.
var getAgentResponse = define(Spec{
	Name:        "get_agent_response",
	Title:       "Get agent response",
	Description: "Check the status and result of an orq.ai run: output, pending tool calls.",
	ReadOnly:    true,
	Idempotent:  true,
	Waits:       true,
}, func(ctx context.Context, c *Call, in *getAgentResponseInput) (runOutcome, error) {
	options := c.relayOptions(in.Key)
	options.TextOffset = in.Offset
	options.MaxWait = time.Duration(in.WaitSeconds) * time.Second
	taskID := in.TaskID
	if taskID == "" {
		newest, started, err := c.Runs.newest(c.Caller, in.Key)
		if err != nil {
			return runOutcome{}, err
		}
		taskID = newest
		c.remarks = append(c.remarks, fmt.Sprintf("No task_id was given: this is task %s, the newest run of %s that you started, %.0f s ago.",
			taskID, in.Key, time.Since(started).Seconds()))
	}
	outcome, err := relay.Await(ctx, taskID, c.Progress, options)
	if err != nil {
		return runOutcome{}, withSubject(in.Key, taskID, err)
	}
	return newRunOutcome(c, outcome), nil
})
