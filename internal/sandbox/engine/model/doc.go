// Package model is the engine that plays agents with the models of an OpenAI-compatible server: it asks the model, carries
// out the tools that the model calls, and asks again, until the model answers without a call or a call is the caller's to
// answer. A model is sent the whole conversation each time, with what it wants back of its earlier answers: that is the
// state which the engine keeps in a task.
package model
