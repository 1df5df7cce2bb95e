package responses

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// openText is the message that the agent is writing.
type openText struct {
	at   int // its item
	part int // content_index of its text: a text that a model begins anew is another part
	text strings.Builder
	// live is how much of the text has come from a model that is still answering, in bytes.
	live int
	open bool
	// messages counts those before.
	messages int
}

// Text implements run.TextListener.
func (c *composer) Text(piece string) error {
	if piece == "" {
		return c.restartText()
	}
	if err := c.addText(piece); err != nil {
		return err
	}
	c.text.live += len(piece)
	return nil
}

// restartText drops the text of a model whose answer is begun anew, by the same model or another. The part is ended in the
// events, as they cannot be taken back, and is not in the item.
func (c *composer) restartText() error {
	if c.text.live == 0 {
		return nil
	}
	if err := c.endPart(); err != nil {
		return err
	}
	c.text.text.Reset()
	c.text.live = 0
	c.text.part++
	return c.beginPart()
}

// thought adds the text of a thought, unless it has come as a model wrote it. A thought with a choice is a whole answer.
func (c *composer) thought(data *orq.Thought) error {
	text := textOf(data)
	if c.text.live > 0 {
		written := c.text.text.String()
		rest, ok := strings.CutPrefix(text, written[len(written)-c.text.live:])
		if !ok {
			rest = "" // the model's own words stand
		}
		text, c.text.live = rest, 0
	}
	if err := c.addText(text); err != nil || data.Choice == nil && !c.whole {
		return err
	}
	return c.closeText(StatusCompleted)
}

// textOf is the text of a thought's messages, which are in no order: there is one.
func textOf(data *orq.Thought) string {
	var texts []string
	for _, message := range data.MessageDifference {
		texts = append(texts, message.Text())
	}
	slices.Sort(texts)
	return strings.Join(texts, "\n")
}

// missing returns what is in the last message of the turn and in none of the texts so far.
func (c *composer) missing(last string) string {
	all, open := c.all.String()+c.text.text.String(), c.text.text.String()
	if strings.HasSuffix(all, last) {
		return ""
	}
	if rest, ok := strings.CutPrefix(last, all); ok {
		return rest
	}
	rest, _ := strings.CutPrefix(last, open)
	return rest
}

// addText adds text to the open message, or begins one.
func (c *composer) addText(text string) error {
	if text == "" {
		return nil
	}
	if !c.text.open {
		c.text.open = true
		item := Item{
			Type: typeMessage, ID: fmt.Sprintf("msg_%s_%d", c.id, c.text.messages), Status: StatusInProgress,
			Role: roleAssistant, Content: []Text{},
		}
		at, err := c.add(item)
		if err != nil {
			return err
		}
		c.text.at = at
		if err := c.beginPart(); err != nil {
			return err
		}
	}
	c.text.text.WriteString(text)
	return c.emit("response.output_text.delta", with(c.inPart("delta", text), "logprobs", []any{}))
}

// closeText ends the open message, if there is one.
func (c *composer) closeText(status string) error {
	if !c.text.open {
		return nil
	}
	if err := c.endPart(); err != nil {
		return err
	}
	text := c.text.text.String()
	c.all.WriteString(text)
	item := &c.items[c.text.at]
	item.Status, item.Content = status, []Text{newText(text)}
	at := c.text.at
	c.text = openText{messages: c.text.messages + 1}
	return c.done(at)
}

func (c *composer) beginPart() error {
	return c.emit("response.content_part.added", c.inPart("part", newText("")))
}

func (c *composer) endPart() error {
	text := c.text.text.String()
	if err := c.emit("response.output_text.done", with(c.inPart("text", text), "logprobs", []any{})); err != nil {
		return err
	}
	return c.emit("response.content_part.done", c.inPart("part", newText(text)))
}

// inPart is the members of an event about the open text: one of its own, and where it is.
func (c *composer) inPart(name string, value any) fields {
	return fields{"item_id": c.items[c.text.at].ID, "output_index": c.text.at, "content_index": c.text.part, name: value}
}
