package model

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// noResult stands for a missing result: the turn ended while the tool ran.
const noResult = `{"error":"the call was not carried out"}`

// conversation is all that a model is sent: the agent's prompt and the turns of the task. The results of a message's calls
// follow it directly, as servers require, whenever they came.
func conversation(r *run.Run) []chat.Message {
	c := transcript{results: map[string]string{}, called: map[string]bool{}}
	for _, message := range r.Task.Messages {
		for _, part := range message.Parts {
			if part.Kind == orq.KindToolResult {
				c.results[part.ToolCallID] = cmp.Or(string(part.Result), "null")
			}
		}
	}
	if system := strings.TrimSpace(r.Prompt.System + "\n\n" + r.Prompt.Instructions); system != "" {
		c.messages = append(c.messages, chat.Message{Role: chat.RoleSystem, Content: system})
	}
	for _, message := range r.Task.Messages {
		switch message.Role {
		case orq.RoleUser:
			c.messages = append(c.messages, userMessage(r.Prompt, message))
		case orq.RoleAgent:
			c.addAgent(message)
		}
	}
	return c.messages
}

// transcript assembles a conversation.
type transcript struct {
	messages []chat.Message
	results  map[string]string // by the id of the call
	called   map[string]bool   // calls that are in messages
}

// addAgent adds a message of the agent, with its calls and their results. Text that the sandbox wrote in its place is left
// out, and so is a call that is repeated because the caller sent only some results.
func (c *transcript) addAgent(message orq.Message) {
	added := chat.Message{Role: chat.RoleAssistant}
	if text := message.Text(); text != "" && !strings.HasPrefix(text, run.Speaker) {
		added.Content = text
	}
	var answers []chat.Message
	for _, part := range message.Parts {
		if part.Kind != orq.KindToolCall || c.called[part.ToolCallID] {
			continue
		}
		c.called[part.ToolCallID] = true
		arguments, err := json.Marshal(part.Arguments)
		if err != nil || part.Arguments == nil {
			arguments = []byte("{}")
		}
		added.ToolCalls = append(added.ToolCalls, chat.Call{
			ID: part.ToolCallID, Type: chat.TypeFunction, Function: orq.FunctionCall{Name: functionName(part.ToolName), Arguments: string(arguments)},
		})
		answers = append(answers, chat.Message{
			Role: orq.RoleTool, ToolCallID: part.ToolCallID, Content: cmp.Or(c.results[part.ToolCallID], noResult),
		})
	}
	if added.Content == nil && len(added.ToolCalls) == 0 {
		return
	}
	c.messages = append(append(c.messages, added), answers...)
}

// userMessage is a message of the user with its images; other files are replaced by their names.
func userMessage(prompt run.Prompt, message orq.Message) chat.Message {
	text := prompt.Render(withoutReject(run.TextOf(message)))
	var images []chat.Part
	for _, part := range message.Parts {
		switch {
		case part.File == nil:
		case strings.HasPrefix(part.File.MIMEType, "image/"):
			images = append(images, chat.Part{Type: "image_url", ImageURL: &chat.ImageURL{URL: imageURL(part.File)}})
		default:
			text += "\n[The file " + cmp.Or(part.File.Name, part.File.URI, "without a name") + " cannot be shown to you.]"
		}
	}
	text = cmp.Or(strings.TrimSpace(text), "(nothing)") // servers refuse a message without content
	if len(images) == 0 {
		return chat.Message{Role: orq.RoleUser, Content: text}
	}
	return chat.Message{Role: orq.RoleUser, Content: append([]chat.Part{{Type: "text", Text: text}}, images...)}
}

func imageURL(file *orq.File) string {
	return cmp.Or(file.URI, "data:"+file.MIMEType+";base64,"+file.Bytes)
}

// withoutReject leaves out the command that is meant for the review, not for the model.
func withoutReject(message string) string {
	var kept strings.Builder
	for line := range strings.Lines(message) {
		if strings.TrimRight(line, "\r\n") != run.RejectCommand {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
