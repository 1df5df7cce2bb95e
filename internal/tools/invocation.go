package tools

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// invocation holds the arguments that invoke_agent and run_agent share, except for the message.
type invocation struct {
	TaskID               string         `json:"task_id" jsonschema_description:"Continues that task."`
	Files                []inputFile    `json:"files" jsonschema_description:"Each by uri or base64."`
	ToolResults          []toolResult   `json:"tool_results" jsonschema_description:"Answers to pending_tool_calls; needs task_id."`
	Identity             *orq.Identity  `json:"identity" jsonschema_extras:"word=id"`
	Thread               *orq.Thread    `json:"thread" jsonschema_extras:"word=id"`
	MemoryEntityID       string         `json:"memory_entity_id" jsonschema_description:"Whose memory to use; required by memory tools."`
	Metadata             map[string]any `json:"metadata" jsonschema_description:"For traces."`
	Mode                 string         `json:"mode" jsonschema:"enum=auto,enum=stream,enum=background" jsonschema_description:"background returns at once with a task_id."`
	WaitSeconds          *int           `json:"wait_seconds" jsonschema:"minimum=0,maximum=3600" jsonschema_description:"How long auto waits without progress; default 50."`
	StreamTimeoutSeconds *int           `json:"stream_timeout_seconds" jsonschema:"minimum=1,maximum=3600"`
	Contact              *orq.Identity  `json:"contact" jsonschema_extras:"hidden=true"`
}

// inputFile is a file for the agent, given by URI or by content.
type inputFile struct {
	URI      string         `json:"uri"`
	Base64   string         `json:"base64"`
	MIMEType string         `json:"mime_type"`
	Name     string         `json:"name"`
	Metadata map[string]any `json:"metadata" jsonschema_description:"Free." jsonschema_extras:"hidden=true"`
}

// RewriteArguments normalizes the content to padded standard base64. It accepts data URLs, line breaks and URL-safe base64.
func (inputFile) RewriteArguments(file map[string]any) {
	content, _ := file["base64"].(string)
	if header, data, isURL := strings.Cut(content, ";base64,"); isURL && strings.HasPrefix(header, "data:") {
		content = data
		if mimeType := strings.TrimPrefix(header, "data:"); file["mime_type"] == nil && mimeType != "" {
			file["mime_type"] = mimeType
		}
	}
	content = strings.NewReplacer("-", "+", "_", "/", "\n", "", "\r", "").Replace(strings.TrimSpace(content))
	content = strings.TrimRight(content, "=")
	content += strings.Repeat("=", -len(content)&3)
	if _, err := base64.StdEncoding.Strict().DecodeString(content); err == nil && content != "" {
		file["base64"] = content
	}
}

// CheckArguments requires exactly one of URI and content.
func (f inputFile) CheckArguments(report func(path, message string)) {
	if (f.URI == "") == (f.Base64 == "") {
		report("uri", "give either uri or base64")
		return
	}
	if _, err := base64.StdEncoding.DecodeString(f.Base64); err != nil {
		report("base64", "is not standard base64")
	}
}

// toolResult is the result of one pending call of a function tool.
type toolResult struct {
	ToolCallID string          `json:"tool_call_id" jsonschema:"required,minLength=1"`
	Result     json.RawMessage `json:"result" jsonschema:"type=string" jsonschema_description:"Text or any JSON." jsonschema_extras:"keepempty=true"`
	Metadata   map[string]any  `json:"metadata" jsonschema_description:"Free." jsonschema_extras:"hidden=true"`
}

// RewriteArguments accepts the field names of common model APIs.
func (toolResult) RewriteArguments(result map[string]any) {
	for _, name := range []string{"call_id", "tool_use_id", "id"} {
		rename(result, name, "tool_call_id")
	}
	for _, name := range []string{"output", "content"} {
		rename(result, name, "result")
	}
}

