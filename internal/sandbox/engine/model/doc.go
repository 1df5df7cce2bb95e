// Package model is the engine that plays agents with the models of an OpenAI-compatible server: it asks the model, carries
// out the tools that the model calls, and asks again, until the model answers without a call or a call is the caller's to
// answer. It keeps no state: a model is sent the whole conversation each time.
package model
