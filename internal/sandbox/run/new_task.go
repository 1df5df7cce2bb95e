package run

import (
	"cmp"
	"errors"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

const (
	// HopsHeader is the header in which a sandbox reports to an A2A agent how many have passed the message on.
	HopsHeader = "X-Orq-Sandbox-Hops"
	// MaxHops bounds how often A2A agents pass a message on: an agent may be registered, by way of others, as itself.
	MaxHops = 8
)

// newTask returns a task of the agent that has no id yet.
func (runner *Runner) newTask(agent orq.Agent, terms Terms) (*store.Task, error) {
	s := runner.deps.Store
	t := &store.Task{
		ContextID: cmp.Or(terms.ContextID, s.NewID()), TraceID: store.RandomHex(16), AgentID: agent.ID, AgentKey: agent.Key,
		Created: s.Timestamp(), Messages: terms.History, Pending: terms.Pending,
	}
	if terms.ContextID == "" {
		return t, nil
	}
	last, err := s.LastOf(agent.ID, terms.ContextID)
	if errors.Is(err, store.ErrNoTask) {
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	t.Messages, t.Templates, t.Engine = last.Messages, last.Templates, last.Engine
	return t, nil
}
