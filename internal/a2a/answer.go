package a2a

import (
	"cmp"
	"maps"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// answer returns what the exchange has led to.
func (x *exchange) answer() Answer {
	groups := make([][]orq.Part, 0, len(x.artifacts)+1)
	for _, a := range x.artifacts {
		a.parts = mergeTexts(a.parts)
		groups = append(groups, a.parts)
	}
	last := make([][]orq.Part, 0, len(x.closing))
	for _, message := range x.closing {
		last = append(last, message.parts)
	}
	answer := Answer{State: x.state, Incomplete: x.lost, Next: x.next()}
	if isFailed(x.state) {
		answer.FailureReason = orq.Message{Parts: paragraphs(last...)}.Text()
	} else {
		groups = append(groups, last...)
	}
	if answer.Parts = paragraphs(groups...); len(answer.Parts) == 0 {
		answer.Parts = paragraphs(x.interim...)
	}
	if len(answer.Parts) == 0 && x.state == orq.TaskCompleted {
		answer.Parts = paragraphs(x.historyAnswer()...)
	}
	return answer
}

// historyAnswer returns the messages of the agent in the history of a task that has ended without any other answer: some
// agents answer there alone. In a task that has had other messages they cannot be told from older ones.
func (x *exchange) historyAnswer() (answers [][]orq.Part) {
	if x.previous.TaskID != "" {
		return nil
	}
	for _, message := range x.history {
		if message.Role == orq.RoleAgent {
			answers = append(answers, message.Parts)
		}
	}
	return answers
}

// next returns the conversation after this exchange; the previous one when the agent sent neither a task nor a state.
func (x *exchange) next() Conversation {
	if x.state == "" && x.taskID == "" {
		return x.previous
	}
	next := Conversation{ContextID: cmp.Or(x.contextID, x.previous.ContextID)}
	if !isWaiting(x.state) {
		return next
	}
	next.TaskID, next.Question, next.Artifacts = x.taskID, x.question, map[string]Extent{}
	if x.taskID == x.previous.TaskID {
		maps.Copy(next.Artifacts, x.previous.Artifacts)
	}
	for _, a := range x.artifacts {
		next.Artifacts[a.key] = a.previous.with(a.parts)
	}
	return next
}
