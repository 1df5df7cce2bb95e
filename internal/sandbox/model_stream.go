package sandbox

import (
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
	// maxAnswer bounds a streamed answer, in bytes: some servers wrap each word in half a kilobyte.
	maxAnswer = 64 << 20
	// maxCalls bounds the tool calls of an answer.
	maxCalls = 128
)

var (
	errCutOff   = errors.New("the stream has no end")
	errNoAnswer = errors.New("there is no answer of a model")
)

// completion is the answer of a model, put together from its chunks.
type completion struct {
	text, refusal, reasoning strings.Builder
	calls                    []askedCall
	finish                   string
	usage                    *chatUsage
	tell                     func(text string) // gets each piece of the text; nil: nobody wants it
}

// askedCall is a call of a tool as a model asks for it.
type askedCall struct {
	index     *int // in the stream; nil: the server numbers no calls
	id, name  string
	arguments []byte
}

// read takes the answer to its end. A server that does not stream answers with one object.
func (c *completion) read(response *http.Response) error {
	media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch media {
	case "application/json":
		return c.readWhole(http.MaxBytesReader(nil, response.Body, maxObject))
	case "text/html":
		return errNoAnswer
	}
	return c.readStream(http.MaxBytesReader(nil, response.Body, maxAnswer), media)
}

func (c *completion) readWhole(body io.Reader) error {
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

// readStream takes events up to [DONE]. An answer is complete when the model has said why it stopped; what may follow is
// the usage. Some servers do not say why, and end what the model said or called with [DONE] alone.
func (c *completion) readStream(body io.Reader, media string) error {
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
func (c *completion) add(raw []byte) error {
	var next chatChunk
	if err := json.Unmarshal(raw, &next); err != nil {
		return fmt.Errorf("a chunk is not what it should be: %w", err)
	}
	if next.Error != nil {
		message, _ := errorOf(raw)
		return toldError(message)
	}
	if len(next.Usage) > 0 && string(next.Usage) != "null" {
		c.usage = &chatUsage{}
		_ = json.Unmarshal(next.Usage, c.usage) // what is no number is not counted: some servers tell the cost as an object
	}
	for _, choice := range next.Choices {
		if choice.Index != 0 {
			continue
		}
		c.finish = firstOf(choice.FinishReason, c.finish)
		for _, said := range []chatSaid{choice.Delta, choice.Message} {
			if err := c.addSaid(said); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *completion) addSaid(said chatSaid) error {
	text := string(said.Content)
	c.text.WriteString(text)
	if c.tell != nil && text != "" {
		c.tell(text)
	}
	c.refusal.WriteString(said.Refusal)
	c.reasoning.WriteString(firstOf(said.Reasoning, said.ReasoningContent))
	for _, piece := range said.ToolCalls {
		call := c.begun(piece)
		if call == nil {
			if len(c.calls) == maxCalls {
				return fmt.Errorf("it has more than %d tool calls", maxCalls)
			}
			c.calls = append(c.calls, askedCall{index: piece.Index})
			call = &c.calls[len(c.calls)-1]
		}
		call.id, call.name = firstOf(call.id, piece.ID), firstOf(call.name, piece.Function.Name)
		call.arguments = append(call.arguments, piece.Function.Arguments...)
	}
	return nil
}

// begun is the call that a piece goes on with: pieces of one call have its index. A server that gives all calls the same
// index, or none, sends whole calls, each with a name and an id of its own.
func (c *completion) begun(piece chatCall) *askedCall {
	for i := len(c.calls) - 1; i >= 0; i-- {
		call := &c.calls[i]
		if piece.Index == nil || call.index == nil || *call.index != *piece.Index {
			continue
		}
		if piece.Function.Name == "" || piece.ID == "" || piece.ID == call.id {
			return call
		}
	}
	return nil
}

// change applies edit to all that the model said.
func (c *completion) change(edit func(string) string) {
	for _, text := range []*strings.Builder{&c.text, &c.refusal, &c.reasoning} {
		edited := edit(text.String())
		text.Reset()
		text.WriteString(edited)
	}
	for i := range c.calls {
		call := &c.calls[i]
		call.id, call.name, call.arguments = edit(call.id), edit(call.name), []byte(edit(string(call.arguments)))
	}
}

// said is the text of the answer; a model that refuses says so in a field of its own.
func (c *completion) said() string { return firstOf(c.text.String(), c.refusal.String()) }

// empty reports whether the model has neither said nor called anything.
func (c *completion) empty() bool { return c.said() == "" && len(c.calls) == 0 }

// reason is why the model stopped, as the API names it: a server may have names of its own, and may say stop when it
// calls tools.
func (c *completion) reason() string {
	switch {
	case c.finish == orq.FinishLength || c.finish == orq.FinishContentFilter:
		return c.finish
	case len(c.calls) > 0:
		return orq.FinishToolCalls
	}
	return orq.FinishStop
}