// rewriteInvocation accepts single files, URLs in place of files, and the API's memory object.
func rewriteInvocation(arguments map[string]any) {
	if file, ok := fileFromURL(arguments["files"]); ok {
		arguments["files"] = []any{file}
	}
	if files, ok := arguments["files"].([]any); ok {
		for i := range files {
			if file, ok := fileFromURL(files[i]); ok {
				files[i] = file
			}
		}
	}
	if memory, ok := arguments["memory"].(map[string]any); ok {
		if entity, ok := memory["entity_id"]; ok && len(memory) == 1 {
			if _, taken := arguments["memory_entity_id"]; !taken {
				arguments["memory_entity_id"] = entity
				delete(arguments, "memory")
			}
		}
	}
}

// fileFromURL returns the file that a bare URL stands for. It accepts no other text, which may be a name or the content.
func fileFromURL(value any) (file map[string]any, ok bool) {
	text, _ := value.(string)
	address, err := url.Parse(text)
	return map[string]any{"uri": text}, err == nil && address.Host != ""
}

// check reports violations of the rules between message and the other arguments.
func (in invocation) check(message messageInput, report func(path, message string)) {
	if message.api != nil {
		in.checkAPIMessage(*message.api, report)
		return
	}
	hasContent := message.text != "" || len(in.Files) > 0
	if len(in.ToolResults) == 0 {
		if !hasContent {
			report("message", "required")
		}
		return
	}
	if in.TaskID == "" {
		report("task_id", "required with tool_results: the task that waits for them")
	}
	if hasContent {
		report("message", "cannot be given together with tool_results; send it in a call of its own")
	}
}

// checkAPIMessage is check for a message in the API's own form.
func (in invocation) checkAPIMessage(message apiMessage, report func(path, message string)) {
	if message.Role == orq.RoleTool && in.TaskID == "" {
		report("task_id", "required with tool results: the task that waits for them")
	}
	if len(in.Files)+len(in.ToolResults) > 0 {
		report("message", "has files and tool_results among its parts when it is an object")
	}
}

// request returns the part of an API request that both tools have in common.
func (in invocation) request(message messageInput, variables map[string]any, engine string) orq.Invocation {
	request := orq.Invocation{
		TaskID: in.TaskID, Message: in.message(message), Variables: variables, Identity: in.Identity, Contact: in.Contact,
		Thread: in.Thread, Metadata: in.Metadata, Engine: engine,
	}
	if in.MemoryEntityID != "" {
		request.Memory = &orq.Memory{EntityID: in.MemoryEntityID}
	}
	return request
}

// message builds the API's message from the message argument, files and tool results.
func (in invocation) message(given messageInput) orq.Message {
	if given.api != nil {
		return given.api.request()
	}
	if len(in.ToolResults) > 0 {
		message := orq.Message{Role: orq.RoleTool}
		for _, result := range in.ToolResults {
			message.Parts = append(message.Parts, orq.Part{
				Kind: orq.KindToolResult, ToolCallID: result.ToolCallID, Result: result.Result, Metadata: result.Metadata,
			})
		}
		return message
	}
	message := orq.Message{Role: orq.RoleUser}
	if given.text != "" {
		message.Parts = append(message.Parts, orq.TextPart(given.text))
	}
	for _, file := range in.Files {
		message.Parts = append(message.Parts, orq.Part{
			Kind:     orq.KindFile,
			File:     &orq.File{URI: file.URI, Bytes: file.Base64, MIMEType: file.MIMEType, Name: file.Name},
			Metadata: file.Metadata,
		})
	}
	return message
}

// wait returns how long a call in mode auto waits for its run.
func (in invocation) wait() time.Duration {
	if in.WaitSeconds != nil {
		return time.Duration(*in.WaitSeconds) * time.Second
	}
	return defaultWait
}

// streamTimeout returns how long the service keeps the stream of a run open.
func (in invocation) streamTimeout() time.Duration {
	if in.StreamTimeoutSeconds != nil {
		return time.Duration(*in.StreamTimeoutSeconds) * time.Second
	}
	return 30 * time.Minute
}

// defaultWait leaves time for the last lookup within callTimeout.
const defaultWait = callTimeout - 2*time.Second

// describe returns the first progress line of a run.
func (in invocation) describe(key string) string {
	if in.TaskID != "" {
		return fmt.Sprintf("continuing task %s of %s", in.TaskID, key)
	}
	return "starting " + key
}
