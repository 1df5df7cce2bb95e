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

// current speaks A2A 1.0.
type current struct{ *a2aclient.Client }

func (c current) Send(ctx context.Context, message orq.Message) (Event, error) {
	result, err := c.SendMessage(ctx, &spec.SendMessageRequest{
		Message: outgoing(message), Config: &spec.SendMessageConfig{ReturnImmediately: true},
	})
	if err != nil {
		return Event{}, asRefusal(err)
	}
	return readCurrent(result), nil
}

func (c current) Stream(ctx context.Context, message orq.Message) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for event, err := range c.SendStreamingMessage(ctx, &spec.SendMessageRequest{Message: outgoing(message)}) {
			if err != nil {
				yield(Event{}, asRefusal(err))
				return
			}
			if !yield(readCurrent(event), nil) {
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
	return readCurrent(task), nil
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

func readCurrent(event spec.Event) Event {
	about := event.TaskInfo()
	news := Event{TaskID: string(about.TaskID), ContextID: about.ContextID}
	switch e := event.(type) {
	case *spec.Message:
		news.State, news.Says = orq.TaskCompleted, heard(e)
	case *spec.TaskStatusUpdateEvent:
		news.status(e.Status)
	case *spec.TaskArtifactUpdateEvent:
		news.artifact(e.Artifact, e.Append)
	case *spec.Task:
		news.Snapshot = true
		news.status(e.Status)
		for _, message := range e.History {
			if message != nil {
				news.History = append(news.History, heard(message))
			}
		}
		for _, made := range e.Artifacts {
			news.artifact(made, false)
		}
	}
	return news
}

func (e *Event) status(status spec.TaskStatus) {
	e.State = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(string(status.State), "TASK_STATE_")), "_", "-")
	if status.Timestamp != nil {
		e.At = status.Timestamp.Format(time.RFC3339Nano)
	}
	if status.Message != nil {
		e.Says = heard(status.Message)
	}
}

// heard is a message of A2A 1.0.
func heard(from *spec.Message) orq.Message {
	role := strings.ToLower(strings.TrimPrefix(string(from.Role), "ROLE_"))
	return orq.Message{MessageID: from.ID, Role: role, Parts: incoming(from.Parts)}
}

func (e *Event) artifact(made *spec.Artifact, more bool) {
	if made != nil {
		e.Artifacts = append(e.Artifacts, Artifact{string(made.ID), incoming(made.Parts), more})
	}
}

// incoming are the parts of a message or an artifact of A2A 1.0.
func incoming(from spec.ContentParts) []orq.Part {
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
	return merged(parts)
}

// objectOf is a value as A2A 0.3 has data: an object. Any other stands under "value".
func objectOf(value any) map[string]any {
	if object, ok := value.(map[string]any); ok {
		return object
	}
	return map[string]any{"value": value}
}

// outgoing is a user's message in A2A 1.0.
func outgoing(from orq.Message) *spec.Message {
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
			content, _ := base64.StdEncoding.DecodeString(part.File.Bytes) // checked when the message came
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
func (d dialer) dialCurrent(ctx context.Context, way *spec.AgentInterface) (protocol, error) {
	client, err := a2aclient.NewFactory(a2aclient.WithJSONRPCTransport(d.rpc), a2aclient.WithRESTTransport(d.rest)).
		CreateFromEndpoints(ctx, []*spec.AgentInterface{way})
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", way.URL, err)
	}
	return current{client}, nil
}
