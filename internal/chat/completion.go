package chat

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/tmaxmax/go-sse"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const (
	// maxObject bounds one event of an answer, and an answer that is one object, in bytes.
	maxObject = 8 << 20
	// maxAnswer bounds a streamed answer, in bytes: some servers spend half a kilobyte on each word.
	maxAnswer = 64 << 20
	// maxCalls bounds the tool calls of an answer.
	maxCalls = 128
)

var (
	errCutOff   = errors.New("the stream has no end")
	errNoAnswer = errors.New("there is no answer of a model")
)

// Completion is the answer of a model, assembled from its chunks.
type Completion struct {
	// Calls are the tool calls that the model asks for, in order.
	Calls []ToolCall
	// Usage is nil when the server reported none.
	Usage *Usage

	text, refusal, reasoning strings.Builder
	finish                   string            // finish_reason as the server wrote it
	onText                   func(text string) // receives each piece of the text; may be nil
}

// ToolCall is a tool call that a model asks for. Arguments are as the model wrote them, and need not be JSON.
type ToolCall struct {
	ID, Name  string
	Arguments []byte

	index *int // in the stream; nil: the server numbers no calls
}

// read reads the answer to its end. A server that does not stream answers with one object.
func (c *Completion) read(response *http.Response) error {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch media {
	case "application/json":
		return c.readWhole(http.MaxBytesReader(nil, response.Body, maxObject))
	case "text/html":
		return errNoAnswer
	}
	return c.readStream(http.MaxBytesReader(nil, response.Body, maxAnswer), media)
}

func (c *Completion) readWhole(body io.Reader) error {
	whole, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if err := c.add(whole); err != nil {
		return err
	}
	if c.finish == "" && c.empty() {
		return errNoAnswer
	}
	return nil
}

// readStream reads events up to [DONE]. An answer is complete when it has a finish reason; what may follow is the usage.
// Some servers send no finish reason, and end a text or its calls with [DONE] alone.
func (c *Completion) readStream(body io.Reader, media string) error {
	events, done := 0, false
	for event, err := range sse.Read(body, &sse.ReadConfig{MaxEventSize: maxObject}) {
		if err == nil && event.Data != "" && event.Data != "[DONE]" {
			events++
			err = c.add([]byte(event.Data))
		}
		if err != nil {
			return err
		}
		if done = event.Data == "[DONE]"; done {
			break
		}
	}
	switch {
	case events == 0 && media != "text/event-stream":
		return errNoAnswer
	case c.finish == "" && (!done || c.empty()):
		return errCutOff
	}
	return nil
}

// add adds a chunk, or a whole answer.
func (c *Completion) add(raw []byte) error {
	var next chunk
	if err := json.Unmarshal(raw, &next); err != nil {
		return fmt.Errorf("a chunk is not what it should be: %w", err)
	}
	if next.Error != nil {
		message, _ := errorOf(raw)
		return reportedError(message)
	}
	if len(next.Usage) > 0 && string(next.Usage) != "null" {
		c.Usage = &Usage{}
		_ = json.Unmarshal(next.Usage, c.Usage) // what is no number is not counted: some servers send the cost as an object
	}
	for _, choice := range next.Choices {
		if choice.Index != 0 {
			continue
		}
		c.finish = cmp.Or(choice.FinishReason, c.finish)
		for _, piece := range []content{choice.Delta, choice.Message} {
			if err := c.addContent(piece); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *Completion) addContent(piece content) error {
	text := string(piece.Content)
	c.text.WriteString(text)
	if c.onText != nil && text != "" {
		c.onText(text)
	}
	c.refusal.WriteString(piece.Refusal)
	c.reasoning.WriteString(cmp.Or(piece.Reasoning, piece.ReasoningContent))
	for _, fragment := range piece.ToolCalls {
		call := c.callOf(fragment)
		if call == nil {
			if len(c.Calls) == maxCalls {
				return fmt.Errorf("it has more than %d tool calls", maxCalls)
			}
			c.Calls = append(c.Calls, ToolCall{index: fragment.Index})
			call = &c.Calls[len(c.Calls)-1]
		}
		call.ID, call.Name = cmp.Or(call.ID, fragment.ID), cmp.Or(call.Name, fragment.Function.Name)
		call.Arguments = append(call.Arguments, fragment.Function.Arguments...)
	}
	return nil
}

// callOf is the call that a fragment continues, by its index; nil when it starts a new one. A server that gives all calls
// the same index, or none, sends whole calls, each with a name and an id of its own.
func (c *Completion) callOf(fragment Call) *ToolCall {
	for i := len(c.Calls) - 1; i >= 0; i-- {
		call := &c.Calls[i]
		if fragment.Index == nil || call.index == nil || *call.index != *fragment.Index {
			continue
		}
		if fragment.Function.Name == "" || fragment.ID == "" || fragment.ID == call.ID {
			return call
		}
	}
	return nil
}

// edit applies change to all texts of the answer.
func (c *Completion) edit(change func(string) string) {
	for _, text := range []*strings.Builder{&c.text, &c.refusal, &c.reasoning} {
		edited := change(text.String())
		text.Reset()
		text.WriteString(edited)
	}
	for i := range c.Calls {
		call := &c.Calls[i]
		call.ID, call.Name, call.Arguments = change(call.ID), change(call.Name), []byte(change(string(call.Arguments)))
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

func (c *Completion) empty() bool { return c.Text() == "" && len(c.Calls) == 0 }

// FinishReason is why the model stopped, as the Agents API names it: servers have names of their own, and some report
// stop for an answer that calls tools.
func (c *Completion) FinishReason() string {
	switch {
	case c.finish == orq.FinishLength || c.finish == orq.FinishContentFilter:
		return c.finish
	case len(c.Calls) > 0:
		return orq.FinishToolCalls
	}
	return orq.FinishStop
}
