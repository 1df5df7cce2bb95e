package orq

import (
	"encoding/json"
	"strings"
)

// Part kinds, as in Part.Kind.
const (
	KindText       = "text"
	KindFile       = "file"
	KindData       = "data"
	KindError      = "error"
	KindToolCall   = "tool_call"
	KindToolResult = "tool_result"
)

// Message roles.
const (
	RoleUser  = "user"
	RoleAgent = "agent"
	RoleTool  = "tool"
)

// Message is a message to or from an agent, in A2A form.
type Message struct {
	Kind      string         `json:"kind,omitzero"`
	MessageID string         `json:"messageId,omitzero"`
	Role      string         `json:"role"`
	Parts     []Part         `json:"parts"`
	TaskID    string         `json:"taskId,omitzero"`
	ContextID string         `json:"contextId,omitzero"`
	Metadata  map[string]any `json:"metadata,omitzero"`
}

// Part is one part of a message. Kind selects the fields that apply.
type Part struct {
	Kind string `json:"kind"`
	// Text belongs to kind text.
	Text *string `json:"text,omitzero"`
	// File belongs to kind file.
	File *File `json:"file,omitzero"`
	// Data belongs to kind data.
	Data map[string]any `json:"data,omitzero"`
	// Error and Code belong to kind error.
	Error string   `json:"error,omitzero"`
	Code  *float64 `json:"code,omitzero"`
	// ToolCallID belongs to kinds tool_call and tool_result.
	ToolCallID string `json:"tool_call_id,omitzero"`
	// Result belongs to kind tool_result; any JSON value.
	Result json.RawMessage `json:"result,omitzero"`
	// ToolName, Arguments and ThoughtSignature belong to kind tool_call.
	ToolName         string         `json:"tool_name,omitzero"`
	Arguments        map[string]any `json:"arguments,omitzero"`
	ThoughtSignature string         `json:"thought_signature,omitzero"`
	Metadata         map[string]any `json:"metadata,omitzero"`
}

// TextPart returns a part of kind text.
func TextPart(text string) Part { return Part{Kind: KindText, Text: &text} }

// File is the content of a file part: Bytes (base64) or URI.
type File struct {
	Bytes    string `json:"bytes,omitzero"`
	URI      string `json:"uri,omitzero"`
	MIMEType string `json:"mimeType,omitzero"`
	Name     string `json:"name,omitzero"`
}

// Text returns the text of the message: its text parts joined, and data parts as JSON on lines of their own.
func (m Message) Text() string {
	var text textBuilder
	for _, part := range m.Parts {
		switch {
		case part.Text != nil:
			text.addText(*part.Text)
		case len(part.Data) > 0:
			if encoded, err := json.Marshal(part.Data); err == nil {
				text.addData(string(encoded))
			}
		}
	}
	return text.String()
}

// textBuilder builds the text of a message from its parts.
type textBuilder struct {
	out       strings.Builder
	afterData bool
}

func (b *textBuilder) String() string { return b.out.String() }

func (b *textBuilder) addText(text string) {
	if b.afterData && text != "" {
		b.out.WriteByte('\n')
		b.afterData = false
	}
	b.out.WriteString(text)
}

// addData adds a data part, encoded as JSON, on a line of its own.
func (b *textBuilder) addData(encoded string) {
	if b.out.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
		b.out.WriteByte('\n')
	}
	b.out.WriteString(encoded)
	b.afterData = true
}
