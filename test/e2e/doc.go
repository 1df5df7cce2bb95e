// Package e2e tests the built program as a process, between a strict MCP client on stdio or HTTP and an orq-compatible
// upstream. Unless a test sends what the API contract forbids, each exchange with the upstream is checked against it.
//
// Tests that run agents do so on both generations of the API, and those about broken streams, cancellation, starts, stopped
// readers and load over HTTP/1.1 and HTTP/2: see api. What needs no agent is tested on one generation: malformed messages,
// elicitation and the number of sessions.
//
//	client --(stdio or HTTP)--> orq-mcp process --(HTTP)--> upstream: a sandbox, or a script of the test
package e2e
