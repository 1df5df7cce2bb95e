// Package orq calls the orq.ai Agents API: typed operations and wire types, event streams, errors and retries.
//
// Each operation is a method of [Client] and stands in one file with its request and response types:
//
//	agents.go   create, list, get, update and delete agents
//	a2a.go      register an A2A agent, refresh its card
//	runs.go     run an agent, stream its events
//	output.go   look up the response of a run
//	lookups.go  list what agents can use: models, tools, skills and others
//	offer.go    find out which operations the server has
//
// Operations that the two generations of the API offer in different forms (see [API]) have the form of March here. A choice
// in generation.go decides where they are sent. Their translation to today's API is in response.go, response_request.go
// and response_event.go for runs, in configure.go for runs of an agent that has to be stored first, and in external.go
// for A2A agents.
//
// Types that several operations share have files of their own (agent.go, model.go, message.go, event.go). They mirror
// the wire: same names, absent fields left out. The jsonschema tags on request types state the bounds of the API
// contract, for packages that advertise or check these types.
//
// Below the operations, a requester sends each call, repeats it as its operation allows (retry.go), and reads the
// response or the event stream (stream.go) with the API key masked. A response must hold what answer.go states for its
// operation, whatever its status. A stream may hold anything: what is no event is passed over, and an error in any of the
// usual forms is read by failure.go.
package orq
