package sandbox

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// currentClient speaks A2A 1.0.
type currentClient struct{ *a2aclient.Client }

var _ agentClient = currentClient{}

func (c currentClient) send(ctx context.Context, message orq.Message) (remoteEvent, error) {
	result, err := c.SendMessage(ctx, &a2a.SendMessageRequest{
		Message: outgoing(message), Config: &a2a.SendMessageConfig{ReturnImmediately: true},
	})
	if err != nil {
		return remoteEvent{}, asRefusal(err)
	}
	return readCurrent(result), nil
}

func (c currentClient) stream(ctx context.Context, message orq.Message) iter.Seq2[remoteEvent, error] {
	return func(yield func(remoteEvent, error) bool) {
		for event, err := range c.SendStreamingMessage(ctx, &a2a.SendMessageRequest{Message: outgoing(message)}) {
			if err != nil {
				yield(remoteEvent{}, asRefusal(err))
				return
			}
			if !yield(readCurrent(event), nil) {
				return
			}
		}
	}
}

func (c currentClient) look(ctx context.Context, taskID string) (remoteEvent, error) {
	task, err := c.GetTask(ctx, &a2a.GetTaskRequest{ID: a2a.TaskID(taskID)})
	if err != nil {
		return remoteEvent{}, asRefusal(err)
	}
	return readCurrent(task), nil
}

func (c currentClient) cancel(ctx context.Context, taskID string) error {
	_, err := c.CancelTask(ctx, &a2a.CancelTaskRequest{ID: a2a.TaskID(taskID)})
	return err
}

func asRefusal(err error) error {
	refused, ok := errors.AsType[*a2a.Error](err)
	if !ok {
		return err
	}
	return &refusal{
		message: refused.Error(),
		unknown: errors.Is(err, a2a.ErrMethodNotFound),
	}
}

func readCurrent(event a2a.Event) remoteEvent {
	about := event.TaskInfo()
	news := remoteEvent{taskID: string(about.TaskID), contextID: about.ContextID}
	switch e := event.(type) {
	case *a2a.Message:
		news.state, news.says = orq.TaskCompleted, heard(e)
	case *a2a.TaskStatusUpdateEvent:
		news.status(e.Status)
	case *a2a.TaskArtifactUpdateEvent:
		news.artifact(e.Artifact, e.Append)
	case *a2a.Task:
		news.status(e.Status)
		for _, message := range e.History {
			news.history = append(news.history, heard(message))
		}
		for _, made := range e.Artifacts {
			news.artifact(made, false)
		}
	}
	return news
}

func (e *remoteEvent) status(status a2a.TaskStatus) {
	e.state = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(string(status.State), "TASK_STATE_")), "_", "-")
	if status.Message != nil {
		e.says = heard(status.Message)
	}
}

// heard is a message of A2A 1.0.
func heard(from *a2a.Message) orq.Message {
	role := strings.ToLower(strings.TrimPrefix(string(from.Role), "ROLE_"))
	return orq.Message{MessageID: from.ID, Role: role, Parts: incoming(from.Parts)}
}

func (e *remoteEvent) artifact(made *a2a.Artifact, more bool) {
	if made != nil {
		e.artifacts = append(e.artifacts, remoteArtifact{string(made.ID), incoming(made.Parts), more})
	}
}

// incoming are the parts of a message or an artifact of A2A 1.0.
func incoming(from a2a.ContentParts) []orq.Part {
	var parts []orq.Part
	for _, part := range from {
		next := orq.Part{Metadata: part.Metadata}
		switch content := part.Content.(type) {
		case a2a.Text:
			text := string(content)
			next.Kind, next.Text = orq.KindText, &text
		case a2a.Raw:
			next.Kind, next.File = orq.KindFile, &orq.File{Bytes: base64.StdEncoding.EncodeToString(content)}
		case a2a.URL:
			next.Kind, next.File = orq.KindFile, &orq.File{URI: string(content)}
		case a2a.Data:
			next.Kind, next.Data = orq.KindData, objectOf(content.Value)
		default:
			continue
		}
		if next.File != nil {
			next.File.MIMEType, next.File.Name = part.MediaType, part.Filename
		}
		parts = appendParts(parts, next)
	}
	return parts
}

// objectOf is a value as A2A 0.3 has data: an object. Any other stands under "value".
func objectOf(value any) map[string]any {
	if object, ok := value.(map[string]any); ok {
		return object
	}
	return map[string]any{"value": value}
}

// outgoing is a user's message in A2A 1.0.
func outgoing(from orq.Message) *a2a.Message {
	message := a2a.NewMessage(a2a.MessageRoleUser)
	message.ID, message.TaskID, message.ContextID, message.Metadata = from.MessageID, a2a.TaskID(from.TaskID), from.ContextID, from.Metadata
	for _, part := range from.Parts {
		next := &a2a.Part{Metadata: part.Metadata}
		switch {
		case part.Text != nil:
			next.Content = a2a.Text(*part.Text)
		case part.File != nil && part.File.URI != "":
			next.Content = a2a.URL(part.File.URI)
		case part.File != nil:
			content, _ := base64.StdEncoding.DecodeString(part.File.Bytes) // checked when the message came
			next.Content = a2a.Raw(content)
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
func (d *dialer) dialCurrent(ctx context.Context, way *a2a.AgentInterface) (agentClient, error) {
	client, err := a2aclient.NewFactory(a2aclient.WithJSONRPCTransport(d.rpc), a2aclient.WithRESTTransport(d.rest)).
		CreateFromEndpoints(ctx, []*a2a.AgentInterface{way})
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", way.URL, err)
	}
	return currentClient{client}, nil
}
