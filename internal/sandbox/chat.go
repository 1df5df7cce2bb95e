package sandbox

import (
	"encoding/json"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// chatRequest is the body of POST /chat/completions. An agent's parameters have the names that servers know.
type chatRequest struct {
	Model    string        `json:"model"`
	Messages []chatMessage `json:"messages"`
	Tools    []chatTool    `json:"tools,omitzero"`
	orq.ModelParameters
	Stream        bool              `json:"stream"`
	StreamOptions chatStreamOptions `json:"stream_options"`
}

type chatStreamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

// chatMessage is one message of a conversation. Content is a string or a []chatPart.
type chatMessage struct {
	Role       string     `json:"role"`
	Content    any        `json:"content,omitzero"`
	ToolCalls  []chatCall `json:"tool_calls,omitzero"`
	ToolCallID string     `json:"tool_call_id,omitzero"`
}

type chatPart struct {
	Type     string    `json:"type"`
	Text     string    `json:"text,omitzero"`
	ImageURL *chatLink `json:"image_url,omitzero"`
}

type chatLink struct {
	URL string `json:"url"`
}

// chatTool offers a function.
type chatTool struct {
	Type     string       `json:"type"`
	Function chatFunction `json:"function"`
}

type chatFunction struct {
	Name        string `json:"name"`
	Description string `json:"description,omitzero"`
	Strict      bool   `json:"strict,omitzero"`
	Parameters  any    `json:"parameters"` // a JSON Schema
}

// chatCall is a call of a function, or a piece of one: pieces of one call have its index.
type chatCall struct {
	Index    *int             `json:"index,omitzero"`
	ID       string           `json:"id"`
	Type     string           `json:"type"`
	Function orq.FunctionCall `json:"function"`
}

// What the API of models calls by other names than the Agents API.
const (
	roleSystem    = "system"
	roleAssistant = "assistant"
	typeFunction  = "function" // of tools and of calls
)

// chatChunk is one event of a streamed answer, or a whole one.
type chatChunk struct {
	Choices []chatChoice
	Usage   json.RawMessage // a chatUsage, or null
	Error   any
}

type chatChoice struct {
	Index        int
	Delta        chatSaid
	Message      chatSaid // in a whole answer
	FinishReason string   `json:"finish_reason"`
}

// chatSaid is what a model says, or a piece of it. Reasoning has two names: each server uses one, or both for the same.
type chatSaid struct {
	Content          chatText
	Refusal          string
	Reasoning        string
	ReasoningContent string     `json:"reasoning_content"`
	ToolCalls        []chatCall `json:"tool_calls"`
}

// chatText is a text. Some models say it in parts, among which others hold what they thought or read: those are left out.
type chatText string

var _ json.Unmarshaler = new(chatText)

// UnmarshalJSON reads a string, null or a list of parts.
func (t *chatText) UnmarshalJSON(raw []byte) error {
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
	*t = chatText(texts.String())
	return nil
}

// chatUsage is what the server counted. Cost is in USD, where the server tells it.
type chatUsage struct {
	orq.Usage
	Cost float64 `json:"cost"`
}
