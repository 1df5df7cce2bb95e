package tools

import (
	"context"
	"fmt"

	"github.com/tidwall/gjson"
)

type refreshAgentCardInput struct {
	Key string `json:"key" jsonschema:"required,minLength=1,maxLength=255" jsonschema_extras:"quiet=true"`
}

type refreshAgentCardOutput struct {
	Key     string     `json:"key" jsonschema:"required"`
	Message string     `json:"message" jsonschema:"required"`
	Card    freeObject `json:"card,omitzero" jsonschema_description:"The A2A agent card as fetched."`
	truncation
}

func (o refreshAgentCardOutput) truncated(cuts []cut) output {
	o.truncation = newTruncation(cuts, fmt.Sprintf("orq.ai's get_agent with key=%s and field=a2a.cached_card shows the card from its beginning, and with offset what follows.", o.Key))
	return o
}

// Text returns the card as an outline.
func (o refreshAgentCardOutput) Text() string {
	text := "Agent " + o.Key + ": " + sentence(o.Message)
	if len(o.Card) > 0 {
		text += "\nCard:\n" + outline(o.Card)
	}
	if o.Truncated {
		text += "\n" + outline(o.truncation)
	}
	return text
}

// refreshAgentCard calls POST /v2/agents/{key}/card/refresh.
var refreshAgentCard = define(Spec{
	Name:        "refresh_agent_card",
	Title:       "Refresh agent card",
	Description: "Fetch the card of an orq.ai A2A agent again.",
	Idempotent:  true,
	OpenWorld:   true,
}, func(ctx context.Context, c *Call, in *refreshAgentCardInput) (refreshAgentCardOutput, error) {
	refreshed, err := c.Orq.RefreshAgentCard(ctx, in.Key)
	if err != nil {
		return refreshAgentCardOutput{}, withSubject(in.Key, "", err)
	}
	return refreshAgentCardOutput{Key: in.Key, Message: refreshed.Message, Card: nonEmptyObject(gjson.ParseBytes(refreshed.Card))}, nil
})
