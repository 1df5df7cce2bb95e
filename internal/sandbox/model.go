package sandbox

import (
	"context"
	"errors"

	"github.com/orq-mcp/orq-mcp/internal/chat"
)

// ModelOptions configure the server whose models play the agents.
type ModelOptions = chat.Options

// model plays the agents with the models of a server.
type model struct{ client *chat.Client }

func newModel(o ModelOptions) *model { return &model{chat.New(o)} }

// refuse lets every message pass: a model gets what the user wrote.
func (*model) refuse(string) error { return nil }

func (m *model) close() { m.client.Close() }

// ask asks the agent's model.
func (m *model) ask(ctx context.Context, r *run, request chat.Request) (*chat.Completion, error) {
	done, err := m.client.Ask(ctx, r.agent.Model, request)
	if failed, ok := errors.AsType[*chat.Error](err); ok {
		err = &failure{code: failed.Code, message: failed.Message}
	}
	return done, err
}
