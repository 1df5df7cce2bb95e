package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// script is a run whose events a test writes. Each of its methods sends one event, in the form of its generation.
type script struct {
	t       *testing.T
	w       http.ResponseWriter
	request *http.Request
	api     api
	// task is the task id of the run.
	task string
	// sent counts the events of the Responses API.
	sent int
}

// scriptedRuns handles streamed runs of any agent by calling play with the message of the run. Responses are checked
// against the API contract.
func (a api) scriptedRuns(t *testing.T, play func(s *script, prompt string)) http.Handler {
	t.Helper()
	return a.check(t, a.uncheckedRuns(t, play))
}

// uncheckedRuns is scriptedRuns without the contract.
func (a api) uncheckedRuns(t *testing.T, play func(s *script, prompt string)) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+a.streamPath("{key}"), func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read a run: %v", err)
		}
		w.Header().Set("Content-Type", "text/event-stream")
		prompt := promptOf(t, raw)
		play(&script{t: t, w: w, request: r, api: a, task: a.task(prompt)}, prompt)
	})
	return mux
}

// promptOf returns the text of the message in the body of a run, of either generation.
func promptOf(t *testing.T, raw []byte) string {
	t.Helper()
	body := decode[struct {
		Message orq.Message `json:"message"`
		Input   []struct {
			Content []struct {
				Text string `json:"text"`
			} `json:"content"`
		} `json:"input"`
	}](t, raw)
	text := body.Message.Text()
	for _, item := range body.Input {
		for _, part := range item.Content {
			text += part.Text
		}
	}
	return text
}

// start sends the event that opens every stream, with the task id.
func (s *script) start() {
	if s.api.isToday() {
		s.sendToday("response.created", object{"response": newResponse(s.task, orq.ResponseInProgress, "")})
		return
	}
	s.send(orq.EventExecutionStarted, &orq.ExecutionStarted{AgentTaskID: s.task, WorkspaceID: "workspace", TraceID: "trace"})
}

// thought sends text of the agent: a thought, or a delta of its message.
func (s *script) thought(text string) {
	if s.api.isToday() {
		s.sendToday("response.output_text.delta", object{"item_id": "m", "output_index": 0, "content_index": 0, "delta": text, "logprobs": []any{}})
		return
	}
	s.send(orq.EventThought, &orq.Thought{AgentID: "agent", MessageDifference: map[string]orq.ThoughtMessage{"m": {
		Message: orq.Message{Kind: "message", MessageID: "m", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)}},
		AgentID: "agent", AgentExecutionID: s.task, WorkspaceID: "workspace",
	}}})
}

// useTool sends the start of a tool.
func (s *script) useTool(arguments map[string]any) {
	if s.api.isToday() {
		s.sendToday("response.output_item.added", object{"output_index": 0, "item": object{
			"type": "orq:http", "id": "tool_call", "call_id": "call", "name": "weather", "status": "in_progress", "arguments": string(encode(s.t, arguments)),
		}})
		return
	}
	s.send(orq.EventToolStarted, &orq.ToolStarted{
		ToolID: "tool", ToolKey: "weather", ActionType: "http", ToolArguments: arguments, WorkflowRunID: "workflow",
		Execution: orq.ToolExecution{
			ActionID: "action", AgentToolCallID: "call", WorkspaceID: "workspace", AgentManifestID: "agent",
			AgentExecutionID: s.task, Product: "agents",
		},
	})
}

// finish completes the run with the text.
func (s *script) finish(text string) {
	if s.api.isToday() {
		s.sendToday("response.completed", object{"response": newResponse(s.task, orq.ResponseCompleted, text)})
	} else {
		s.send(orq.EventInactive, &orq.Inactive{LastMessage: text, FinishReason: orq.FinishStop, WorkflowRunID: "workflow"})
	}
	s.write("data: [DONE]")
}

// breakDown sends the event with which the service reports that it fails.
func (s *script) breakDown(reason string) {
	if s.api.isToday() {
		s.sendToday("error", object{"error": object{"code": "server_error", "message": reason}})
		return
	}
	s.send(orq.EventError, &orq.StreamError{Error: reason, Code: "500"})
}

func (s *script) send(kind orq.EventType, data orq.EventData) {
	encoded, err := json.Marshal(orq.NewEvent(time.Now(), kind, data))
	if err != nil {
		s.t.Errorf("encode %s: %v", kind, err)
		return
	}
	s.write("data: " + string(encoded))
}

// sendToday sends an event of the Responses API with the given members.
func (s *script) sendToday(kind string, event object) {
	event["type"], event["sequence_number"] = kind, s.sent
	s.sent++
	encoded, err := json.Marshal(event)
	if err != nil {
		s.t.Errorf("encode %s: %v", kind, err)
		return
	}
	s.write("event: " + kind + "\ndata: " + string(encoded))
}

// newResponse returns a response of the Responses API, with text as its output unless that is empty.
func newResponse(id, status, text string) object {
	response := object{
		"id": id, "object": "response", "created_at": 1, "status": status, "model": "agent/agent", "output": []any{}, "background": false,
		"store": true, "metadata": object{}, "parallel_tool_calls": true, "temperature": 1, "top_p": 1, "top_logprobs": 0, "frequency_penalty": 0,
		"presence_penalty": 0, "service_tier": "default", "truncation": "disabled", "tools": []any{}, "tool_choice": "auto",
		"text": object{"format": object{"type": "text"}},
	}
	for _, name := range []string{
		"completed_at", "error", "incomplete_details", "input", "instructions", "max_output_tokens", "max_tool_calls", "previous_response_id",
		"prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier", "usage", "user",
	} {
		response[name] = nil
	}
	if text != "" {
		response["output"] = []any{object{
			"type": "message", "id": "m", "role": "assistant", "status": "completed",
			"content": []any{object{"type": "output_text", "text": text, "annotations": []any{}}},
		}}
	}
	return response
}

// foundTask is the answer to a lookup of the task of the prompt x.
func (a api) foundTask(t *testing.T, status, text string) string {
	t.Helper()
	if a.isToday() {
		return string(encode(t, newResponse(a.task("x"), status, text)))
	}
	response := orq.AgentResponse{ID: "response", TaskID: a.task("x"), Status: status, Model: "openai/gpt-4o", Output: []orq.Message{}}
	if text != "" {
		response.Output = []orq.Message{{Kind: "message", MessageID: "m", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)}}}
	}
	return string(encode(t, response))
}

// failure is the body of a 404 of the operations that run agents.
func (a api) failure(message string) string {
	if a.isToday() {
		return `{"error": {"code": null, "message": "` + message + `", "param": null, "type": "not_found_error"}}`
	}
	return `{"code": "404", "message": "` + message + `"}`
}

// comment writes a comment, which services send to keep a stream alive.
func (s *script) comment(text string) { s.write(": " + text) }

// write ignores errors: they mean that the reader has disconnected, which also cancels the request's context.
func (s *script) write(line string) {
	_, _ = io.WriteString(s.w, line+"\n\n")
	_ = http.NewResponseController(s.w).Flush()
}

// hangUp closes the connection.
func (s *script) hangUp() { panic(http.ErrAbortHandler) }
