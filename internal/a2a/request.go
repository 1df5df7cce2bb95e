package a2a

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// operation is what an agent is asked for.
type operation int

const (
	opSend operation = iota
	opStream
	opTask
	opCancel
)

// The names of the operations in JSON-RPC, in A2A 0.2 and 0.3 and in 1.0.
var (
	legacyMethods  = [...]string{opSend: "message/send", opStream: "message/stream", opTask: "tasks/get", opCancel: "tasks/cancel"}
	currentMethods = [...]string{opSend: "SendMessage", opStream: "SendStreamingMessage", opTask: "GetTask", opCancel: "CancelTask"}
)

// sending is how a message is sent.
type sending int

const (
	// streamed asks for the events of the task as they happen.
	streamed sending = iota
	// unawaited asks for the state of the task at that time.
	unawaited
	// plain leaves it to the agent when it answers.
	plain
)

// endpoint is an interface of an agent as it is called.
type endpoint struct {
	Interface

	at     *url.URL
	tenant string
	// outputModes are those of the agent: A2A 0.2.0 to 0.2.5 requires some in a configuration.
	outputModes []string
}

// isCurrent reports whether the endpoint speaks A2A 1.0, and not 0.2 or 0.3.
func (e endpoint) isCurrent() bool { return isCurrent(e.Version) }

// newSend returns the request that sends a message.
func (e endpoint) newSend(ctx context.Context, message orq.Message, how sending) (*http.Request, error) {
	params := map[string]any{"message": message}
	if e.isCurrent() {
		params["message"] = toCurrent(message)
	}
	switch {
	case how == streamed:
		return e.newRequest(ctx, opStream, "", params)
	case how == unawaited && e.isCurrent():
		params["configuration"] = map[string]any{"returnImmediately": true}
	case how == unawaited:
		params["configuration"] = map[string]any{"blocking": false, "acceptedOutputModes": e.outputModes}
	}
	return e.newRequest(ctx, opSend, "", params)
}

// newRequest returns the request for an operation: with parameters, or about a task.
func (e endpoint) newRequest(ctx context.Context, op operation, taskID string, params map[string]any) (*http.Request, error) {
	method, address := http.MethodPost, e.at.String()
	if e.Transport == HTTPJSON {
		method, address = e.route(op, taskID)
	} else {
		params = e.call(op, taskID, params)
	}
	var body io.Reader
	if method == http.MethodPost {
		encoded, err := json.Marshal(params)
		if err != nil {
			return nil, fmt.Errorf("encode the request: %w", err)
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if op == opStream {
		request.Header.Set("Accept", "text/event-stream")
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if e.isCurrent() {
		request.Header.Set("A2A-Version", "1.0")
	}
	return request, nil
}

// call returns the body of a request of JSON-RPC.
func (e endpoint) call(op operation, taskID string, params map[string]any) map[string]any {
	if taskID != "" {
		params["id"] = taskID
	}
	name := legacyMethods[op]
	if e.isCurrent() {
		name = currentMethods[op]
		if e.tenant != "" {
			params["tenant"] = e.tenant
		}
	}
	return map[string]any{"jsonrpc": "2.0", "id": "1", "method": name, "params": params}
}

// route returns the method and the address of an operation over HTTP+JSON.
func (e endpoint) route(op operation, taskID string) (method, address string) {
	base := e.at
	if e.tenant != "" {
		base = base.JoinPath(e.tenant)
	}
	switch op {
	case opSend:
		return http.MethodPost, base.JoinPath("message:send").String()
	case opStream:
		return http.MethodPost, base.JoinPath("message:stream").String()
	case opCancel:
		return http.MethodPost, base.JoinPath("tasks", url.PathEscape(taskID)+":cancel").String()
	}
	return http.MethodGet, base.JoinPath("tasks", url.PathEscape(taskID)).String()
}

// toCurrent returns a user's message in the form of A2A 1.0.
func toCurrent(from orq.Message) map[string]any {
	parts := make([]map[string]any, 0, len(from.Parts))
	for _, part := range from.Parts {
		next := map[string]any{}
		switch file := part.File; {
		case part.Text != nil:
			next["text"] = *part.Text
		case file != nil && file.URI != "":
			next["url"] = file.URI
		case file != nil:
			next["raw"] = file.Bytes
		case part.Kind == orq.KindData:
			next["data"] = part.Data
		default:
			continue
		}
		if file := part.File; file != nil {
			setNonEmpty(next, "mediaType", file.MIMEType)
			setNonEmpty(next, "filename", file.Name)
		}
		if len(part.Metadata) > 0 {
			next["metadata"] = part.Metadata
		}
		parts = append(parts, next)
	}
	message := map[string]any{"messageId": from.MessageID, "role": "ROLE_USER", "parts": parts}
	setNonEmpty(message, "taskId", from.TaskID)
	setNonEmpty(message, "contextId", from.ContextID)
	if len(from.Metadata) > 0 {
		message["metadata"] = from.Metadata
	}
	return message
}

func setNonEmpty(fields map[string]any, name, value string) {
	if value != "" {
		fields[name] = value
	}
}
