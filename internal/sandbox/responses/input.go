package responses

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/exactjson"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// input is the items of a request. A text is one message of the user.
type input []inputItem

type inputItem struct {
	Type      string  `json:"type"`
	Role      string  `json:"role"`
	Content   content `json:"content"`
	CallID    string  `json:"call_id"`
	Name      string  `json:"name"`
	Arguments string  `json:"arguments"`
	Output    content `json:"output"`
}

// content is a text or parts. A text is one part.
type content []inputPart

type inputPart struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Refusal  string `json:"refusal"`
	ImageURL string `json:"image_url"`
	FileURL  string `json:"file_url"`
	FileData string `json:"file_data"`
	Filename string `json:"filename"`
	MIMEType string `json:"mime_type"`
}

const (
	typeMessage    = "message"
	typeCall       = "function_call"
	typeCallOutput = "function_call_output"
	roleAssistant  = "assistant"
)

// UnmarshalJSON implements json.Unmarshaler.
func (in *input) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*[]inputItem)(in))
	}
	*in = input{{Role: orq.RoleUser}}
	return (*in)[0].Content.UnmarshalJSON(data)
}

// UnmarshalJSON implements json.Unmarshaler.
func (c *content) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*[]inputPart)(c))
	}
	*c = content{{Type: "input_text"}}
	return json.Unmarshal(data, &(*c)[0].Text)
}

// Input is the items of a request as a task has them.
type Input struct {
	// Message holds everything after the last item of the agent.
	Message orq.Message
	// History is the messages before it, oldest first.
	History []orq.Message
	// Pending are the function calls in the history whose outputs are not in it.
	Pending []orq.PendingToolCall
}

// Messages returns the input of the request, with ids that newID makes. The error is an *apierror.Error.
func (r Request) Messages(newID func() string) (Input, error) {
	last := len(r.Input)
	for last > 0 && !r.Input[last-1].isOfAgent() {
		last--
	}
	if last == len(r.Input) {
		return Input{}, apierror.Invalid("input: must end with a message of the user or a function_call_output")
	}
	var in Input
	for i, item := range r.Input[:last] {
		message, err := item.message(fmt.Sprintf("input[%d]", i))
		if err != nil {
			return Input{}, err
		}
		message.Kind, message.MessageID = "message", newID()
		in.add(item, message)
	}
	in.Message = orq.Message{Role: orq.RoleTool}
	for i, item := range r.Input[last:] {
		message, err := item.message(fmt.Sprintf("input[%d]", last+i))
		if err != nil {
			return Input{}, err
		}
		in.Message.Parts = append(in.Message.Parts, message.Parts...)
		if message.Role == orq.RoleUser {
			in.Message.Role = orq.RoleUser
		}
	}
	return in, nil
}

// add adds a message to the history.
func (in *Input) add(item inputItem, message orq.Message) {
	switch item.Type {
	case typeCall:
		in.Pending = append(in.Pending, orq.PendingToolCall{
			ID: item.CallID, Type: "function", Function: orq.FunctionCall{Name: item.Name, Arguments: cmp.Or(item.Arguments, "{}")},
		})
	case typeCallOutput:
		in.Pending = slices.DeleteFunc(in.Pending, func(p orq.PendingToolCall) bool { return p.ID == item.CallID })
	}
	in.History = append(in.History, message)
}

// CheckOutputs refuses outputs of calls that do not wait for one, and a message while calls wait.
func (r Request) CheckOutputs(pending []orq.PendingToolCall) error {
	var waiting []string
	for _, call := range pending {
		waiting = append(waiting, call.Function.Name+" ("+call.ID+")")
	}
	answered := false
	for i, item := range r.Input {
		if item.Type != typeCallOutput {
			continue
		}
		answered = true
		if !slices.ContainsFunc(pending, func(p orq.PendingToolCall) bool { return p.ID == item.CallID }) {
			return apierror.Invalid("input[%d].call_id: no call %q waits for an output; these do: %s",
				i, truncate.Runes(item.CallID, 60), cmp.Or(strings.Join(waiting, ", "), "none"))
		}
	}
	if len(pending) > 0 && !answered {
		return apierror.Invalid("input: a function_call_output is needed for %s", strings.Join(waiting, ", "))
	}
	return nil
}

