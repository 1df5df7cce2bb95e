package tools

import (
	"cmp"
	"encoding/json"
)

// agentCard is what an A2A agent says of itself, in short; get_agent has the whole card.
type agentCard struct {
	Name            string   `json:"name,omitzero"`
	Description     string   `json:"description,omitzero"`
	ProtocolVersion string   `json:"protocol_version,omitzero"`
	Streaming       bool     `json:"streaming"`
	Skills          []string `json:"skills" jsonschema:"required"`
}

// newAgentCard reads a card of protocol 0.2, 0.3 or 1.0; nil when it cannot be read.
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
	if len(raw) == 0 || json.Unmarshal(raw, &card) != nil {
		return nil
	}
	short := &agentCard{
		Name: card.Name, Description: card.Description, ProtocolVersion: card.ProtocolVersion,
		Streaming: card.Capabilities.Streaming, Skills: []string{},
	}
	for _, supported := range card.SupportedInterfaces {
		short.ProtocolVersion = cmp.Or(short.ProtocolVersion, supported.ProtocolVersion)
	}
	for _, skill := range card.Skills {
		short.Skills = append(short.Skills, cmp.Or(skill.Name, skill.ID))
	}
	return short
}
