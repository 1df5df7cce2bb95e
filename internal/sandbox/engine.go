package sandbox

import (
	"context"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// engine plays the agents: it decides what they say and which tools they call.
type engine interface {
	// turn answers the message of a run that has been opened. It ends without an error when the agent has answered or waits
	// for the caller.
	turn(ctx context.Context, r *run) error
	// delegate lets member, a run of an agent that another one asks, answer its input.
	delegate(ctx context.Context, member *run) (answer string, err error)
	// refuse returns the error with which a message asks to be answered, before anything is started.
	refuse(message string) error
	// close lets go of connections, when no run is left.
	close()
}

// engineOf plays an agent: one that was registered plays itself, elsewhere.
func (s *Sandbox) engineOf(agent orq.Agent) engine {
	if agent.Type == orq.TypeA2A {
		return s.remote
	}
	return s.engine
}
