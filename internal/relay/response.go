package relay

import (
	"cmp"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// applyResponse updates the run with an event of the Responses API and returns its progress. It reports false for events of
// the Agents API.
func (r *run) applyResponse(event *orq.Event) (Progress, bool) {
	switch data := event.Data.(type) {
	case *orq.TextDelta:
		text := data.Delta
		if data.ItemID != r.textItem {
			if r.text.Len() > 0 {
				text = "\n" + text
			}
			r.textItem = strings.Clone(data.ItemID)
		}
		r.addText(text)
		return Progress{Message: r.tail.add(text), Text: text, Event: event}, true
	case *orq.OutputItem:
		return Progress{Message: r.applyItem(&data.Item, event.Type == orq.EventOutputItemDone), Event: event}, true
	case *orq.ResponseState:
		return Progress{Message: r.applyState(&data.Response), Event: event}, true
	}
	return Progress{}, false
}

// applyState updates the run with the response itself.
func (r *run) applyState(response *orq.Response) string {
	first := r.TaskID == ""
	r.begin(response.ID)
	state := response.AgentResponse()
	if state.Telemetry != nil {
		r.TraceID = state.Telemetry.TraceID
	}
	switch state.Status {
	case orq.ResponseCompleted, orq.ResponseFailed, orq.ResponseRequiresAction:
	default: // it goes on, also with a status that is unknown here: its end is looked up if no other event states it
		switch {
		case first:
			return "task " + response.ID + " started"
		case response.Status == "queued" || response.Status == "in_progress":
			return "" // it started before, and the outcome is to come
		}
		return "the run is " + strings.ReplaceAll(response.Status, "_", " ")
	}
	r.ended = true
	r.fill(state)
	switch r.State {
	case StateFailed:
		return "failed: " + r.Error
	case StateInputRequired:
		return r.pausedLine()
	case StateWorking:
		return "waiting for " + cmp.Or(strings.Join(state.WaitsFor, ", "), "an action") + ": decide in the orq.ai studio"
	}
	return "finished: " + r.FinishReason
}

// applyItem updates the run with an item of the output that has begun or is done.
func (r *run) applyItem(item *orq.ResponseItem, done bool) string {
	switch {
	case item.UsesTool():
		return r.applyToolItem(item, done)
	case item.Type == "function_call" && done:
		return "calls " + item.Name
	case item.IsRequest() && done:
		name := cmp.Or(item.Name, item.Type)
		r.execution(item.ID, name, "").Status = AwaitingApproval
		return "waiting for approval of " + name + ": decide in the orq.ai studio"
	}
	if item.Type == "message" || item.Type == "function_call" {
		return "" // its text, or its end, has a line
	}
	kind := strings.ReplaceAll(cmp.Or(item.Type, "item"), "_", " ")
	if done {
		return kind + " done"
	}
	return kind + " started"
}

// applyToolItem updates the run with the agent's own use of a tool. These events have no time of their own.
func (r *run) applyToolItem(item *orq.ResponseItem, done bool) string {
	name, now := item.ToolName(), time.Now().UTC().Format(time.RFC3339Nano)
	execution := r.execution(item.ID, name, now)
	execution.Name = name
	switch {
	case !done:
		execution.Status = toolRuns
		return "tool " + name + " started"
	case item.Error != "" || item.Status == "failed":
		return r.failTool(item.ID, name, now, item.Error)
	}
	return r.finishTool(item.ID, name, now)
}

// isStructure reports whether a kind of event only delimits what other events bring, or brings a piece of a call, which has a
// line when it is whole.
func isStructure(kind string) bool {
	switch kind {
	case "content_part.added", "content_part.done", "output_text.done", "output_text.annotation.added", "refusal.done",
		"reasoning_text.done", "reasoning_summary_part.added", "reasoning_summary_part.done", "reasoning_summary_text.done":
		return true
	}
	return strings.Contains(kind, "_call_")
}
