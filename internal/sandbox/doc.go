// Package sandbox is a local workspace that speaks the Agents API of orq.ai over HTTP: agents are stored, cards of A2A
// agents are fetched, runs stream their events. It needs no account and no model.
//
// This package is the HTTP API and the lifecycle. Requests pass through validate, agents and tasks are kept by store, and
// the package run plays the turns of tasks with one of the engines: rules, model (with Options.Model) or remote (for A2A
// agents).
package sandbox
