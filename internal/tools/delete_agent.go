package tools

import (
	"context"
	"errors"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
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
	Asks:        true,
	Title:       "Delete agent",
	Description: "Delete an orq.ai agent for good; its running tasks end. Ask the person first.",
	Destructive: true,
	Idempotent:  true,
	Waits:       true,
}, func(ctx context.Context, c *Call, in *deleteAgentInput) (deleteAgentOutput, error) {
	if err := checkExists(ctx, c, in.Key); err != nil {
		return deleteAgentOutput{}, err
	}
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

// checkExists returns an error if a person would be asked about an agent that does not exist. A lookup that fails in another way
// is left to the deletion.
func checkExists(ctx context.Context, c *Call, key string) error {
	if c.Ask == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, nearestKeysTimeout)
	defer cancel()
	if _, err := c.Orq.GetAgentJSON(ctx, key); errors.Is(err, orq.ErrNotFound) {
		return withSubject(key, "", err)
	}
	return nil
}

// confirm asks the person to confirm, if the client supports it. It returns nil only for a yes, or if nobody is to be asked.
func confirm(ctx context.Context, c *Call, id, question string) error {
	if c.Ask == nil {
		return nil
	}
	answer, err := c.Ask(ctx, id, question)
	var pending *PendingQuestion
	switch {
	case errors.As(err, &pending):
		return err
	case err != nil:
		return unconfirmed(sentence(err.Error()) + " Ask the person before calling again.")
	case answer == NotAsked:
		return &callerError{notAsked}
	case answer == No:
		return unconfirmed("the answer was no. Do not try again unless the person asks for it.")
	case answer != Yes:
		return unconfirmed("the form came back without an answer. Ask the person before calling again.")
	}
	return nil
}

// notAsked is the error of a deletion that the client refused by itself.
const notAsked = "The deletion was not confirmed, so nothing was deleted: the client refused the question at once, before a person could " +
	"read it. Where no person is there to ask, a server of orq-mcp started with --confirm-by argument deletes by the argument confirm alone."

// unconfirmed returns the error of a deletion that was not confirmed. Some clients answer by themselves where there is no
// person, so it names the way around them.
func unconfirmed(why string) error {
	return &callerError{"The deletion was not confirmed, so nothing was deleted: " + why +
		" If the client answers by itself, because no person is there, a server started with --confirm-by argument does not ask it."}
}
