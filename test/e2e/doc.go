// Package e2e tests the built program as a process, between a strict MCP client on stdio or HTTP and an orq-compatible
// upstream. Unless a test sends what the API contract forbids, each exchange with the upstream is checked against it.
//
//	client --(stdio or HTTP)--> orq-mcp process --(HTTP)--> upstream: a sandbox, or a script of the test
package e2e
