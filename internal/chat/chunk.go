package chat

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Servers agree on the names in an answer, but not on the types: a member may be null, a list may be one object, a number
// may be text. The types of this file read what they can and take the rest for absent, so that only text that is no JSON is
// an error.

// chunk is one event of a streamed answer, or a whole one.
type chunk struct {
	Choices list[choice]
	Usage   json.RawMessage
	Error   json.RawMessage
	Object  looseText
	// BaseResp has the status of an answer by MiniMax.
	BaseResp object[struct {
		StatusCode json.RawMessage `json:"status_code"`
	}] `json:"base_resp"`
	// Groq has the usage on Groq, and why a stream ended early.
	Groq object[struct{ Error, Usage json.RawMessage }] `json:"x_groq"`
}

type choice struct {
	Index        looseInt
	Delta        *content
	Message      *content  // in a whole answer; some servers repeat the whole text so far in it, beside the delta
	FinishReason looseText `json:"finish_reason"`
	CamelReason  looseText `json:"finishReason"`
	Error        json.RawMessage
}

// content is the output of a model, or a piece of it.
type content struct {
	Content      contentText
	Refusal      looseText
	ToolCalls    list[fragment] `json:"tool_calls"`
	CamelCalls   list[fragment] `json:"toolCalls"`
	FunctionCall *function      `json:"function_call"` // the form before tool_calls

	Reasoning        looseText
	ReasoningContent looseText       `json:"reasoning_content"`
	ReasoningText    looseText       `json:"reasoning_text"`
	ReasoningOpaque  looseText       `json:"reasoning_opaque"`
	ReasoningDetails json.RawMessage `json:"reasoning_details"`
	ThinkingBlocks   json.RawMessage `json:"thinking_blocks"`
	ExtraContent     json.RawMessage `json:"extra_content"`
}

var _ json.Unmarshaler = new(content)

// UnmarshalJSON reads an object; anything else has no content.
func (c *content) UnmarshalJSON(raw []byte) error {
	type plain content
	return ifObject(raw, (*plain)(c))
}

// fragment is a tool call or a piece of one.
type fragment struct {
	Index    looseInt
	ID       looseText
	Function function

	ExtraContent     json.RawMessage `json:"extra_content"`
	ThoughtSignature looseText       `json:"thought_signature"`
	ProviderFields   json.RawMessage `json:"provider_specific_fields"`
}

// function is the function of a call. Arguments are JSON text or, on some servers, the object itself.
type function struct {
	Name      looseText
	Arguments json.RawMessage
}

var _ json.Unmarshaler = new(function)

// UnmarshalJSON reads an object; anything else has no function.
func (f *function) UnmarshalJSON(raw []byte) error {
	type plain function
	return ifObject(raw, (*plain)(f))
}

// object has the members of an object, and none of anything else.
type object[T any] struct{ members T }

// UnmarshalJSON implements json.Unmarshaler.
func (o *object[T]) UnmarshalJSON(raw []byte) error { return ifObject(raw, &o.members) }

// list is a list without its nulls. One object stands for a list of one.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(raw []byte) error {
	var elements []json.RawMessage
	switch first(raw) {
	case '[':
		if err := json.Unmarshal(raw, &elements); err != nil {
			return err
		}
	case '{':
		elements = []json.RawMessage{raw}
	}
	for _, element := range elements {
		if first(element) != '{' {
			continue
		}
		var one T
		if err := json.Unmarshal(element, &one); err != nil {
			return err
		}
		*l = append(*l, one)
	}
	return nil
}

// looseText is a text, or a number as text.
type looseText string

// UnmarshalJSON implements json.Unmarshaler.
func (t *looseText) UnmarshalJSON(raw []byte) error {
	switch c := first(raw); {
	case c == '"':
		return json.Unmarshal(raw, (*string)(t))
	case c == '-' || c >= '0' && c <= '9':
		*t = looseText(raw)
	}
	return nil
}

// looseInt is a whole number, which may be written as text. Its value is nil when there is none.
type looseInt struct{ value *int }

// UnmarshalJSON implements json.Unmarshaler.
func (i *looseInt) UnmarshalJSON(raw []byte) error {
	var number float64
	if json.Unmarshal(bytes.Trim(raw, `"`), &number) == nil && string(raw) != "null" {
		whole := int(number)
		i.value = &whole
	}
	return nil
}

// contentText is a text. Some models send it in parts, next to parts with their reasoning or sources.
type contentText struct{ text, thinking string }

// UnmarshalJSON reads a string or a list of parts.
func (t *contentText) UnmarshalJSON(raw []byte) error {
	if first(raw) != '[' && first(raw) != '{' {
		return (*looseText)(&t.text).UnmarshalJSON(raw)
	}
	var parts list[contentPart]
	if err := parts.UnmarshalJSON(raw); err != nil {
		return err
	}
	var texts, thoughts strings.Builder
	for _, part := range parts {
		switch part.Type {
		case "text", "output_text":
			texts.WriteString(string(part.Text))
		case "thinking":
			thoughts.WriteString(part.Thinking.text)
		}
	}
	t.text, t.thinking = texts.String(), thoughts.String()
	return nil
}

// contentPart is a part of a content; Thinking is itself a content.
type contentPart struct {
	Type     looseText
	Text     looseText
	Thinking contentText
}

// Usage is what the server counted. Cost is in USD, for servers that report it.
type Usage struct {
	orq.Usage
	Cost float64 `json:"cost"`
}

// usageOf reads the usage of an answer; nil when there is none. What is no number is not counted: some servers send the cost
// as an object.
func usageOf(raw json.RawMessage) *Usage {
	if first(raw) != '{' || !isPresent(raw) {
		return nil
	}
	u := &Usage{}
	if json.Unmarshal(raw, u) != nil {
		var members any
		_ = json.Unmarshal(raw, &members) // an object
		numeric, _ := json.Marshal(numbers(members))
		_ = json.Unmarshal(numeric, u)
	}
	if u.TotalTokens == 0 {
		u.TotalTokens = u.PromptTokens + u.CompletionTokens
	}
	return u
}

// numbers returns a value with its numbers in place of their texts.
func numbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = numbers(member)
		}
	case string:
		var number float64
		if json.Unmarshal([]byte(value), &number) == nil {
			return number
		}
	}
	return value
}

// ifObject decodes an object, and leaves into as it is for any other value.
func ifObject(raw []byte, into any) error {
	if first(raw) != '{' {
		return nil
	}
	return json.Unmarshal(raw, into)
}

// first is the first byte of a value, which determines its type; 0 when there is none.
func first(raw []byte) byte {
	if raw = bytes.TrimSpace(raw); len(raw) > 0 {
		return raw[0]
	}
	return 0
}

// isPresent reports whether a member has a value other than an empty one.
func isPresent(raw json.RawMessage) bool {
	switch string(bytes.TrimSpace(raw)) {
	case "", "null", "false", `""`, "{}", "[]", "0":
		return false
	}
	return true
}
