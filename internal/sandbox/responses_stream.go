package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// responseStream writes a run as the events of POST .../responses. Each part of what the agent says is told in deltas and
// then as a whole.
type responseStream struct {
	eventStream
	run      *run
	speaking string            // id of the text that a model is speaking; empty: none
	toolIDs  map[string]string // by the ids of calls
}

func newResponseStream(w http.ResponseWriter, r *run) *responseStream {
	return &responseStream{newEventStream(w), r, "", map[string]string{}}
}

// fields are the data of an event.
type fields = map[string]any

func (s *responseStream) event(event orq.Event) error {
	switch data := event.Data.(type) {
	case *orq.AgentStarted:
		return s.tell(event, "response.started", fields{
			"responseId": data.ResponseID, "taskId": s.run.task.ID, "model": data.ModelID, "workflowRunId": data.WorkflowRunID,
			"userMessageId": data.InputMessage.MessageID, "telemetry": s.telemetry(),
		})
	case *orq.Thought:
		return s.thought(event, data)
	case *orq.Inactive:
		return s.tell(event, "response.done", s.done(data))
	case *orq.Errored:
		return s.tell(event, "response.failed", fields{"error": data.Error, "code": data.Code})
	case *orq.StreamError:
		code, _ := strconv.ParseFloat(data.Code, 64) // written by conclude
		return s.tell(event, "response.failed", fields{"error": data.Error, "code": code})
	case *orq.Timeout:
		return s.tell(event, "response.failed", fields{"error": data.Message, "code": http.StatusGatewayTimeout})
	}
	return s.tool(event)
}

func (s *responseStream) done(data *orq.Inactive) fields {
	done := fields{"finishReason": data.FinishReason, "usage": data.Usage, "telemetry": s.telemetry()}
	if len(data.PendingToolCalls) > 0 {
		done["pendingToolCalls"] = data.PendingToolCalls
	}
	return done
}

func (s *responseStream) telemetry() orq.Telemetry {
	return orq.Telemetry{TraceID: s.run.task.TraceID, SpanID: s.run.task.SpanID}
}

// tool writes the events of tool calls, and leaves out those that a response does not have.
func (s *responseStream) tool(event orq.Event) error {
	switch data := event.Data.(type) {
	case *orq.ActionReviewRequested:
		s.toolIDs[data.AgentToolCallID] = data.Tool.ID
		return s.tell(event, "tool.review.requested", fields{
			"toolId": data.Tool.ID, "toolCallId": data.AgentToolCallID, "toolName": toolName(data.Tool),
			"arguments": data.Input, "requiresApproval": data.RequiresApproval,
		})
	case *orq.ActionReviewed:
		return s.tell(event, "tool.review.done", s.about(data.AgentToolCallID, fields{"review": data.Review}))
	case *orq.ToolStarted:
		s.toolIDs[data.Execution.AgentToolCallID] = data.ToolID
		return s.tell(event, "tool.started", s.about(data.Execution.AgentToolCallID, fields{
			"toolName": cmp.Or(data.ToolDisplayName, data.ToolKey, data.ActionType), "arguments": data.ToolArguments,
		}))
	case *orq.ToolFinished:
		return s.tell(event, "tool.done", s.about(data.Execution.AgentToolCallID, fields{"result": data.Result}))
	case *orq.ToolFailed:
		return s.tell(event, "tool.failed", s.about(data.Execution.AgentToolCallID, fields{"error": data.Error.Message}))
	}
	return nil
}

func (s *responseStream) about(callID string, data fields) fields {
	data["toolId"], data["toolCallId"] = s.toolIDs[callID], callID
	return data
}

// piece is told as it comes. What was begun before is never done when the model begins anew.
func (s *responseStream) piece(text string) error {
	if text == "" {
		s.speaking = ""
		return nil
	}
	if s.speaking == "" {
		s.speaking = s.partID(orq.KindText)
	}
	return s.tell(s.now(), "part.delta", fields{"partId": s.speaking, "delta": orq.TextPart(text)})
}

// thought tells the parts of the agent's message as a whole, but for calls of tools, which have events of their own.
func (s *responseStream) thought(event orq.Event, data *orq.Thought) error {
	if data.Choice != nil {
		if reasoning := data.Choice.Message.Reasoning.Value; reasoning != "" {
			id := s.partID("reasoning")
			if err := s.part(event, id, false, fields{"kind": "reasoning", "_id": id, "reasoning": reasoning}); err != nil {
				return err
			}
		}
	}
	for _, message := range data.MessageDifference {
		for _, part := range message.Parts {
			if part.Kind == orq.KindToolCall || part.Text != nil && *part.Text == "" {
				continue
			}
			id, spoken := s.partID(part.Kind), false
			if part.Text != nil && s.speaking != "" {
				id, spoken, s.speaking = s.speaking, true, ""
			}
			if err := s.part(event, id, spoken, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// part tells one part; what was spoken already is not told as a delta again.
func (s *responseStream) part(event orq.Event, id string, spoken bool, part any) error {
	if !spoken {
		if err := s.tell(event, "part.delta", fields{"partId": id, "delta": part}); err != nil {
			return err
		}
	}
	return s.tell(event, "part.done", fields{"partId": id, "part": part})
}

func (s *responseStream) partID(kind string) string { return kind + "_" + s.run.sandbox.store.NewID() }

func (s *responseStream) now() orq.Event { return orq.NewEvent(s.run.sandbox.now(), "", nil) }

// tell writes an event of this type at the time of the given one.
func (s *responseStream) tell(at orq.Event, typ string, data fields) error {
	encoded, err := json.Marshal(struct {
		Type      string `json:"type"`
		Timestamp string `json:"timestamp"`
		Data      fields `json:"data"`
	}{typ, at.Timestamp, data})
	if err != nil {
		return errors.Join(fmt.Errorf("encode event %s", typ), err)
	}
	return s.data(encoded)
}
