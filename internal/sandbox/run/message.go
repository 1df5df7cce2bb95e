package run

import (
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// RejectCommand is the line of a user's message that makes the review of tool calls reject them: there is no studio here.
const RejectCommand = "/reject"

// TextOf is the text of a message, each part on lines of its own.
func TextOf(message orq.Message) string {
	var texts []string
	for _, part := range message.Parts {
		if part.Text != nil {
			texts = append(texts, *part.Text)
		}
	}
	return strings.Join(texts, "\n")
}

// HasResults reports whether a message holds results of tool calls.
func HasResults(message orq.Message) bool {
	return slices.ContainsFunc(message.Parts, func(p orq.Part) bool { return p.Kind == orq.KindToolResult })
}

// Question is the last message of the user that holds no results.
func Question(messages []orq.Message) orq.Message {
	for _, message := range slices.Backward(messages) {
		if message.Role == orq.RoleUser && !HasResults(message) {
			return message
		}
	}
	return orq.Message{}
}

// rejectsTools reports whether the question of a task holds RejectCommand, which may stand behind other commands in a line.
func rejectsTools(messages []orq.Message) bool {
	for line := range strings.Lines(TextOf(Question(messages))) {
		if strings.HasPrefix(line, "/") && slices.Contains(strings.Fields(line), RejectCommand) {
			return true
		}
	}
	return false
}

// namesOf lists calls by name and id.
func namesOf(pending []orq.PendingToolCall) string {
	names := make([]string, len(pending))
	for i, call := range pending {
		names[i] = call.Function.Name + " (" + call.ID + ")"
	}
	return strings.Join(names, ", ")
}
