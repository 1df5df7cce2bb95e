// Package relay follows one run of an agent: it turns the run's stream of events into ordered progress and one outcome.
//
// Follow reads a live event stream; Await polls a run that was started without one. Both report to a Sink, which the
// caller implements for its transport.
package relay
