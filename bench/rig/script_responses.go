package rig

import (
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// fields are the members of an event.
type fields = map[string]any

// responses is templates for the Responses API: deltas in place of thoughts, and items in place of the events of tools.
var responses = sync.OnceValue(func() (all script) {
	item := fields{"type": "orq:http", "id": callPlaceholder, "call_id": callPlaceholder, "name": "order_lookup", "status": "in_progress",
		"arguments": `{"order":"4711","mark":"` + markPlaceholder + `"}`}
	done := fields{"type": "orq:http", "id": callPlaceholder, "call_id": callPlaceholder, "name": "order_lookup", "status": "completed",
		"result": fields{"state": "shipped", "mark": markPlaceholder}}
	all.execution = newResponseTemplate(orq.EventResponseCreated, fields{"response": response("in_progress", nil)})
	all.agent = newResponseTemplate("response.in_progress", fields{"response": response("in_progress", nil)})
	all.toolStarted = newResponseTemplate(orq.EventOutputItemAdded, fields{"output_index": 0, "item": item})
	all.toolFinished = newResponseTemplate(orq.EventOutputItemDone, fields{"output_index": 0, "item": done})
	all.inactive = newResponseTemplate(orq.EventResponseCompleted, fields{"response": response("completed", []any{fields{
		"type": "message", "id": "msg_rig", "role": "assistant", "status": "completed",
		"content": []any{fields{"type": "output_text", "text": lastMessage(markPlaceholder), "annotations": []any{}}},
	}})})
	for _, text := range prose {
		all.thoughts = append(all.thoughts, newResponseTemplate(orq.EventOutputTextDelta, fields{
			"item_id": "msg_rig", "output_index": 1, "content_index": 0, "logprobs": []any{}, "delta": markPlaceholder + " " + text,
		}))
	}
	all.setProse(prose)
	return all
})

// newResponseTemplate encodes an event of the Responses API.
func newResponseTemplate(typ orq.EventType, event fields) template {
	event["type"], event["sequence_number"] = typ, "@seq@"
	return split(typ, event)
}

// response is what the events of a response hold of it.
func response(status string, output []any) fields {
	return fields{
		"id": "resp_" + taskPlaceholder, "object": "response", "status": status, "model": "agent/rig", "created_at": 1774344600,
		"output": output, "usage": nil, "error": nil, "incomplete_details": nil, "telemetry": fields{"trace_id": markPlaceholder, "span_id": "span"},
	}
}
