package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	openai "github.com/sashabaranov/go-openai"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

var errCutOff = errors.New("the stream has no end")

// completion is the answer of a model, put together from its chunks.
type completion struct {
	text, refusal, reasoning strings.Builder
	calls                    []openai.ToolCall
	finish                   string
	usage                    *modelUsage
}

// modelUsage is what the server counted. Cost is in USD, where the server tells it.
type modelUsage struct {
	orq.Usage
	Cost float64 `json:"cost"`
}

// chunk is one event of a stream. The library's own type lacks the reasoning of some servers, and the cost.
type chunk struct {
	Choices []struct {
		Index int
		Delta struct {
			Content   *string
			Refusal   *string
			Reasoning *string
			// ReasoningContent is the other name of Reasoning.
			ReasoningContent *string           `json:"reasoning_content"`
			ToolCalls        []openai.ToolCall `json:"tool_calls"`
		}
		FinishReason string `json:"finish_reason"`
	}
	Usage *modelUsage
}

// read takes the stream to its end. A stream that ends before the model has said why it stopped was cut off.
func (c *completion) read(stream *openai.ChatCompletionStream) error {
	for {
		raw, err := stream.RecvRaw()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		var next chunk
		if err := json.Unmarshal(raw, &next); err != nil {
			return fmt.Errorf("a chunk is not what it should be: %w", err)
		}
		c.add(next)
	}
	if c.finish == "" {
		return errCutOff
	}
	return nil
}

func (c *completion) add(next chunk) {
	if next.Usage != nil {
		c.usage = next.Usage
	}
	for _, choice := range next.Choices {
		if choice.Index != 0 {
			continue
		}
		delta := choice.Delta
		addText(&c.text, delta.Content)
		addText(&c.refusal, delta.Refusal)
		addText(&c.reasoning, delta.Reasoning)
		if delta.Reasoning == nil {
			addText(&c.reasoning, delta.ReasoningContent)
		}
		for _, call := range delta.ToolCalls {
			c.addCall(call)
		}
		c.finish = firstOf(choice.FinishReason, c.finish)
	}
}

// addCall adds a piece of a call. Pieces of one call have its index; a server without indexes sends whole calls.
func (c *completion) addCall(piece openai.ToolCall) {
	for i := range c.calls {
		call := &c.calls[i]
		if piece.Index == nil || call.Index == nil || *call.Index != *piece.Index {
			continue
		}
		call.ID = firstOf(call.ID, piece.ID)
		call.Function.Name = firstOf(call.Function.Name, piece.Function.Name)
		call.Function.Arguments += piece.Function.Arguments
		return
	}
	c.calls = append(c.calls, piece)
}

func addText(to *strings.Builder, piece *string) {
	if piece != nil {
		to.WriteString(*piece)
	}
}

// said is the text of the answer; a model that refuses says so in a field of its own.
func (c *completion) said() string { return firstOf(c.text.String(), c.refusal.String()) }

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
