// Package remote is the engine of external agents: it sends the user's message to a registered A2A agent, wherever that
// runs, and fetches the cards of such agents. What the next message needs to know of the conversation is its state of a
// task.
package remote
