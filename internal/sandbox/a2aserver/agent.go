package a2aserver

import (
	"context"
	"errors"
	"iter"

	spec "github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2asrv"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// agent answers one request to an agent. Its errors are *spec.Error, or the cause of the request's context.
type agent struct {
	*Server
	rec  *store.Record
	hops int
}

var _ a2asrv.RequestHandler = (*agent)(nil)

// SendMessage implements a2asrv.RequestHandler.
func (a *agent) SendMessage(ctx context.Context, request *spec.SendMessageRequest) (spec.SendMessageResult, error) {
	message, err := fromRequest(request)
	if err != nil {
		return nil, err
	}
	config := request.Config
	if config == nil {
		config = &spec.SendMessageConfig{}
	}
	return a.send(ctx, message, !config.ReturnImmediately, config.HistoryLength)
}

// send starts a turn and returns its task, when it has ended if wait is set. The history is cut to its last messages.
func (a *agent) send(ctx context.Context, message orq.Message, wait bool, history *int) (*spec.Task, error) {
	turn, err := a.start(ctx, message)
	if err != nil {
		return nil, a.convert(err)
	}
	if wait {
		if t := turn.handle.Wait(ctx); t != nil {
			return taskOf(t, history), nil
		}
		return nil, context.Cause(ctx)
	}
	return a.task(turn.handle.TaskID, history)
}

// SendStreamingMessage implements a2asrv.RequestHandler.
func (a *agent) SendStreamingMessage(ctx context.Context, request *spec.SendMessageRequest) iter.Seq2[spec.Event, error] {
	message, err := fromRequest(request)
	if err != nil {
		return failed(err)
	}
	return a.stream(ctx, message)
}

// stream starts a turn and yields its events.
func (a *agent) stream(ctx context.Context, message orq.Message) iter.Seq2[spec.Event, error] {
	turn, err := a.start(ctx, message)
	if err != nil {
		return failed(a.convert(err))
	}
	return turn.follow(ctx)
}

// failed yields an error and nothing else.
func failed(err error) iter.Seq2[spec.Event, error] {
	return func(yield func(spec.Event, error) bool) { yield(nil, err) }
}

// SubscribeToTask implements a2asrv.RequestHandler: it yields the events of the active turn from its beginning.
func (a *agent) SubscribeToTask(ctx context.Context, request *spec.SubscribeToTaskRequest) iter.Seq2[spec.Event, error] {
	id := string(request.ID)
	t, err := a.Runs.Task(a.rec.Agent.ID, id)
	if err != nil {
		return failed(a.convert(err))
	}
	if turn := a.feed(id); turn != nil {
		return turn.follow(ctx)
	}
	if t.Ended() {
		return failed(spec.NewError(spec.ErrUnsupportedOperation, "the task has ended: get it instead"))
	}
	return func(yield func(spec.Event, error) bool) { yield(taskOf(t, nil), nil) }
}

// GetTask implements a2asrv.RequestHandler.
func (a *agent) GetTask(_ context.Context, request *spec.GetTaskRequest) (*spec.Task, error) {
	return a.task(string(request.ID), request.HistoryLength)
}

func (a *agent) task(id string, history *int) (*spec.Task, error) {
	t, err := a.Runs.Task(a.rec.Agent.ID, id)
	if err != nil {
		return nil, a.convert(err)
	}
	return taskOf(t, history), nil
}

// CancelTask implements a2asrv.RequestHandler.
func (a *agent) CancelTask(ctx context.Context, request *spec.CancelTaskRequest) (*spec.Task, error) {
	id := string(request.ID)
	if _, err := a.Runs.Task(a.rec.Agent.ID, id); err != nil {
		return nil, a.convert(err)
	}
	t, err := a.Runs.Cancel(ctx, id)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, run.ErrEnded), err == nil && t.State != orq.TaskCanceled:
		return nil, spec.NewError(spec.ErrTaskNotCancelable, "the task has ended already")
	case err != nil:
		return nil, a.convert(err)
	}
	return taskOf(t, nil), nil
}

// ListTasks implements a2asrv.RequestHandler. The sandbox does not list tasks.
func (*agent) ListTasks(context.Context, *spec.ListTasksRequest) (*spec.ListTasksResponse, error) {
	return nil, spec.NewError(spec.ErrUnsupportedOperation, "the sandbox does not list tasks")
}

// GetTaskPushConfig implements a2asrv.RequestHandler.
func (*agent) GetTaskPushConfig(context.Context, *spec.GetTaskPushConfigRequest) (*spec.PushConfig, error) {
	return nil, spec.ErrPushNotificationNotSupported
}

// ListTaskPushConfigs implements a2asrv.RequestHandler.
func (*agent) ListTaskPushConfigs(context.Context, *spec.ListTaskPushConfigRequest) (*spec.ListTaskPushConfigResponse, error) {
	return nil, spec.ErrPushNotificationNotSupported
}

// CreateTaskPushConfig implements a2asrv.RequestHandler.
func (*agent) CreateTaskPushConfig(context.Context, *spec.PushConfig) (*spec.PushConfig, error) {
	return nil, spec.ErrPushNotificationNotSupported
}

// DeleteTaskPushConfig implements a2asrv.RequestHandler.
func (*agent) DeleteTaskPushConfig(context.Context, *spec.DeleteTaskPushConfigRequest) error {
	return spec.ErrPushNotificationNotSupported
}

// GetExtendedAgentCard implements a2asrv.RequestHandler.
func (*agent) GetExtendedAgentCard(context.Context, *spec.GetExtendedAgentCardRequest) (*spec.AgentCard, error) {
	return nil, spec.ErrExtendedCardNotConfigured
}
