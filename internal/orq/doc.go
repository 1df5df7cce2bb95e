// Package orq is a client of the orq.ai Agents API: wire types, typed operations, event streams, errors and retries.
//
// Wire types mirror the wire: same names, absent fields left out. The jsonschema tags on request types state the
// bounds of the API contract; whoever advertises or checks such a type reads them from there.
package orq
