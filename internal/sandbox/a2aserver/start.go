package a2aserver

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	spec "github.com/a2aproject/a2a-go/v2/a2a"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxContextID bounds a context's id, in bytes.
const maxContextID = 255

// metadataMemory is the member of a message's metadata that holds what the Agents API has in memory.entity_id.
const metadataMemory = "memory_entity_id"

// start starts the turn that answers a message and follows it.
func (a *agent) start(ctx context.Context, message orq.Message) (*feed, error) {
	if err := checkMessage(message); err != nil {
		return nil, err
	}
	in := orq.Invocation{TaskID: message.TaskID}
	known := &store.Task{}
	if in.TaskID != "" {
		var err error
		if known, err = a.continued(message); err != nil {
			return nil, err
		}
	}
	parts, err := inputParts(message.Parts, known.Pending)
	if err != nil {
		return nil, err
	}
	in.Message = orq.Message{MessageID: message.MessageID, Role: orq.RoleUser, Parts: parts}
	if entity, _ := message.Metadata[metadataMemory].(string); entity != "" {
		in.Memory = &orq.Memory{EntityID: entity}
	}
	if err := run.Refusal(a.Engines.For(a.rec.Agent), in.Message); err != nil {
		return nil, err
	}
	terms := run.Terms{ContextID: message.ContextID, Hops: a.hops}
	h, err := a.Runs.StartTurn(ctx, a.rec, in, run.ListenEvents, terms)
	if err != nil {
		return nil, err
	}
	return a.followTurn(h, acceptedTask(h.Accepted, known.Messages, in.Message)), nil //nolint:contextcheck // the turn outlives the request that starts it
}

func checkMessage(message orq.Message) error {
	switch {
	case message.Role != orq.RoleUser:
		return invalid("message.role: must be that of the user")
	case len(message.Parts) == 0:
		return invalid("message.parts: is empty")
	case len(message.ContextID) > maxContextID:
		return invalid("message.contextId: is longer than %d bytes", maxContextID)
	}
	return nil
}

// continued returns the task that a message continues.
func (a *agent) continued(message orq.Message) (*store.Task, error) {
	t, err := a.Runs.Task(a.rec.Agent.ID, message.TaskID)
	switch {
	case err != nil:
		return nil, err
	case message.ContextID != "" && message.ContextID != t.ContextID:
		return nil, invalid("message.contextId: the task is in the context %q", t.ContextID)
	case t.Ended():
		return nil, spec.NewError(spec.ErrUnsupportedOperation,
			"message.taskId: the task has ended; a message with its contextId alone begins another that continues the conversation")
	}
	return t, nil
}

// toolResults is the data with which a client answers pending tool calls.
type toolResults struct {
	Results []struct {
		ID     string          `json:"tool_call_id"`
		Result json.RawMessage `json:"result"`
	} `json:"tool_results"`
}

// inputParts converts a client's parts to those of a message to the agent: data becomes text or the results of tool calls,
// and the text of a message without data is the result of a single pending call.
func inputParts(from []orq.Part, pending []orq.PendingToolCall) ([]orq.Part, error) {
	var parts, results []orq.Part
	for i, part := range from {
		switch {
		case part.Kind == orq.KindText && part.Text != nil:
			parts = append(parts, orq.TextPart(*part.Text))
		case part.Kind == orq.KindFile && part.File != nil && hasContent(*part.File):
			parts = append(parts, orq.Part{Kind: orq.KindFile, File: part.File})
		case part.Kind == orq.KindData:
			converted, isResult, err := dataParts(part.Data)
			if err != nil {
				return nil, invalid("message.parts[%d].data: %v", i, err)
			}
			if isResult {
				results = append(results, converted...)
			} else {
				parts = append(parts, converted...)
			}
		default:
			return nil, invalid("message.parts[%d]: must be a text, a file with bytes in base64 or a uri, or data", i)
		}
	}
	if len(results) > 0 || len(pending) != 1 {
		return append(results, parts...), nil
	}
	result, err := json.Marshal(orq.Message{Parts: parts}.Text())
	if err != nil {
		return nil, invalid("message.parts: %v", err)
	}
	return []orq.Part{{Kind: orq.KindToolResult, ToolCallID: pending[0].ID, Result: result}}, nil
}

// hasContent reports whether a file has an address, or bytes that can be decoded.
func hasContent(file orq.File) bool {
	if file.URI != "" {
		return file.Bytes == ""
	}
	_, err := base64.StdEncoding.DecodeString(file.Bytes)
	return err == nil
}

// dataParts converts data to the results of tool calls, or to a text that holds it as JSON.
func dataParts(data map[string]any) (parts []orq.Part, areResults bool, err error) {
	encoded, err := json.Marshal(data)
	if err != nil {
		return nil, false, err
	}
	var given toolResults
	if err := json.Unmarshal(encoded, &given); err != nil && data["tool_results"] != nil {
		return nil, false, errors.New("tool_results: must be a list of objects with tool_call_id and result")
	}
	if len(given.Results) == 0 {
		return []orq.Part{orq.TextPart(string(encoded))}, false, nil
	}
	for _, each := range given.Results {
		parts = append(parts, orq.Part{Kind: orq.KindToolResult, ToolCallID: each.ID, Result: each.Result})
	}
	return parts, true, nil
}

// waitText describes what a task waits for, for an agent that did not say so.
func waitText(pending []orq.PendingToolCall) string {
	names := make([]string, len(pending))
	for i, call := range pending {
		names[i] = truncate.Runes(call.Function.Name, 60) + " (" + call.ID + ")"
	}
	return "The agent waits for the result of " + strings.Join(names, ", ") + "."
}
