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

// saying is the message of a run: text, or a message in the API's own form, which can say more.
type saying struct {
	text string
	own  *ownMessage
}

// JSONSchemaAlias advertises the text alone.
func (saying) JSONSchemaAlias() any { return "" }

// UnmarshalJSON reads both forms. An object within a string is text.
func (s *saying) UnmarshalJSON(raw []byte) error {
	if !bytes.HasPrefix(raw, []byte("{")) {
		if json.Unmarshal(raw, &s.text) != nil {
			return errors.New("must be a string, or an object with role and parts")
		}
		return nil
	}
	form, err := ownMessages()
	if err != nil {
		return err
	}
	own, err := schema.Decode[ownMessage](form, raw)
	s.own = &own
	return err
}

// ownMessage is a message as the API has it.
type ownMessage struct {
	MessageID string    `json:"messageId"`
	Role      string    `json:"role" jsonschema:"required,enum=user,enum=tool"`
	Parts     []ownPart `json:"parts" jsonschema:"required,minItems=1"`
}

// RewriteArguments takes a message whose text stands where other APIs have it.
func (ownMessage) RewriteArguments(message map[string]any) {
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

// ownMessages is derived at the first message in this form: few calls have one.
var ownMessages = sync.OnceValues(schema.For[ownMessage])

// CheckArguments holds the API's rule that results of tools come alone.
func (m ownMessage) CheckArguments(report func(path, message string)) {
	for i, part := range m.Parts {
		if (m.Role == orq.RoleTool) != (part.Kind == orq.KindToolResult) {
			report(fmt.Sprintf("parts[%d].kind", i), "tool_result belongs to role=tool, and nothing else does")
		}
	}
}

func (m ownMessage) request() orq.Message {
	return orq.Message{MessageID: m.MessageID, Role: m.Role, Parts: each(m.Parts, ownPart.request)}
}

// ownPart is a part of a message as the API has it; Kind says which fields apply.
type ownPart struct {
	Kind       string          `json:"kind" jsonschema:"required,enum=text,enum=file,enum=tool_result,enum=error"`
	Text       *string         `json:"text" jsonschema_extras:"keepempty=true"`
	File       *orq.File       `json:"file"`
	ToolCallID string          `json:"tool_call_id"`
	Result     json.RawMessage `json:"result" jsonschema:"type=string" jsonschema_extras:"keepempty=true"`
	Error      string          `json:"error"`
	Code       *float64        `json:"code"`
	Metadata   map[string]any  `json:"metadata" jsonschema_description:"Free."`
}

// partKinds are the kinds of parts that a caller may send.
func partKinds() map[string]variant {
	return map[string]variant{
		orq.KindText:       {needs: []string{"text"}},
		orq.KindFile:       {needs: []string{"file"}, takes: []string{"metadata"}},
		orq.KindToolResult: {needs: []string{"tool_call_id"}, takes: []string{"result", "metadata"}},
		orq.KindError:      {needs: []string{"error"}, takes: []string{"code"}},
	}
}

// CheckArguments holds the rules of each kind of part.
func (p ownPart) CheckArguments(report func(path, message string)) {
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

func (p ownPart) request() orq.Part {
	return orq.Part{
		Kind: p.Kind, Text: p.Text, File: p.File, ToolCallID: p.ToolCallID, Result: p.Result,
		Error: p.Error, Code: p.Code, Metadata: p.Metadata,
	}
}
