package tools

import "context"

type agentKeyInput struct {
	Key string `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_description:"Key or key@version."`
}

var getAgent = define(Spec{
	Name:        "get_agent",
	Title:       "Get agent",
	Description: "One agent's whole configuration, secrets masked.",
	Hints:       Hints{ReadOnly: true, Idempotent: true},
}, func(ctx context.Context, c *Call, in agentKeyInput) (agentDetail, error) {
	agent, err := c.Orq.GetAgentJSON(ctx, in.Key)
	if err != nil {
		return agentDetail{}, about(in.Key, "", err)
	}
	return newAgentDetail(agent), nil
})
