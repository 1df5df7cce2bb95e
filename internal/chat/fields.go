package chat

import (
	"encoding/json"
	"maps"
	"strings"
)

// MessageFields are members of an answer that its model wants back in the next request: its reasoning, and signatures by
// which it recognizes it. Each goes back under the name under which it came. The zero value is none.
type MessageFields struct {
	Reasoning        string          `json:"reasoning,omitzero"`
	ReasoningContent string          `json:"reasoning_content,omitzero"` // DeepSeek, and many after it
	ReasoningText    string          `json:"reasoning_text,omitzero"`
	ReasoningOpaque  string          `json:"reasoning_opaque,omitzero"`
	ReasoningDetails json.RawMessage `json:"reasoning_details,omitzero"` // OpenRouter
	ThinkingBlocks   json.RawMessage `json:"thinking_blocks,omitzero"`   // LiteLLM
	ExtraContent     json.RawMessage `json:"extra_content,omitzero"`     // Gemini
	// Refusal is set beside a content only; alone, it is the content.
	Refusal string `json:"refusal,omitzero"`
	// Thinking are the texts of the content's parts of that type, and goes back as such a part.
	Thinking string `json:"thinking,omitzero"`
}

// CallFields are members of a tool call that its model wants back.
type CallFields struct {
	ExtraContent     json.RawMessage `json:"extra_content,omitzero"` // Gemini
	ThoughtSignature string          `json:"thought_signature,omitzero"`
	ProviderFields   json.RawMessage `json:"provider_specific_fields,omitzero"` // LiteLLM
}

// Returned is what an answer has for its model.
type Returned struct {
	// Model is the id of the agent's model that wants it; no other gets it.
	Model  string        `json:"model"`
	Fields MessageFields `json:"fields,omitzero"`
	// Calls are by the id of the call.
	Calls map[string]CallFields `json:"calls,omitempty"`
}

// WithoutReasoning leaves out the reasoning that is plain text.
func (f MessageFields) WithoutReasoning() MessageFields {
	f.Reasoning, f.ReasoningContent, f.ReasoningText, f.Thinking = "", "", "", ""
	return f
}

// IsZero reports whether there is nothing to return.
func (f MessageFields) IsZero() bool {
	return f.Reasoning+f.ReasoningContent+f.ReasoningText+f.ReasoningOpaque+f.Thinking+f.Refusal == "" &&
		len(f.ReasoningDetails)+len(f.ThinkingBlocks)+len(f.ExtraContent) == 0
}

// IsZero reports whether there is nothing to return.
func (f CallFields) IsZero() bool {
	return f.ThoughtSignature == "" && len(f.ExtraContent)+len(f.ProviderFields) == 0
}

// gathering collects MessageFields from the pieces of an answer.
type gathering struct {
	reasoning, reasoningContent, reasoningText, reasoningOpaque, thinking strings.Builder

	details, thinkingBlocks blocks
	extra                   json.RawMessage
}

func (g *gathering) add(piece *content) {
	g.reasoning.WriteString(string(piece.Reasoning))
	g.reasoningContent.WriteString(string(piece.ReasoningContent))
	g.reasoningText.WriteString(string(piece.ReasoningText))
	g.reasoningOpaque.WriteString(string(piece.ReasoningOpaque))
	g.thinking.WriteString(piece.Content.thinking)
	g.details.add(piece.ReasoningDetails)
	g.thinkingBlocks.add(piece.ThinkingBlocks)
	g.extra = withMembers(g.extra, piece.ExtraContent)
}

func (g *gathering) fields() MessageFields {
	return MessageFields{
		Reasoning: g.reasoning.String(), ReasoningContent: g.reasoningContent.String(), ReasoningText: g.reasoningText.String(),
		ReasoningOpaque: g.reasoningOpaque.String(), Thinking: g.thinking.String(),
		ReasoningDetails: g.details.raw(), ThinkingBlocks: g.thinkingBlocks.raw(), ExtraContent: g.extra,
	}
}

// add adds the fields of a fragment of a call.
func (f *CallFields) add(next fragment) {
	f.ThoughtSignature += string(next.ThoughtSignature)
	f.ExtraContent = withMembers(f.ExtraContent, next.ExtraContent)
	f.ProviderFields = withMembers(f.ProviderFields, next.ProviderFields)
}

func (f *MessageFields) edit(change func(string) string) {
	for _, text := range []*string{&f.Reasoning, &f.ReasoningContent, &f.ReasoningText, &f.ReasoningOpaque, &f.Refusal, &f.Thinking} {
		*text = change(*text)
	}
	editRaw(change, &f.ReasoningDetails, &f.ThinkingBlocks, &f.ExtraContent)
}

func (f *CallFields) edit(change func(string) string) {
	f.ThoughtSignature = change(f.ThoughtSignature)
	editRaw(change, &f.ExtraContent, &f.ProviderFields)
}

func editRaw(change func(string) string, all ...*json.RawMessage) {
	for _, raw := range all {
		if len(*raw) > 0 {
			*raw = json.RawMessage(change(string(*raw)))
		}
	}
}

// withMembers adds the members of an object to those of another, at every level.
func withMembers(known, more json.RawMessage) json.RawMessage {
	if !isPresent(more) || first(more) != '{' {
		return known
	}
	if known == nil {
		return more
	}
	var under, over map[string]json.RawMessage
	if json.Unmarshal(known, &under) != nil || json.Unmarshal(more, &over) != nil {
		return known
	}
	for name, member := range over {
		if first(member) == '{' && first(under[name]) == '{' {
			over[name] = withMembers(under[name], member)
		}
	}
	maps.Copy(under, over)
	merged, _ := json.Marshal(under) // raw values that were JSON
	return merged
}
