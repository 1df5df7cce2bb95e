package a2a

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	spec "github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// current is the protocol of A2A 1.0.
type current struct{ *a2aclient.Client }

func (c current) Send(ctx context.Context, message orq.Message) (Event, error) {
	result, err := c.SendMessage(ctx, &spec.SendMessageRequest{
		Message: toCurrent(message), Config: &spec.SendMessageConfig{ReturnImmediately: true},
	})
	if err != nil {
		return Event{}, asRefusal(err)
	}
	return fromCurrent(result), nil
}

func (c current) Stream(ctx context.Context, message orq.Message) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for event, err := range c.SendStreamingMessage(ctx, &spec.SendMessageRequest{Message: toCurrent(message)}) {
			if err != nil {
				yield(Event{}, asRefusal(err))
				return
			}
			if !yield(fromCurrent(event), nil) {
				return
			}
		}
	}
}

func (c current) Task(ctx context.Context, id string) (Event, error) {
	task, err := c.GetTask(ctx, &spec.GetTaskRequest{ID: spec.TaskID(id)})
	if err != nil {
		return Event{}, asRefusal(err)
	}
	return fromCurrent(task), nil
}

func (c current) Cancel(ctx context.Context, id string) error {
	_, err := c.CancelTask(ctx, &spec.CancelTaskRequest{ID: spec.TaskID(id)})
	return err
}

func asRefusal(err error) error {
	refused, ok := errors.AsType[*spec.Error](err)
	if !ok {
		return err
	}
	return &Refusal{
		Message:       refused.Error(),
		UnknownMethod: errors.Is(err, spec.ErrMethodNotFound),
	}
}

// fromCurrent converts an event of A2A 1.0.
func fromCurrent(source spec.Event) Event {
	task := source.TaskInfo()
	event := Event{TaskID: string(task.TaskID), ContextID: task.ContextID}
	switch e := source.(type) {
	case *spec.Message:
		event.State, event.Message = orq.TaskCompleted, messageOf(e)
	case *spec.TaskStatusUpdateEvent:
		event.setStatus(e.Status)
	case *spec.TaskArtifactUpdateEvent:
		event.addArtifact(e.Artifact, e.Append)
	case *spec.Task:
		event.Snapshot = true
		event.setStatus(e.Status)
		for _, message := range e.History {
			if message != nil {
				event.History = append(event.History, messageOf(message))
			}
		}
		for _, artifact := range e.Artifacts {
			event.addArtifact(artifact, false)
		}
	}
	return event
}

func (e *Event) setStatus(status spec.TaskStatus) {
	e.State = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(string(status.State), "TASK_STATE_")), "_", "-")
	if status.Timestamp != nil {
		e.StateTime = status.Timestamp.Format(time.RFC3339Nano)
	}
	if status.Message != nil {
		e.Message = messageOf(status.Message)
	}
}

// messageOf converts an agent's message of A2A 1.0.
func messageOf(from *spec.Message) orq.Message {
	role := strings.ToLower(strings.TrimPrefix(string(from.Role), "ROLE_"))
	return orq.Message{MessageID: from.ID, Role: role, Parts: partsOf(from.Parts)}
}

func (e *Event) addArtifact(artifact *spec.Artifact, isAppend bool) {
	if artifact != nil {
		e.Artifacts = append(e.Artifacts, Artifact{string(artifact.ID), partsOf(artifact.Parts), isAppend})
	}
}

// partsOf converts and merges the parts of a message or an artifact of A2A 1.0. Parts of a kind to come are left out.
func partsOf(from spec.ContentParts) []orq.Part {
	var parts []orq.Part
	for _, part := range from {
		if part == nil {
			continue
		}
		next := orq.Part{Metadata: part.Metadata}
		switch content := part.Content.(type) {
		case spec.Text:
			text := string(content)
			next.Kind, next.Text = orq.KindText, &text
		case spec.Raw:
			next.Kind, next.File = orq.KindFile, &orq.File{Bytes: base64.StdEncoding.EncodeToString(content)}
		case spec.URL:
			next.Kind, next.File = orq.KindFile, &orq.File{URI: string(content)}
		case spec.Data:
			next.Kind, next.Data = orq.KindData, objectOf(content.Value)
		default:
			continue
		}
		if next.File != nil {
			next.File.MIMEType, next.File.Name = part.MediaType, part.Filename
		}
		parts = append(parts, next)
	}
	return mergeTexts(parts)
}

// objectOf returns data as A2A 0.3 has it: always an object. Any other value becomes the member "value" of one.
func objectOf(value any) map[string]any {
	if object, ok := value.(map[string]any); ok {
		return object
	}
	return map[string]any{"value": value}
}

// toCurrent converts a user's message to A2A 1.0.
func toCurrent(from orq.Message) *spec.Message {
	message := spec.NewMessage(spec.MessageRoleUser)
	message.ID, message.TaskID, message.ContextID, message.Metadata = from.MessageID, spec.TaskID(from.TaskID), from.ContextID, from.Metadata
	for _, part := range from.Parts {
		next := &spec.Part{Metadata: part.Metadata}
		switch {
		case part.Text != nil:
			next.Content = spec.Text(*part.Text)
		case part.File != nil && part.File.URI != "":
			next.Content = spec.URL(part.File.URI)
		case part.File != nil:
			content, _ := base64.StdEncoding.DecodeString(part.File.Bytes) // checked when the message was received
			next.Content = spec.Raw(content)
		default:
			continue
		}
		if part.File != nil {
			next.MediaType, next.Filename = part.File.MIMEType, part.File.Name
		}
		message.Parts = append(message.Parts, next)
	}
	return message
}

// dialCurrent connects to an interface of A2A 1.0.
func (d dialer) dialCurrent(ctx context.Context, iface *spec.AgentInterface) (protocol, error) {
	client, err := a2aclient.NewFactory(a2aclient.WithJSONRPCTransport(d.rpc), a2aclient.WithRESTTransport(d.rest)).
		CreateFromEndpoints(ctx, []*spec.AgentInterface{iface})
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", iface.URL, err)
	}
	return current{client}, nil
}
