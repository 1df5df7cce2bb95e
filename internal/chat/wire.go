package chat

import "github.com/orq-mcp/orq-mcp/internal/orq"

// Roles and types by which the API of models differs from the Agents API.
const (
	RoleSystem    = "system"
	RoleAssistant = "assistant"
	// TypeFunction is the type of tools and of calls.
	TypeFunction = "function"
)

// requestBody is the body of POST /chat/completions. An agent's parameters have the names that servers know.
type requestBody struct {
	Model    string        `json:"model"`
	Messages []wireMessage `json:"messages"`
	Tools    []Tool        `json:"tools,omitzero"`
	orq.ModelParameters
	Stream        bool           `json:"stream"`
	StreamOptions *streamOptions `json:"stream_options,omitzero"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// Message is one message of a conversation. Content is a string or a []Part; nil beside calls alone.
type Message struct {
	Role       string
	Content    any
	ToolCalls  []Call
	ToolCallID string
	// Returned is what the answer had for its model; nil for other messages.
	Returned *Returned
}

// wireMessage is a message as one model gets it. Servers want a content beside calls, if only null.
type wireMessage struct {
	Role       string     `json:"role"`
	Content    any        `json:"content"`
	ToolCalls  []wireCall `json:"tool_calls,omitzero"`
	ToolCallID string     `json:"tool_call_id,omitzero"`
	MessageFields
}

type wireCall struct {
	Call
	CallFields
}

// wireFor is a message for a model, with what the model wants back of it.
func (m Message) wireFor(model string) wireMessage {
	wire := wireMessage{Role: m.Role, Content: m.Content, ToolCallID: m.ToolCallID}
	var back Returned
	if m.Returned != nil && m.Returned.Model == model {
		back = *m.Returned
	}
	for _, call := range m.ToolCalls {
		wire.ToolCalls = append(wire.ToolCalls, wireCall{call, back.Calls[call.ID]})
	}
	wire.MessageFields = back.Fields
	if thinking := back.Fields.Thinking; thinking != "" {
		wire.Thinking = ""
		parts := []Part{{Type: "thinking", Thinking: []Part{{Type: "text", Text: thinking}}}}
		if text, ok := m.Content.(string); ok && text != "" {
			parts = append(parts, Part{Type: "text", Text: text})
		}
		wire.Content = parts
	}
	return wire
}

// Part is a text, an image or reasoning in a message.
type Part struct {
	Type     string    `json:"type"`
	Text     string    `json:"text,omitzero"`
	ImageURL *ImageURL `json:"image_url,omitzero"`
	Thinking []Part    `json:"thinking,omitzero"`
}

// ImageURL is the address of an image, which may be a data URL.
type ImageURL struct {
	URL string `json:"url"`
}

// Tool offers a function to the model.
type Tool struct {
	Type     string   `json:"type"`
	Function Function `json:"function"`
}

// Function describes a function; Parameters is a JSON Schema.
type Function struct {
	Name        string `json:"name"`
	Description string `json:"description,omitzero"`
	Strict      bool   `json:"strict,omitzero"`
	Parameters  any    `json:"parameters"`
}

// Call is a call of a function.
type Call struct {
	ID       string           `json:"id"`
	Type     string           `json:"type"`
	Function orq.FunctionCall `json:"function"`
}
