package tools

import (
	"context"
	"errors"
	"fmt"
)

type deleteAgentInput struct {
	Key     string `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_extras:"quiet=true"`
	Confirm string `json:"confirm" jsonschema:"required" jsonschema_description:"The key again."`
}

func (in deleteAgentInput) CheckArguments(report func(path, message string)) {
	if in.Key != "" && in.Confirm != "" && in.Confirm != in.Key {
		report("confirm", fmt.Sprintf("must equal key (%s), got %q", in.Key, in.Confirm))
	}
}

type deleteAgentOutput struct {
	Key     string `json:"key" jsonschema:"required"`
	Deleted bool   `json:"deleted" jsonschema:"required"`
}

// Text confirms the deletion.
func (o deleteAgentOutput) Text() string {
	return "Deleted agent " + o.Key + " for good."
}

// deleteAgent calls DELETE /v2/agents/{agent_key}, once the person has confirmed it.
var deleteAgent = define(Spec{
	Name:        "delete_agent",
	Title:       "Delete agent",
	Description: "Delete an agent for good; its running tasks end. Ask the person first.",
	Destructive: true,
	Idempotent:  true,
	Waits:       true,
}, func(ctx context.Context, c *Call, in deleteAgentInput) (deleteAgentOutput, error) {
	if err := confirm(ctx, c, "delete "+in.Key, "Delete the agent "+in.Key+" for good?"); err != nil {
		return deleteAgentOutput{}, err
	}
	ctx, cancel := withCallTimeout(ctx, c)
	defer cancel()
	if err := c.Orq.DeleteAgent(ctx, in.Key); err != nil {
		return deleteAgentOutput{}, withSubject(in.Key, "", err)
	}
	return deleteAgentOutput{Key: in.Key, Deleted: true}, nil
})

// confirm asks the person to confirm, if the client supports it. It returns nil only for a yes, or if nobody can be asked.
func confirm(ctx context.Context, c *Call, id, question string) error {
	if c.Ask == nil {
		return nil
	}
	yes, err := c.Ask(ctx, id, question)
	var pending *PendingQuestion
	switch {
	case errors.As(err, &pending):
		return err
	case err != nil:
		return &callerError{"Nobody confirmed the deletion, so nothing was deleted: " + sentence(err.Error()) + " Ask the person before calling again."}
	case !yes:
		return &callerError{"The person declined, so nothing was deleted. Do not try again unless they ask for it."}
	}
	return nil
}
