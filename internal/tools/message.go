package tools

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// messageInput is the message argument of a run: text, or a message in the API's own form, which can also hold files, tool
// results and errors.
type messageInput struct {
	text string
	api  *apiMessage
}

// JSONSchemaAlias lists only the text form in the schema.
func (messageInput) JSONSchemaAlias() any { return "" }

// UnmarshalJSON accepts both forms. A string that contains a JSON object is text.
func (m *messageInput) UnmarshalJSON(raw []byte) error {
	if !bytes.HasPrefix(raw, []byte("{")) {
		if json.Unmarshal(raw, &m.text) != nil {
			return errors.New("must be a string, or an object with role and parts")
		}
		return nil
	}
	input, err := apiMessageSchema()
	if err != nil {
		return err
	}
	message, err := schema.Decode[apiMessage](input, raw)
	m.api = &message
	return err
}

// apiMessage is a message in the API's form.
type apiMessage struct {
	MessageID string    `json:"messageId"`
	Role      string    `json:"role" jsonschema:"required,enum=user,enum=tool"`
	Parts     []apiPart `json:"parts" jsonschema:"required,minItems=1"`
}

// RewriteArguments accepts a message whose text is in content or text, as in other APIs, instead of parts.
func (apiMessage) RewriteArguments(message map[string]any) {
	rename(message, "content", "text")
	text, ok := message["text"].(string)
	if !ok || message["parts"] != nil {
		return
	}
	delete(message, "text")
	message["parts"] = []any{map[string]any{"kind": orq.KindText, "text": text}}
	if message["role"] == nil {
		message["role"] = orq.RoleUser
	}
}

// apiMessageSchema derives the schema of apiMessage when the first message in this form arrives, because few do.
var apiMessageSchema = sync.OnceValues(schema.For[apiMessage])

// CheckArguments checks that tool results and other parts are not mixed.
func (m apiMessage) CheckArguments(report func(path, message string)) {
	for i, part := range m.Parts {
		if (m.Role == orq.RoleTool) != (part.Kind == orq.KindToolResult) {
			report(fmt.Sprintf("parts[%d].kind", i), "tool_result belongs to role=tool, and nothing else does")
		}
	}
}

func (m apiMessage) request() orq.Message {
	return orq.Message{MessageID: m.MessageID, Role: m.Role, Parts: mapSlice(m.Parts, apiPart.request)}
}

// apiPart is a part of a message in the API's form. Kind determines which fields apply.
type apiPart struct {
	Kind       string          `json:"kind" jsonschema:"required,enum=text,enum=file,enum=tool_result,enum=error"`
	Text       *string         `json:"text" jsonschema_extras:"keepempty=true"`
	File       *orq.File       `json:"file"`
	ToolCallID string          `json:"tool_call_id"`
	Result     json.RawMessage `json:"result" jsonschema:"type=string" jsonschema_extras:"keepempty=true"`
	Error      string          `json:"error"`
	Code       *float64        `json:"code"`
	Metadata   map[string]any  `json:"metadata" jsonschema_description:"Free."`
}

// partKinds returns the fields by kind of part, for all kinds that a caller may send.
func partKinds() map[string]variant {
	return map[string]variant{
		orq.KindText:       {required: []string{"text"}},
		orq.KindFile:       {required: []string{"file"}, optional: []string{"metadata"}},
		orq.KindToolResult: {required: []string{"tool_call_id"}, optional: []string{"result", "metadata"}},
		orq.KindError:      {required: []string{"error"}, optional: []string{"code"}},
	}
}

// CheckArguments reports violations of the rules for the part's kind.
func (p apiPart) CheckArguments(report func(path, message string)) {
	rules, known := partKinds()[p.Kind]
	if !known {
		return
	}
	rules.check("kind="+p.Kind, map[string]bool{
		"text": p.Text != nil, "file": p.File != nil, "tool_call_id": p.ToolCallID != "", "result": p.Result != nil,
		"error": p.Error != "", "code": p.Code != nil, "metadata": p.Metadata != nil,
	}, report)
	if p.File == nil {
		return
	}
	if (p.File.URI == "") == (p.File.Bytes == "") {
		report("file", "give either uri or bytes")
	} else if _, err := base64.StdEncoding.DecodeString(p.File.Bytes); err != nil {
		report("file.bytes", "is not standard base64")
	}
}

func (p apiPart) request() orq.Part {
	return orq.Part{
		Kind: p.Kind, Text: p.Text, File: p.File, ToolCallID: p.ToolCallID, Result: p.Result,
		Error: p.Error, Code: p.Code, Metadata: p.Metadata,
	}
}
