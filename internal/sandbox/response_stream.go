package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// responseStream writes a run as the events of POST /v2/agents/{agent_key}/responses: each part of an answer is sent in
// deltas and then as a whole. It is a run.TextListener.
type responseStream struct {
	eventStream
	handle  *run.Handle
	newID   func() string
	now     func() time.Time
	textID  string            // id of the text that is being sent in deltas; empty: none
	toolIDs map[string]string // by the ids of calls
}

var _ run.TextListener = (*responseStream)(nil)

func newResponseStream(w http.ResponseWriter, h *run.Handle, newID func() string, now func() time.Time) *responseStream {
	return &responseStream{newEventStream(w), h, newID, now, "", map[string]string{}}
}

// fields are the data of an event.
type fields = map[string]any

// Event implements run.Listener.
func (s *responseStream) Event(event orq.Event) error {
	switch data := event.Data.(type) {
	case *orq.AgentStarted:
		return s.write(event, "response.started", fields{
			"responseId": data.ResponseID, "taskId": s.handle.TaskID, "model": data.ModelID, "workflowRunId": data.WorkflowRunID,
			"userMessageId": data.InputMessage.MessageID, "telemetry": s.handle.Response.Telemetry,
		})
	case *orq.Thought:
		return s.thought(event, data)
	case *orq.Inactive:
		return s.write(event, "response.done", s.done(data))
	case *orq.Errored:
		return s.write(event, "response.failed", fields{"error": data.Error, "code": data.Code})
	case *orq.StreamError:
		code, _ := strconv.ParseFloat(data.Code, 64) // a number, by package run
		return s.write(event, "response.failed", fields{"error": data.Error, "code": code})
	case *orq.Timeout:
		return s.write(event, "response.failed", fields{"error": data.Message, "code": http.StatusGatewayTimeout})
	}
	return s.tool(event)
}

func (s *responseStream) done(data *orq.Inactive) fields {
	done := fields{"finishReason": data.FinishReason, "usage": data.Usage, "telemetry": s.handle.Response.Telemetry}
	if len(data.PendingToolCalls) > 0 {
		done["pendingToolCalls"] = data.PendingToolCalls
	}
	return done
}

// tool writes the events of tool calls, and leaves out events that a response does not have.
func (s *responseStream) tool(event orq.Event) error {
	switch data := event.Data.(type) {
	case *orq.ActionReviewRequested:
		s.toolIDs[data.AgentToolCallID] = data.Tool.ID
		return s.write(event, "tool.review.requested", fields{
			"toolId": data.Tool.ID, "toolCallId": data.AgentToolCallID, "toolName": run.ToolName(data.Tool),
			"arguments": data.Input, "requiresApproval": data.RequiresApproval,
		})
	case *orq.ActionReviewed:
		return s.write(event, "tool.review.done", s.withIDs(data.AgentToolCallID, fields{"review": data.Review}))
	case *orq.ToolStarted:
		s.toolIDs[data.Execution.AgentToolCallID] = data.ToolID
		return s.write(event, "tool.started", s.withIDs(data.Execution.AgentToolCallID, fields{
			"toolName": cmp.Or(data.ToolDisplayName, data.ToolKey, data.ActionType), "arguments": data.ToolArguments,
		}))
	case *orq.ToolFinished:
		return s.write(event, "tool.done", s.withIDs(data.Execution.AgentToolCallID, fields{"result": data.Result}))
	case *orq.ToolFailed:
		return s.write(event, "tool.failed", s.withIDs(data.Execution.AgentToolCallID, fields{"error": data.Error.Message}))
	}
	return nil
}

func (s *responseStream) withIDs(callID string, data fields) fields {
	data["toolId"], data["toolCallId"] = s.toolIDs[callID], callID
	return data
}

// Text implements run.TextListener. A text that a model begins anew gets another id; the first is never done.
func (s *responseStream) Text(piece string) error {
	if piece == "" {
		s.textID = ""
		return nil
	}
	if s.textID == "" {
		s.textID = s.partID(orq.KindText)
	}
	return s.write(orq.NewEvent(s.now(), "", nil), "part.delta", fields{"partId": s.textID, "delta": orq.TextPart(piece)})
}

// thought writes the parts of the agent's message, but for calls of tools, which have events of their own.
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
			id, sent := s.partID(part.Kind), false
			if part.Text != nil && s.textID != "" {
				id, sent, s.textID = s.textID, true, ""
			}
			if err := s.part(event, id, sent, part); err != nil {
				return err
			}
		}
	}
	return nil
}

// part writes one part as a whole, after its delta unless that was sent before.
func (s *responseStream) part(event orq.Event, id string, sent bool, part any) error {
	if !sent {
		if err := s.write(event, "part.delta", fields{"partId": id, "delta": part}); err != nil {
			return err
		}
	}
	return s.write(event, "part.done", fields{"partId": id, "part": part})
}

func (s *responseStream) partID(kind string) string { return kind + "_" + s.newID() }

// write writes an event of this type with the time of the given one.
func (s *responseStream) write(at orq.Event, typ string, data fields) error {
	encoded, err := json.Marshal(struct {
		Type      string `json:"type"`
		Timestamp string `json:"timestamp"`
		Data      fields `json:"data"`
	}{typ, at.Timestamp, data})
	if err != nil {
		return errors.Join(fmt.Errorf("encode event %s", typ), err)
	}
	return s.writeData(encoded)
}
