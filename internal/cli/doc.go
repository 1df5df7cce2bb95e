// Package cli is the command line of orq-mcp: one file per command, and the only place that reads flags and environment.
package cli
