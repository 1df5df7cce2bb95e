package model

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// noResult stands for a missing result: the turn ended while the tool ran.
const noResult = `{"error":"the call was not carried out"}`

// Texts in the place of a turn that the model's server cannot do without: strict ones demand that user and assistant alternate,
// beginning with the user, and that no message is empty.
const (
	nothing  = "(nothing)"
	noAnswer = "(no answer)"
)

// conversation is all that a model is sent: the agent's prompt and the turns of the task. The results of a message's calls
// follow it directly, as servers require, whenever they came.
func conversation(r *run.Run, kept memory) []chat.Message {
	c := transcript{results: map[string]string{}, called: map[string]bool{}, kept: kept}
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
			if user, ok := userMessage(r.Prompt, message); ok {
				c.add(user)
			}
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
	kept     memory
}

// add adds a message of the user or the agent, so that they alternate also after a turn that failed or was empty.
func (c *transcript) add(next chat.Message) {
	last := &chat.Message{Role: chat.RoleSystem}
	if len(c.messages) > 0 {
		last = &c.messages[len(c.messages)-1]
	}
	switch {
	case next.Role == last.Role && len(last.ToolCalls) == 0:
		last.Content, last.ToolCalls = joined(last.Content, next.Content), next.ToolCalls
		if next.Returned != nil {
			last.Returned = next.Returned
		}
		return
	case next.Role == orq.RoleUser && last.Role == orq.RoleTool:
		c.messages = append(c.messages, chat.Message{Role: chat.RoleAssistant, Content: noAnswer})
	case next.Role == chat.RoleAssistant && last.Role == chat.RoleSystem:
		c.messages = append(c.messages, chat.Message{Role: orq.RoleUser, Content: nothing})
	}
	c.messages = append(c.messages, next)
}

// joined is the content of two messages in one.
func joined(before, after any) any {
	one, isText := before.(string)
	other, isTextToo := after.(string)
	switch {
	case before == nil:
		return after
	case after == nil:
		return before
	case isText && isTextToo:
		return one + "\n\n" + other
	}
	return append(partsOfContent(before), partsOfContent(after)...)
}

func partsOfContent(content any) []chat.Part {
	if text, ok := content.(string); ok {
		return []chat.Part{{Type: "text", Text: text}}
	}
	parts, _ := content.([]chat.Part)
	return slices.Clone(parts)
}

// addAgent adds a message of the agent, with its calls and their results. Text that the sandbox wrote in its place is left
// out, and so is a call that is repeated because the caller sent only some results.
func (c *transcript) addAgent(message orq.Message) {
	added := chat.Message{Role: chat.RoleAssistant, Returned: c.kept.of(message)}
	if text := ownText(message); strings.TrimSpace(text) != "" {
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
	c.add(added)
	c.messages = append(c.messages, answers...)
}

// ownText is the text of a message without the parts that the sandbox wrote in the agent's place.
func ownText(message orq.Message) string {
	message.Parts = slices.DeleteFunc(slices.Clone(message.Parts), func(p orq.Part) bool {
		return p.Text != nil && strings.HasPrefix(strings.TrimSpace(*p.Text), run.Speaker)
	})
	return message.Text()
}

// userMessage is a message of the user with its images; other files are replaced by their names. It reports false for one
// that only brings results.
func userMessage(prompt run.Prompt, message orq.Message) (chat.Message, bool) {
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
	text = strings.TrimSpace(text)
	if text == "" && len(images) == 0 && run.HasResults(message) {
		return chat.Message{}, false
	}
	text = cmp.Or(text, nothing)
	if len(images) == 0 {
		return chat.Message{Role: orq.RoleUser, Content: text}, true
	}
	return chat.Message{Role: orq.RoleUser, Content: append([]chat.Part{{Type: "text", Text: text}}, images...)}, true
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
