package run

import (
	"context"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/retry"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// Emit waits for the pace of the sandbox and sends the event to the listener, if there is one. It fails with the cause of
// ctx.
func (r *Run) Emit(ctx context.Context, typ orq.EventType, data orq.EventData) error {
	if err := retry.Sleep(ctx, r.deps.Pace); err != nil {
		return err
	}
	return r.EmitNow(ctx, typ, data)
}

// EmitNow is Emit without the pace.
func (r *Run) EmitNow(ctx context.Context, typ orq.EventType, data orq.EventData) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if r.recorder == nil && !r.stream.isListening() {
		return nil
	}
	event := orq.NewEvent(r.deps.Now(), typ, data)
	if r.recorder != nil {
		_ = r.recorder.Event(event)
	}
	return r.stream.send(ctx, event)
}

// TextSink returns a function that passes on the text of a model as it is generated, as TextListener.Text receives it; nil
// when it is not wanted.
func (r *Run) TextSink(ctx context.Context) func(piece string) {
	if r.stream.text == nil && r.recorder == nil || r.IsMember() {
		return nil
	}
	return func(piece string) {
		if r.recorder != nil {
			_ = r.recorder.Text(piece)
		}
		if r.stream.text != nil {
			r.stream.sendText(ctx, piece)
		}
	}
}

// Drop breaks the connection to the listener; the run goes on.
func (r *Run) Drop() { r.stream.drop() }

// Think emits a thought with a new message of the agent, whose text becomes part of the output.
func (r *Run) Think(ctx context.Context, choice *orq.Choice, parts ...orq.Part) (orq.Message, error) {
	message := r.NewMessage(orq.RoleAgent, parts...)
	err := r.Emit(ctx, orq.EventThought, r.Thought(choice, message, nil))
	if err == nil {
		r.AddOutput(message.Text())
	}
	return message, err
}

// Thought is the data of a thought event. Choice and usage may be nil.
func (r *Run) Thought(choice *orq.Choice, message orq.Message, usage *orq.Usage) *orq.Thought {
	return &orq.Thought{
		AgentID: r.Agent.ID,
		MessageDifference: map[string]orq.ThoughtMessage{message.MessageID: {
			Message: message, AgentID: r.Agent.ID, AgentExecutionID: r.Task.ID, WorkspaceID: store.WorkspaceID(),
		}},
		Choice: choice, Iteration: float64(r.iteration), ResponseID: r.Task.Turn.ResponseID,
		AccumulatedExecutionTime: r.deps.Now().Sub(r.started).Seconds(), Usage: usage,
	}
}

// AskAgain asks the caller for the results that were not among those it sent.
func (r *Run) AskAgain(ctx context.Context) (Answer, error) {
	_, err := r.Think(ctx, nil, orq.TextPart(Speaker+"I still need the result of "+namesOf(r.Task.Pending)+"."))
	return Answer{}, err
}
