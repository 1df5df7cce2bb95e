package sandbox

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// noResult stands for a result that never came: a turn was ended while a tool ran.
const noResult = `{"error":"the call was not carried out"}`

// conversation is all that the model has to know: what the agent is, and the turns of the task. The results of a
// message's calls follow it at once, as servers want it, whenever they came.
func (r *run) conversation() []chat.Message {
	c := transcript{results: map[string]string{}, called: map[string]bool{}}
	for _, message := range r.task.Messages {
		for _, part := range message.Parts {
			if part.Kind == orq.KindToolResult {
				c.results[part.ToolCallID] = cmp.Or(string(part.Result), "null")
			}
		}
	}
	if system := strings.TrimSpace(r.prompt.system + "\n\n" + r.prompt.instructions); system != "" {
		c.messages = append(c.messages, chat.Message{Role: chat.RoleSystem, Content: system})
	}
	for _, message := range r.task.Messages {
		switch message.Role {
		case orq.RoleUser:
			c.messages = append(c.messages, r.userMessage(message))
		case orq.RoleAgent:
			c.addAgent(message)
		}
	}
	return c.messages
}

// transcript is a conversation that is being put together.
type transcript struct {
	messages []chat.Message
	results  map[string]string // by the id of the call
	called   map[string]bool   // calls that are in messages
}

// addAgent adds what the agent said and called, and the results. What the sandbox said in its place is left out; so is a
// call that is asked for again because the caller sent only some results.
func (c *transcript) addAgent(message orq.Message) {
	said := chat.Message{Role: chat.RoleAssistant}
	if text := message.Text(); text != "" && !strings.HasPrefix(text, speaker) {
		said.Content = text
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
		said.ToolCalls = append(said.ToolCalls, chat.Call{
			ID: part.ToolCallID, Type: chat.TypeFunction, Function: orq.FunctionCall{Name: functionName(part.ToolName), Arguments: string(arguments)},
		})
		answers = append(answers, chat.Message{
			Role: orq.RoleTool, ToolCallID: part.ToolCallID, Content: cmp.Or(c.results[part.ToolCallID], noResult),
		})
	}
	if said.Content == nil && len(said.ToolCalls) == 0 {
		return
	}
	c.messages = append(append(c.messages, said), answers...)
}

// userMessage is what the user wrote, with the images; of other files the model is told the names.
func (r *run) userMessage(message orq.Message) chat.Message {
	text := renderMessage(r.engine, withoutReject(told(message)), r.vars)
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
	text = cmp.Or(strings.TrimSpace(text), "(nothing)") // a message without content is refused
	if len(images) == 0 {
		return chat.Message{Role: orq.RoleUser, Content: text}
	}
	return chat.Message{Role: orq.RoleUser, Content: append([]chat.Part{{Type: "text", Text: text}}, images...)}
}

func imageURL(file *orq.File) string {
	return cmp.Or(file.URI, "data:"+file.MIMEType+";base64,"+file.Bytes)
}

// withoutReject leaves out the one command that is not for the model: it decides about approvals.
func withoutReject(message string) string {
	var kept strings.Builder
	for line := range strings.Lines(message) {
		if strings.TrimRight(line, "\r\n") != "/reject" {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
