// Package a2a sends messages to agents over the A2A protocol, versions 0.2, 0.3 and 1.0, and collects their answers.
//
// Dial chooses an interface from the agent's card, Client.Ask sends a message and follows the task to its end.
//
// Messages and parts are those of the Agents API, which took them from A2A 0.3.
package a2a
