package rules

import (
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// owner is the name of this engine in the state of tasks.
const owner = "rules"

// state is what is left to do for a message. It survives a pause.
type state struct {
	Text  string    `json:"text"` // the message without its commands
	Steps []command `json:"steps,omitzero"`
	Notes []string  `json:"notes,omitzero"` // what the answer will report
}

// Receive implements run.Receiver: a question replaces the state, results are noted.
func (Engine) Receive(t *store.Task, message orq.Message, results []run.ToolResult) error {
	if len(results) == 0 {
		return t.Engine.Save(owner, parse(run.TextOf(message)))
	}
	var s state
	kept, err := t.Engine.Load(owner, &s)
	if err != nil {
		return err
	}
	if !kept { // its commands are what has led to the results
		s.Text = parse(run.TextOf(run.Question(t.Messages))).Text
	}
	for _, result := range results {
		s.Notes = append(s.Notes, result.Call.Function.Name+" returned "+truncate.Runes(string(result.Result), maxNote))
	}
	return t.Engine.Save(owner, s)
}

// load returns the state of a task. A task that another engine has begun starts with its question.
func load(t *store.Task) (state, error) {
	var s state
	kept, err := t.Engine.Load(owner, &s)
	if err != nil || kept {
		return s, err
	}
	return parse(run.TextOf(run.Question(t.Messages))), nil
}
