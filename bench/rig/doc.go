// Package rig puts load on an MCP server that relays agents' runs and checks every message that it sends. It contains an
// upstream whose events follow from a Plan, clients that need little processor time, and a checker that knows from the
// Plan what must arrive and counts seven kinds of faults.
//
//	client (HTTP or stdio) --> MCP server --> Stub
//	   |                                       |
//	   +--> Checker, expects <-- Plan --> sends+
package rig
