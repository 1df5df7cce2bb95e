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

// invocation is what invoke_agent and run_agent share: the message and its circumstances.
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

// inputFile is a file for the agent, by URI or content.
type inputFile struct {
	URI      string         `json:"uri"`
	Base64   string         `json:"base64"`
	MIMEType string         `json:"mime_type"`
	Name     string         `json:"name"`
	Metadata map[string]any `json:"metadata" jsonschema_description:"Free." jsonschema_extras:"hidden=true"`
}

// RewriteArguments brings content to standard base64: out of a data URL, without line breaks, padded.
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

// CheckArguments wants exactly one source.
func (f inputFile) CheckArguments(report func(path, message string)) {
	if (f.URI == "") == (f.Base64 == "") {
		report("uri", "give either uri or base64")
		return
	}
	if _, err := base64.StdEncoding.DecodeString(f.Base64); err != nil {
		report("base64", "is not standard base64")
	}
}

// toolResult answers one pending call of a function tool.
type toolResult struct {
	ToolCallID string          `json:"tool_call_id" jsonschema:"required,minLength=1"`
	Result     json.RawMessage `json:"result" jsonschema:"type=string" jsonschema_description:"Text or any JSON." jsonschema_extras:"keepempty=true"`
	Metadata   map[string]any  `json:"metadata" jsonschema_description:"Free." jsonschema_extras:"hidden=true"`
}

// RewriteArguments takes the names that the APIs of models have for the same.
func (toolResult) RewriteArguments(result map[string]any) {
	for _, name := range []string{"call_id", "tool_use_id", "id"} {
		rename(result, name, "tool_call_id")
	}
	for _, name := range []string{"output", "content"} {
		rename(result, name, "result")
	}
}

// rewriteInvocation turns the API's own nesting into the flat arguments.
func rewriteInvocation(arguments map[string]any) {
	if file, ok := addressed(arguments["files"]); ok {
		arguments["files"] = []any{file}
	}
	if files, ok := arguments["files"].([]any); ok {
		for i := range files {
			if file, ok := addressed(files[i]); ok {
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

// addressed is the file at an address that stands for it. Any other text may be a name or the content.
func addressed(value any) (file map[string]any, ok bool) {
	text, _ := value.(string)
	address, err := url.Parse(text)
	return map[string]any{"uri": text}, err == nil && address.Host != ""
}

// check holds the rules between the fields of a run, of which message is one.
func (in invocation) check(message saying, report func(path, message string)) {
	if message.own != nil {
		in.checkOwn(*message.own, report)
		return
	}
	said := message.text != "" || len(in.Files) > 0
	if len(in.ToolResults) == 0 {
		if !said {
			report("message", "required")
		}
		return
	}
	if in.TaskID == "" {
		report("task_id", "required with tool_results: the task that waits for them")
	}
	if said {
		report("message", "cannot be given together with tool_results; send it in a call of its own")
	}
}

// checkOwn holds the rules of a message in the API's own form.
func (in invocation) checkOwn(message ownMessage, report func(path, message string)) {
	if message.Role == orq.RoleTool && in.TaskID == "" {
		report("task_id", "required with tool results: the task that waits for them")
	}
	if len(in.Files)+len(in.ToolResults) > 0 {
		report("message", "has files and tool_results among its parts when it is an object")
	}
}

// request is the part of an API request that the arguments stand for.
func (in invocation) request(message saying, variables map[string]any, engine string) orq.Invocation {
	request := orq.Invocation{
		TaskID: in.TaskID, Message: in.message(message), Variables: variables, Identity: in.Identity, Contact: in.Contact,
		Thread: in.Thread, Metadata: in.Metadata, Engine: engine,
	}
	if in.MemoryEntityID != "" {
		request.Memory = &orq.Memory{EntityID: in.MemoryEntityID}
	}
	return request
}

func (in invocation) message(said saying) orq.Message {
	if said.own != nil {
		return said.own.request()
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
	if said.text != "" {
		message.Parts = append(message.Parts, orq.TextPart(said.text))
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

// wait is how long a run in mode auto is waited for.
func (in invocation) wait() time.Duration {
	if in.WaitSeconds != nil {
		return time.Duration(*in.WaitSeconds) * time.Second
	}
	return defaultWait
}

// streamTimeout is how long the service keeps the stream of a run open.
func (in invocation) streamTimeout() time.Duration {
	if in.StreamTimeoutSeconds != nil {
		return time.Duration(*in.StreamTimeoutSeconds) * time.Second
	}
	return 30 * time.Minute
}

// defaultWait keeps a call, with its last lookup, within patience.
const defaultWait = patience - 2*time.Second

func (in invocation) describe(key string) string {
	if in.TaskID != "" {
		return fmt.Sprintf("continuing task %s of %s", in.TaskID, key)
	}
	return "starting " + key
}
