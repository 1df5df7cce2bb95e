package a2a

import (
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// Client is a connection to one agent. Explain describes its errors.
type Client struct {
	connection      connection
	streams         bool          // the card offers streaming
	address         string        // without credentials
	cardAddress     string        // of the card, without credentials; empty when it has the origin of address
	secrets         redact.Values // in errors
	credentials     redact.Values // in all that the agent writes
	hasHeaders      bool
	next            *Client // of another interface on the card; may be nil
	headersWithheld bool    // the headers belong to another origin and are not sent
}

// Event is an update of an agent's task, in the terms of every version of A2A.
type Event struct {
	TaskID, ContextID string
	// Snapshot reports that this is the whole task in its current state, and not a change of it.
	Snapshot bool
	// History is that of the task, as far as the agent returns it.
	History   []orq.Message
	Artifacts []Artifact
	// State is one of the states of orq.TaskStatus, or the name of another as the agent wrote it. Empty: unchanged.
	State string
	// Implied reports that the agent did not write State: an agent that answers with a message has completed.
	Implied bool
	// StateTime is when State began, as the agent wrote it.
	StateTime string
	// Message came with the state; it has no parts when there was none.
	Message orq.Message
	// Lost reports that this stands for an event that cannot be read; nothing else is set.
	Lost bool
	// Final reports that the agent ends the stream with this event.
	Final bool
}

// Artifact is a result of a task, or a piece of one.
type Artifact struct {
	// ID is empty when the agent gave it none.
	ID string
	// Parts are merged: no text follows another.
	Parts []orq.Part
	// Append reports that Parts continue those received before; otherwise they replace them.
	Append bool
	// Continues reports that a further piece of it follows, which need not set Append.
	Continues bool
}
