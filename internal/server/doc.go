// Package server is the MCP server put together: the tools on stdio and streamable HTTP, with progress written from the
// call's own goroutine to the call's own connection.
package server
