package chat

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
)

// Completion is the answer of a model, assembled from its chunks.
type Completion struct {
	// Model is the id of the agent's model that answered.
	Model string
	// Calls are the tool calls that the model asks for, in order.
	Calls []ToolCall
	// Cut are the calls of an answer that was cut by a limit of tokens or a filter: they must not be carried out.
	Cut []ToolCall
	// Usage is nil when the server reported none.
	Usage *Usage
	// Fields go back to the model with the message.
	Fields MessageFields

	text, refusal, reasoning strings.Builder
	gathering                gathering
	assembly                 assembly
	streamed                 bool              // a delta has had content
	pieces                   int               // how many pieces had content
	finish                   string            // the finish reason as the server wrote it; one of ours after end
	refusedWith              int               // the status of an error in place of an answer; 0: none
	onText                   func(text string) // receives each piece of the text; may be nil
}

// add adds a chunk, a whole answer, or a list of these. Anything else in JSON is not of an answer: some servers keep a
// connection alive with it.
func (c *Completion) add(raw []byte) error {
	var next chunk
	switch first(raw) {
	case '{':
	case '[':
		var chunks []json.RawMessage
		if err := json.Unmarshal(raw, &chunks); err != nil {
			return notAChunk(err)
		}
		for _, each := range chunks {
			if err := c.add(each); err != nil {
				return err
			}
		}
		return nil
	default:
		if !json.Valid(raw) {
			return c.reported(raw)
		}
		return nil
	}
	if err := json.Unmarshal(raw, &next); err != nil {
		return notAChunk(err)
	}
	if next.isError(raw) {
		return c.reported(raw)
	}
	if isPresent(next.Groq.members.Error) {
		return c.reported(next.Groq.members.Error)
	}
	c.Usage = cmp.Or(usageOf(next.Usage), usageOf(next.Groq.members.Usage), c.Usage)
	for _, choice := range next.Choices {
		if err := c.addChoice(choice); err != nil {
			return err
		}
	}
	return nil
}

func notAChunk(err error) error {
	return fmt.Errorf("a chunk is not what it should be: %s", errortext.Syntax(err))
}

// reported is the error that the server reports with a value. It keeps the status that the server gives it, if nothing of the
// answer has come.
func (c *Completion) reported(raw []byte) error {
	found := wordsOf(raw)
	if status, err := strconv.Atoi(found.Code); err == nil && status >= 400 && status < 600 && c.pieces == 0 {
		c.refusedWith = status
	}
	return reportedError(found.Text)
}

// isError reports whether a chunk is an error in place of an answer. What has neither choices nor usage is one if it has
// members that only errors have, or a message with a code.
func (next *chunk) isError(raw []byte) bool {
	if isPresent(next.Error) || next.Object == "error" || isErrorCode(next.BaseResp.members.StatusCode) {
		return true
	}
	if next.Choices != nil || usageOf(next.Usage) != nil {
		return false
	}
	other := lowerNames(raw)
	for _, name := range []string{"detail", "errors", "error_message", "errormessage", "error_msg", "fault"} {
		if isPresent(other[name]) {
			return true
		}
	}
	isCode := func(name string) bool { return isErrorCode(other[name]) }
	return string(other["type"]) == `"error"` || (isPresent(other["msg"]) || isPresent(other["message"])) &&
		(slices.ContainsFunc([]string{"code", "error_code", "statuscode", "status_code"}, isCode) || isErrorStatus(other["status"]))
}

// lowerNames are the members of an object by their names in small letters.
func lowerNames(raw []byte) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(raw, &object) // it is an object
	low := make(map[string]json.RawMessage, len(object))
	for name, member := range object {
		low[strings.ToLower(name)] = member
	}
	return low
}

// isErrorCode reports whether a code is there, and not one of success.
func isErrorCode(raw json.RawMessage) bool {
	code := strings.Trim(string(raw), `"`)
	return isPresent(raw) && code != "0" && code != "200"
}

// isErrorStatus is isErrorCode for a member that may also name the progress of the request.
func isErrorStatus(raw json.RawMessage) bool {
	name := letters(string(raw))
	return isErrorCode(raw) && (name == "" || strings.Contains(name, "error") || strings.Contains(name, "fail"))
}

// addChoice adds the first choice; there are others only where they were asked for.
func (c *Completion) addChoice(next choice) error {
	if next.Index.value != nil && *next.Index.value != 0 {
		return nil
	}
	c.setReason(cmp.Or(string(next.FinishReason), string(next.CamelReason)))
	if isPresent(next.Error) {
		return c.reported(next.Error)
	}
	if next.Delta != nil && !next.Delta.isEmpty() {
		c.streamed = true
		return c.addContent(next.Delta)
	}
	if next.Message != nil && !c.streamed {
		return c.addContent(next.Message)
	}
	return nil
}

func (c *content) isEmpty() bool {
	return c.Content == (contentText{}) && c.Refusal == "" && len(c.ToolCalls)+len(c.CamelCalls) == 0 && c.FunctionCall == nil &&
		c.Reasoning == "" && c.ReasoningContent == "" && c.ReasoningText == "" && c.ReasoningOpaque == "" &&
		len(c.ReasoningDetails)+len(c.ThinkingBlocks)+len(c.ExtraContent) == 0
}

func (c *Completion) addContent(piece *content) error {
	c.pieces++
	text := piece.Content.text
	c.text.WriteString(text)
	if c.onText != nil && text != "" {
		c.onText(text)
	}
	c.refusal.WriteString(string(piece.Refusal))
	// A server uses one name, or several for the same text.
	c.reasoning.WriteString(cmp.Or(string(piece.Reasoning), string(piece.ReasoningContent), string(piece.ReasoningText), piece.Content.thinking))
	c.gathering.add(piece)
	calls := append(piece.ToolCalls, piece.CamelCalls...)
	if len(calls) == 0 && piece.FunctionCall != nil {
		calls = list[fragment]{{Function: *piece.FunctionCall}}
	}
	if len(calls) == 0 {
		return nil
	}
	return c.assembly.add(calls)
}

// edit applies change to all texts of the answer.
func (c *Completion) edit(change func(string) string) {
	for _, text := range []*strings.Builder{&c.text, &c.refusal, &c.reasoning} {
		edited := change(text.String())
		text.Reset()
		text.WriteString(edited)
	}
	c.finish = change(c.finish)
	c.Fields.edit(change)
	for _, calls := range [][]ToolCall{c.Calls, c.Cut} {
		for i := range calls {
			call := &calls[i]
			call.ID, call.Name, call.Arguments = change(call.ID), change(call.Name), []byte(change(string(call.Arguments)))
			call.Fields.edit(change)
		}
	}
}

// Content is the text of the answer without a refusal.
func (c *Completion) Content() string { return c.text.String() }

// Refusal is the text of a model that refuses to answer.
func (c *Completion) Refusal() string { return c.refusal.String() }

// Reasoning is the reasoning that the server reported.
func (c *Completion) Reasoning() string { return c.reasoning.String() }

// Text is the content of the answer or, when there is none, its refusal.
func (c *Completion) Text() string { return cmp.Or(c.text.String(), c.refusal.String()) }

func (c *Completion) empty() bool { return c.Text() == "" && len(c.assembly.calls) == 0 }
