// Package e2e tests the built program from the outside: a strict MCP client on stdio or HTTP before it, an
// orq-compatible upstream behind it, each exchange with which is held to the API contract.
package e2e
