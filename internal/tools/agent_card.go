package tools

import (
	"cmp"
	"encoding/json"
	"errors"
)

// agentCard summarizes the card that an A2A agent publishes about itself; get_agent returns the whole card.
type agentCard struct {
	Name            string   `json:"name,omitzero"`
	Description     string   `json:"description,omitzero"`
	ProtocolVersion string   `json:"protocol_version,omitzero"`
	Streaming       bool     `json:"streaming"`
	Skills          []string `json:"skills" jsonschema:"required"`
}

// newAgentCard summarizes a card of protocol 0.2, 0.3 or 1.0. It returns nil when raw is not a card.
func newAgentCard(raw json.RawMessage) *agentCard {
	var card struct {
		Name            string `json:"name"`
		Description     string `json:"description"`
		ProtocolVersion string `json:"protocolVersion"`
		Capabilities    struct {
			Streaming bool `json:"streaming"`
		} `json:"capabilities"`
		Skills []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		} `json:"skills"`
		SupportedInterfaces []struct {
			ProtocolVersion string `json:"protocolVersion"`
		} `json:"supportedInterfaces"`
	}
	if len(raw) == 0 {
		return nil
	}
	// Some agents write a field in another type, such as a version that is a number: the others are read all the same.
	err := json.Unmarshal(raw, &card)
	if _, odd := errors.AsType[*json.UnmarshalTypeError](err); err != nil && (!odd || card.Name == "") {
		return nil
	}
	summary := &agentCard{
		Name: card.Name, Description: card.Description, ProtocolVersion: card.ProtocolVersion,
		Streaming: card.Capabilities.Streaming, Skills: []string{},
	}
	for _, supported := range card.SupportedInterfaces {
		summary.ProtocolVersion = cmp.Or(summary.ProtocolVersion, supported.ProtocolVersion)
	}
	for _, skill := range card.Skills {
		summary.Skills = append(summary.Skills, cmp.Or(skill.Name, skill.ID))
	}
	return summary
}
