package chat

import (
	"encoding/json"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Roles and types by which the API of models differs from the Agents API.
const (
	RoleSystem    = "system"
	RoleAssistant = "assistant"
	// TypeFunction is the type of tools and of calls.
	TypeFunction = "function"
)

// requestBody is the body of POST /chat/completions. An agent's parameters have the names that servers know.
type requestBody struct {
	Model    string    `json:"model"`
	Messages []Message `json:"messages"`
	Tools    []Tool    `json:"tools,omitzero"`
	orq.ModelParameters
	Stream        bool          `json:"stream"`
	StreamOptions streamOptions `json:"stream_options"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// Message is one message of a conversation. Content is a string or a []Part.
type Message struct {
	Role       string `json:"role"`
	Content    any    `json:"content,omitzero"`
	ToolCalls  []Call `json:"tool_calls,omitzero"`
	ToolCallID string `json:"tool_call_id,omitzero"`
}

// Part is a text or an image in a message.
type Part struct {
	Type     string    `json:"type"`
	Text     string    `json:"text,omitzero"`
	ImageURL *ImageURL `json:"image_url,omitzero"`
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

// Call is a call of a function, or a fragment of one: the fragments of one call share its index.
type Call struct {
	Index    *int             `json:"index,omitzero"`
	ID       string           `json:"id"`
	Type     string           `json:"type"`
	Function orq.FunctionCall `json:"function"`
}

// chunk is one event of a streamed answer, or a whole one.
type chunk struct {
	Choices []choice
	Usage   json.RawMessage // a Usage, or null
	Error   any
}

type choice struct {
	Index        int
	Delta        content
	Message      content // in a whole answer
	FinishReason string  `json:"finish_reason"`
}

// content is the output of a model, or a piece of it. Reasoning has two names: a server uses one, or both for the same text.
type content struct {
	Content          contentText
	Refusal          string
	Reasoning        string
	ReasoningContent string `json:"reasoning_content"`
	ToolCalls        []Call `json:"tool_calls"`
}

// contentText is a text. Some models send it in parts, next to parts with their reasoning or sources: those are left out.
type contentText string

var _ json.Unmarshaler = new(contentText)

// UnmarshalJSON reads a string, null or a list of parts.
func (t *contentText) UnmarshalJSON(raw []byte) error {
	if len(raw) == 0 || raw[0] != '[' {
		return json.Unmarshal(raw, (*string)(t))
	}
	var parts []struct{ Type, Text string }
	if err := json.Unmarshal(raw, &parts); err != nil {
		return err
	}
	var texts strings.Builder
	for _, part := range parts {
		if part.Type == "text" {
			texts.WriteString(part.Text)
		}
	}
	*t = contentText(texts.String())
	return nil
}

// Usage is what the server counted. Cost is in USD, for servers that report it.
type Usage struct {
	orq.Usage
	Cost float64 `json:"cost"`
}
