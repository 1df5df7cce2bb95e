// Package run plays the turns of tasks: an agent answers one message, from the request that starts the turn to the task
// that is stored at its end.
//
//	request -> Runner.Start -> Handle      what the caller sees: wait, or follow the events
//	                  |
//	                  v  a goroutine for each turn
//	           Engine.Turn(Run) -> Answer  who plays the agent: rules, a model, a remote A2A agent
//	             |        ^
//	             v        |
//	           Toolbox: built-in tools, documents, reviews, other agents of the team
//
// The runner keeps one active turn for each task and ends all of them when it is closed. A turn belongs to its own
// goroutine; others only use its Handle.
package run
