package a2aserver

import (
	"encoding/base64"
	"encoding/json"
	"time"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
)

// fromRequest returns the message of a request of A2A 1.0 in the form of 0.3, which is that of the sandbox.
func fromRequest(request *spec.SendMessageRequest) (orq.Message, error) {
	if request.Config != nil && request.Config.PushConfig != nil {
		return orq.Message{}, spec.ErrPushNotificationNotSupported
	}
	if request.Message == nil {
		return orq.Message{}, invalid("message: is required")
	}
	return fromMessage(request.Message), nil
}

// fromMessage converts a message of A2A 1.0 to 0.3.
func fromMessage(from *spec.Message) orq.Message {
	message := orq.Message{
		Kind: "message", MessageID: from.ID, Role: fromRole(from.Role), Parts: fromParts(from.Parts),
		TaskID: string(from.TaskID), ContextID: from.ContextID, Metadata: from.Metadata,
	}
	return message
}

func fromRole(role spec.MessageRole) string {
	switch role {
	case spec.MessageRoleUser:
		return orq.RoleUser
	case spec.MessageRoleAgent:
		return orq.RoleAgent
	}
	return ""
}

// fromParts converts parts of A2A 1.0 to 0.3. A part of an unknown kind has no kind.
func fromParts(from spec.ContentParts) []orq.Part {
	parts := make([]orq.Part, 0, len(from))
	for _, part := range from {
		if part == nil {
			continue
		}
		next := orq.Part{Metadata: part.Metadata}
		switch content := part.Content.(type) {
		case spec.Text:
			text := string(content)
			next.Kind, next.Text = orq.KindText, &text
		case spec.Raw:
			next.Kind, next.File = orq.KindFile, &orq.File{Bytes: base64.StdEncoding.EncodeToString(content)}
		case spec.URL:
			next.Kind, next.File = orq.KindFile, &orq.File{URI: string(content)}
		case spec.Data:
			next.Kind, next.Data = orq.KindData, asObject(content.Value)
		}
		if next.File != nil {
			next.File.MIMEType, next.File.Name = part.MediaType, part.Filename
		}
		parts = append(parts, next)
	}
	return parts
}

// asObject returns data as A2A 0.3 has it: always an object. Any other value becomes the member "value" of one.
func asObject(value any) map[string]any {
	if object, ok := value.(map[string]any); ok {
		return object
	}
	return map[string]any{"value": value}
}

// toMessage converts a message of the sandbox. It has no parts when it holds nothing but calls of tools.
func toMessage(from orq.Message) *spec.Message {
	role := spec.MessageRoleAgent
	if from.Role == orq.RoleUser {
		role = spec.MessageRoleUser
	}
	return &spec.Message{
		ID: from.MessageID, Role: role, TaskID: spec.TaskID(from.TaskID), ContextID: from.ContextID, Parts: toParts(from.Parts),
	}
}

// toParts converts parts of the sandbox. Empty texts and calls of tools are left out.
func toParts(from []orq.Part) spec.ContentParts {
	parts := spec.ContentParts{}
	for _, part := range from {
		if next := toPart(part); next != nil {
			next.Metadata = part.Metadata
			parts = append(parts, next)
		}
	}
	return parts
}

func toPart(part orq.Part) *spec.Part {
	switch {
	case part.Text != nil && *part.Text != "":
		return spec.NewTextPart(*part.Text)
	case part.File != nil:
		return toFile(*part.File)
	case part.Kind == orq.KindData:
		return spec.NewDataPart(part.Data)
	case part.Kind == orq.KindError:
		return spec.NewTextPart(part.Error)
	case part.Kind == orq.KindToolResult:
		return toResult(part.Result)
	}
	return nil
}

func toFile(file orq.File) *spec.Part {
	next := spec.NewFileURLPart(spec.URL(file.URI), file.MIMEType)
	if file.URI == "" {
		content, _ := base64.StdEncoding.DecodeString(file.Bytes) // checked when the message was received
		next = spec.NewRawPart(content)
	}
	next.MediaType, next.Filename = file.MIMEType, file.Name
	return next
}

// toResult converts a client's result of a tool call: a text as it is, anything else as data.
func toResult(result json.RawMessage) *spec.Part {
	var value any
	if exactjson.Unmarshal(result, &value) != nil {
		return nil
	}
	if text, ok := value.(string); ok {
		return spec.NewTextPart(text)
	}
	return spec.NewDataPart(value)
}

// timeOf parses a time of the sandbox; nil when it is none.
func timeOf(stamp string) *time.Time {
	at, err := time.Parse(time.RFC3339Nano, stamp)
	if err != nil {
		return nil
	}
	return &at
}
