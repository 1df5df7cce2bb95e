package responses

import "encoding/json"

// Item is an item of a response's output: a message of the agent, a function_call for the caller, or a call of a tool that
// the agent made itself, whose type is orq:<type of the tool>.
type Item struct {
	Type   string `json:"type"`
	ID     string `json:"id"`
	Status string `json:"status"`

	Role    string `json:"role,omitzero"`
	Content []Text `json:"content,omitzero"`

	CallID    string  `json:"call_id,omitzero"`
	Name      string  `json:"name,omitzero"`
	Arguments *string `json:"arguments,omitzero"`
	// Result is any JSON value; Error is there in its place when the tool failed.
	Result json.RawMessage `json:"result,omitzero"`
	Error  string          `json:"error,omitzero"`
}

// Text is a part of a message.
type Text struct {
	Type        string `json:"type"` // output_text
	Text        string `json:"text"`
	Annotations []any  `json:"annotations"`
	Logprobs    []any  `json:"logprobs"`
}

func newText(text string) Text { return Text{"output_text", text, []any{}, []any{}} }
