// Package cli is the command line of orq-mcp. Each command has a file of its own. No other package reads flags or
// environment variables.
//
// cobra and pflag read the command line and write the help. What they cannot read or do not know is collected and reported
// at once (usage.go), before the command runs. The commands stdio, http and call open a workspace (workspace.go), which is orq.ai or an embedded sandbox
// (local.go), and serve MCP for it.
package cli
