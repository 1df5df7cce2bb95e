package orq

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// responseRequest is the body of POST /v3/router/responses.
type responseRequest struct {
	Model              string            `json:"model"`
	Input              []inputItem       `json:"input"`
	PreviousResponseID string            `json:"previous_response_id,omitzero"`
	Stream             bool              `json:"stream,omitzero"`
	Background         bool              `json:"background,omitzero"`
	Identity           *Identity         `json:"identity,omitzero"`
	Thread             *Thread           `json:"thread,omitzero"`
	Memory             *Memory           `json:"memory,omitzero"`
	Variables          map[string]any    `json:"variables,omitzero"`
	Metadata           map[string]string `json:"metadata,omitzero"`
	TemplateEngine     string            `json:"template_engine,omitzero"`
	Limits             *Limits           `json:"limits,omitzero"`
}

// inputItem is a message of the user, or the output of a function call.
type inputItem struct {
	Type    string         `json:"type"`
	Role    string         `json:"role,omitzero"`
	Content []inputContent `json:"content,omitzero"`
	CallID  string         `json:"call_id,omitzero"`
	Output  *string        `json:"output,omitzero"`
}

// inputContent is a part of a message: input_text, input_image or input_file.
type inputContent struct {
	Type     string `json:"type"`
	Text     string `json:"text,omitzero"`
	ImageURL string `json:"image_url,omitzero"`
	FileURL  string `json:"file_url,omitzero"`
	FileData string `json:"file_data,omitzero"`
	Filename string `json:"filename,omitzero"`
	MIMEType string `json:"mime_type,omitzero"`
}

// newResponseRequest translates a request of March that runs a stored agent.
func newResponseRequest(key string, in Invocation) (*responseRequest, error) {
	request := &responseRequest{
		Model: "agent/" + key, PreviousResponseID: in.TaskID, Thread: in.Thread, Memory: in.Memory, Variables: in.Variables,
		TemplateEngine: in.Engine, Limits: in.Limits,
	}
	if identity := cmp.Or(in.Identity, in.Contact); identity != nil {
		copied := *identity
		copied.LogoURL = "" // the Responses API has none
		request.Identity = &copied
	}
	for name, value := range in.Metadata {
		text, err := quoted(value)
		if err != nil {
			return nil, fmt.Errorf("metadata.%s: %w", name, err)
		}
		if request.Metadata == nil {
			request.Metadata = make(map[string]string, len(in.Metadata))
		}
		request.Metadata[name] = text
	}
	request.Input = inputItems(in.Message)
	return request, nil
}

// inputItems translates a message: its results become outputs of calls, the rest a message of the user.
func inputItems(message Message) []inputItem {
	var items []inputItem
	var content []inputContent
	for _, part := range message.Parts {
		switch {
		case part.Kind == KindToolResult:
			output := resultText(part.Result)
			items = append(items, inputItem{Type: itemFunctionOutput, CallID: part.ToolCallID, Output: &output})
		case part.Text != nil:
			content = append(content, inputContent{Type: "input_text", Text: *part.Text})
		case part.File != nil:
			content = append(content, fileContent(*part.File))
		case part.Kind == KindError:
			content = append(content, inputContent{Type: "input_text", Text: "error: " + part.Error})
		}
	}
	if len(content) > 0 {
		items = append(items, inputItem{Type: itemMessage, Role: RoleUser, Content: content})
	}
	return items
}

// resultText is the output of a call as text: JSON, unless the result is a text itself.
func resultText(result json.RawMessage) string {
	var text string
	if len(result) == 0 {
		return "null"
	}
	if json.Unmarshal(result, &text) == nil {
		return text
	}
	return string(result)
}

func fileContent(file File) inputContent {
	if strings.HasPrefix(file.MIMEType, "image/") {
		return inputContent{Type: "input_image", ImageURL: cmp.Or(file.URI, "data:"+file.MIMEType+";base64,"+file.Bytes)}
	}
	if file.URI != "" {
		return inputContent{Type: "input_file", FileURL: file.URI, Filename: file.Name}
	}
	return inputContent{Type: "input_file", FileData: file.Bytes, Filename: file.Name, MIMEType: file.MIMEType}
}
