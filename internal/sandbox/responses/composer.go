package responses

import (
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// Turn is what a composer knows of the turn.
type Turn struct {
	ID    string // of the response
	Agent orq.Agent
}

// fields are the members of an event beside type and sequence_number.
type fields = map[string]any

// composer turns what a turn emits into output items, and reports each step as an event.
type composer struct {
	// id is what the ids of messages are made of.
	id string
	// emit receives the events about items. An error means that the client has left.
	emit func(typ string, data fields) error
	// whole makes each thought a message of its own: what an A2A agent reports is not the beginning of its answer.
	whole bool

	items []Item
	calls map[string]int // the items of tool calls that have not ended, by the id of the call
	text  openText
	all   strings.Builder // the text of all messages so far
	cost  float64
	code  int // HTTP status of the failure that ended the turn; 0: none
}

func newComposer(turn Turn, emit func(typ string, data fields) error) *composer {
	return &composer{
		id: strings.TrimPrefix(turn.ID, idPrefix), emit: emit, whole: turn.Agent.Type == orq.TypeA2A,
		items: []Item{}, calls: map[string]int{},
	}
}

// Event implements run.Listener, for the events that lead to items. What agents of the team do is left out: it is within a
// call of this one's.
func (c *composer) Event(event orq.Event) error {
	switch data := event.Data.(type) {
	case *orq.Thought:
		return c.thought(data)
	case *orq.ToolStarted:
		return c.toolStarted(data)
	case *orq.ToolFinished:
		return c.toolEnded(data.Execution, func(item *Item) { item.Status, item.Result = StatusCompleted, data.Result })
	case *orq.ToolFailed:
		return c.toolEnded(data.Execution, func(item *Item) { item.Status, item.Error = StatusFailed, data.Error.Message })
	case *orq.Inactive:
		return c.inactive(data)
	case *orq.Errored:
		return c.fail(int(data.Code))
	case *orq.StreamError:
		code, _ := strconv.Atoi(data.Code) // a number, by package run
		return c.fail(code)
	case *orq.Timeout:
		return c.fail(http.StatusGatewayTimeout)
	}
	return nil
}

// add begins an item.
func (c *composer) add(item Item) (at int, err error) {
	c.items = append(c.items, item)
	at = len(c.items) - 1
	return at, c.emit("response.output_item.added", fields{"output_index": at, "item": item})
}

// done ends the item at an index.
func (c *composer) done(at int) error {
	return c.emit("response.output_item.done", fields{"output_index": at, "item": c.items[at]})
}

func (c *composer) toolStarted(data *orq.ToolStarted) error {
	if data.Execution.ParentID != "" {
		return nil
	}
	if err := c.closeText(StatusCompleted); err != nil {
		return err
	}
	arguments, err := json.Marshal(data.ToolArguments)
	if err != nil {
		return err
	}
	text, id := string(arguments), data.Execution.AgentToolCallID
	at, err := c.add(Item{
		Type: "orq:" + data.ActionType, ID: "tool_" + id, Status: StatusInProgress, CallID: id,
		Name: run.ToolName(orq.AgentTool{Key: data.ToolKey, ActionType: data.ActionType}), Arguments: &text,
	})
	c.calls[id] = at
	return err
}

func (c *composer) toolEnded(execution orq.ToolExecution, end func(*Item)) error {
	at, ok := c.calls[execution.AgentToolCallID]
	if !ok || execution.ParentID != "" { // ids of calls are unique within one agent
		return nil
	}
	delete(c.calls, execution.AgentToolCallID)
	end(&c.items[at])
	return c.done(at)
}

// inactive ends the turn, or pauses it with the calls that the caller is to answer.
func (c *composer) inactive(data *orq.Inactive) error {
	if data.Billing != nil {
		c.cost = data.Billing.TotalCost
	}
	if err := c.addText(c.missing(data.LastMessage)); err != nil {
		return err
	}
	if err := c.closeText(StatusCompleted); err != nil {
		return err
	}
	for _, call := range data.PendingToolCalls {
		if err := c.functionCall(call); err != nil {
			return err
		}
	}
	return nil
}

// functionCall adds a call that the caller is to answer, with its arguments in one delta.
func (c *composer) functionCall(call orq.PendingToolCall) error {
	none, arguments := "", call.Function.Arguments
	item := Item{
		Type: typeCall, ID: "fc_" + call.ID, Status: StatusInProgress, CallID: call.ID, Name: call.Function.Name, Arguments: &none,
	}
	at, err := c.add(item)
	if err != nil {
		return err
	}
	where := fields{"item_id": item.ID, "output_index": at}
	if err := c.emit("response.function_call_arguments.delta", with(where, "delta", arguments)); err != nil {
		return err
	}
	c.items[at].Status, c.items[at].Arguments = StatusCompleted, &arguments
	if err := c.emit("response.function_call_arguments.done", with(where, "arguments", arguments)); err != nil {
		return err
	}
	return c.done(at)
}

// fail ends the turn: what was not complete stays incomplete.
func (c *composer) fail(code int) error {
	c.code = code
	if err := c.closeText(StatusIncomplete); err != nil {
		return err
	}
	for at := range c.items {
		if item := &c.items[at]; item.Status == StatusInProgress {
			item.Status = StatusIncomplete
			if err := c.done(at); err != nil {
				return err
			}
		}
	}
	return nil
}

// with is the members of an event and one more.
func with(data fields, name string, value any) fields {
	more := maps.Clone(data)
	more[name] = value
	return more
}
