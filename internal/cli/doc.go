// Package cli is the command line of orq-mcp. Each command has a file of its own. No other package reads flags or
// environment variables.
//
// Run parses a command line, reports all that is wrong with it at once (parse.go), runs the command, and returns the exit
// code. The commands stdio, http and call open a workspace (workspace.go), which is orq.ai or an embedded sandbox
// (local.go), and serve MCP for it.
package cli
