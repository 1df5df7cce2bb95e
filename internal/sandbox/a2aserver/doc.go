// Package a2aserver lets A2A clients talk to the agents of the sandbox. It serves the agent card of each agent and JSON-RPC
// of A2A 1.0, by the server of the A2A library, and of 0.3, by a translation of its own:
//
//	JSON-RPC 1.0 -> a2asrv --+                   +--> GetTask, CancelTask: the stored task
//	                         +--> agent ---------+
//	JSON-RPC 0.3 -> legacy --+                   +--> send, stream: a turn of package run, followed by a feed
//
// An A2A task is a task of the sandbox with the same id and context. A message without a task id begins a task, which
// continues the conversation of its context. A turn goes on when its client leaves; any number of clients can follow it.
package a2aserver
