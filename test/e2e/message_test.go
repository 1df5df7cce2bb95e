package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// object is a JSON object.
type object = map[string]any

// message is a JSON-RPC 2.0 message.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *rpcError       `json:"error"`
}

// rpcError is the error of a response.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (m message) isResponse() bool { return m.Method == "" }
func (m message) isRequest() bool  { return m.Method != "" && m.ID != nil }

// parseMessage parses a JSON-RPC 2.0 message. It accepts neither batches nor unknown members.
func parseMessage(raw []byte) (message, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return message{}, fmt.Errorf("not a JSON object: %w", err)
	}
	if string(members["jsonrpc"]) != `"2.0"` {
		return message{}, errors.New("jsonrpc is not 2.0")
	}
	for name := range members {
		switch name {
		case "jsonrpc", "id", "method", "params", "result", "error":
		default:
			return message{}, fmt.Errorf("unknown member %q", name)
		}
	}
	var m message
	if err := json.Unmarshal(raw, &m); err != nil {
		return message{}, err
	}
	has := func(name string) bool { return members[name] != nil }
	switch {
	case m.Method != "" && (has("result") || has("error")):
		return message{}, errors.New("both a request and a response")
	case m.Method == "" && has("result") == has("error"):
		return message{}, errors.New("a response needs either result or error")
	case m.Method == "" && has("params"):
		return message{}, errors.New("a response has params")
	case m.Method == "" && !has("id"), bytes.Equal(m.ID, []byte("null")):
		return message{}, errors.New("no id")
	}
	return m, nil
}

// progress is the params of notifications/progress.
type progress struct {
	Token    json.RawMessage `json:"progressToken"`
	Progress float64         `json:"progress"`
	Message  string          `json:"message"`
	Meta     struct {
		Event *relayedEvent `json:"ai.orq/event"`
	} `json:"_meta"`
}

// relayedEvent is an event as progress contains it.
type relayedEvent struct {
	event
	// Text is what the event adds to the text of the agent.
	Text string `json:"text"`
	// Merged is how many events one stands for, whose texts it has, because the reader was slow; 0 for one.
	Merged int `json:"merged"`
}

// newText is what the progress adds to the text of the agent.
func (p progress) newText() string {
	if p.Meta.Event == nil {
		return ""
	}
	return p.Meta.Event.Text
}

// event is an event of a run, as sent by the upstream or as contained in progress.
type event struct {
	Type      string `json:"type"`
	Timestamp string `json:"timestamp"`
	Data      any    `json:"data"`
	// Truncated is set in progress when data was left out.
	Truncated bool `json:"truncated"`
}

// toolResult is the result of tools/call.
type toolResult struct {
	Content []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"content"`
	Structured json.RawMessage `json:"structuredContent"`
	IsError    bool            `json:"isError"`
	ResultType string          `json:"resultType"`
	// InputRequests are requests that the client must answer in another call, since protocol 2026-07-28.
	InputRequests map[string]struct {
		Method string      `json:"method"`
		Params elicitation `json:"params"`
	} `json:"inputRequests"`

	// progress is what was received before the result.
	progress []progress
}

func (r toolResult) text() string {
	if len(r.Content) == 0 {
		return ""
	}
	return r.Content[0].Text
}

// messages returns the message of each progress notification.
func (r toolResult) messages() []string {
	lines := make([]string, len(r.progress))
	for i, p := range r.progress {
		lines[i] = p.Message
	}
	return lines
}

// elicitation is the params of elicitation/create.
type elicitation struct {
	Message string `json:"message"`
	Schema  object `json:"requestedSchema"`
}

// outcome is the structured result of a run.
type outcome struct {
	TaskID       string `json:"task_id"`
	AgentKey     string `json:"agent_key"`
	State        string `json:"state"`
	FinishReason string `json:"finish_reason"`
	OutputText   string `json:"output_text"`
	Pending      []struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	} `json:"pending_tool_calls"`
	Events    int    `json:"events"`
	Truncated bool   `json:"truncated"`
	Error     string `json:"error"`
	Next      string `json:"next"`
}
