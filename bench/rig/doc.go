// Package rig puts load on an MCP server that relays agents' runs, and looks at every message that comes back: an
// upstream that tells what it sent by heart, clients that cost little, and a checker that counts seven kinds of faults.
package rig
