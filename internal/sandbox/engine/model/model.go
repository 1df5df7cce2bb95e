package model

import (
	"context"
	"errors"
	"io"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
)

// Engine plays agents with the models of a server.
type Engine struct{ client *chat.Client }

var (
	_ run.Engine = (*Engine)(nil)
	_ io.Closer  = (*Engine)(nil)
)

// New returns an engine that asks the server through client.
func New(client *chat.Client) *Engine { return &Engine{client} }

// Close implements io.Closer.
func (e *Engine) Close() error {
	e.client.Close()
	return nil
}

// Turn implements run.Engine.
func (e *Engine) Turn(ctx context.Context, r *run.Run) (run.Answer, error) {
	r.Spend(run.Spending{}) // the server counts, not the sandbox
	if len(r.Task.Pending) > 0 {
		return r.AskAgain(ctx)
	}
	t := turn{Run: r, client: e.client, tools: offerTools(r)}
	if _, err := r.Task.Engine.Load(owner, &t.memory); err != nil {
		return run.Answer{}, err
	}
	err := t.play(ctx)
	return t.answer, err
}

// ask asks the agent's model.
func (t *turn) ask(ctx context.Context, afterTools bool) (*chat.Completion, error) {
	done, err := t.client.Ask(ctx, t.Agent.Model, chat.Request{
		Messages: conversation(t.Run, t.memory), Tools: t.tools.definitions, AfterTools: afterTools, OnText: t.TextSink(ctx),
	})
	if failed, ok := errors.AsType[*chat.Error](err); ok {
		err = &run.Failure{Code: failed.Code, Message: failed.Message}
	}
	return done, err
}