func (i inputItem) isOfAgent() bool { return i.Type == typeCall || i.Role == roleAssistant }

// message is one item as a message without an id. An error names the item by its path.
func (i inputItem) message(at string) (orq.Message, error) {
	switch {
	case i.Type == typeCall:
		arguments, err := exactjson.Object([]byte(i.Arguments))
		if err != nil {
			return orq.Message{}, apierror.Invalid("%s.arguments: must be a JSON object: %s", at, cmp.Or(errortext.Syntax(err), err.Error()))
		}
		return orq.Message{Role: orq.RoleAgent, Parts: []orq.Part{{
			Kind: orq.KindToolCall, ToolCallID: i.CallID, ToolName: i.Name, Arguments: arguments,
		}}}, nil
	case i.Type == typeCallOutput:
		result, err := i.result()
		return orq.Message{Role: orq.RoleTool, Parts: []orq.Part{{
			Kind: orq.KindToolResult, ToolCallID: i.CallID, Result: result,
		}}}, err
	case i.Role == roleAssistant:
		parts, err := i.Content.parts(at + ".content")
		return orq.Message{Role: orq.RoleAgent, Parts: parts}, err
	}
	parts, err := i.Content.parts(at + ".content")
	return orq.Message{Role: orq.RoleUser, Parts: parts}, err
}

// result is the output of a call: the value that its text holds in JSON, or else the text itself.
func (i inputItem) result() (json.RawMessage, error) {
	if len(i.Output) != 1 || i.Output[0].Text == "" {
		return exactjson.Marshal(i.Output.texts())
	}
	if output := []byte(i.Output[0].Text); json.Valid(output) {
		return output, nil
	}
	return exactjson.Marshal(i.Output[0].Text)
}

// texts are the texts of parts, and the names of files.
func (c content) texts() string {
	var all []string
	for _, part := range c {
		all = append(all, cmp.Or(part.Text, part.Filename, part.FileURL, part.ImageURL))
	}
	return strings.Join(all, "\n")
}

func (c content) parts(at string) ([]orq.Part, error) {
	parts := make([]orq.Part, 0, len(c))
	for i, part := range c {
		switch part.Type {
		case "input_image":
			parts = append(parts, orq.Part{Kind: orq.KindFile, File: fileOf(part.ImageURL, "image/*", part.Filename)})
		case "input_file":
			source := cmp.Or(part.FileURL, part.FileData)
			if source == "" {
				return nil, apierror.Invalid("%s[%d]: needs file_url or file_data; files cannot be uploaded here", at, i)
			}
			file := fileOf(source, cmp.Or(part.MIMEType, "application/octet-stream"), part.Filename)
			if part.FileURL == "" && file.Bytes == "" {
				file.URI, file.Bytes = "", part.FileData
			}
			parts = append(parts, orq.Part{Kind: orq.KindFile, File: file})
		default:
			parts = append(parts, orq.TextPart(part.Text+part.Refusal))
		}
	}
	return parts, nil
}

// fileOf is the file at an address, or in a data: URL. Without a known type of its own it has the given one.
func fileOf(address, mimeType, name string) *orq.File {
	if header, data, ok := strings.Cut(address, ";base64,"); ok && strings.HasPrefix(header, "data:") {
		return &orq.File{Bytes: data, MIMEType: cmp.Or(strings.TrimPrefix(header, "data:"), mimeType), Name: name}
	}
	if u, err := url.Parse(address); err == nil {
		known, _, _ := strings.Cut(mime.TypeByExtension(path.Ext(u.Path)), ";")
		mimeType = cmp.Or(known, mimeType)
	}
	return &orq.File{URI: address, MIMEType: mimeType, Name: name}
}
