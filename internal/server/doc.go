// Package server serves the tools of package tools over MCP, on stdio and on streamable HTTP.
//
// [New] puts a [Server] together; [Server.ServeStdio] and [Server.ServeHTTP] run it on a connection or a listener. mcp-go
// implements the protocol. This package adds what mcp-go leaves out: limits on messages, calls and sessions, the API key of
// each caller, shutdown, and progress that is written directly to the connection of its call (see sink.go).
package server
